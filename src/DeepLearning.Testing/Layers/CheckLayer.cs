using DeepLearning.Layers;

namespace DeepLearning.Testing;

/// <summary>
/// Checks a whole layer, or a model, by one call: shapes, finite values, first and second derivatives, samples alone and in a batch,
/// training and evaluation, saving and loading, types, printing, inputs and strides, threads and bad input (see <see cref="Aspect"/>).
/// <code>
/// CheckLayer.Run(() =&gt; new Linear(3, 4), random.Normal(2, 3));
/// </code>
/// </summary>
/// <remarks>
/// The layer is made anew for most aspects, with the same starting values: what the function makes draws from
/// <see cref="Generator.Default"/> or not at all. Derivatives cost two calls for each number in inputs and parameters: keep both small, and
/// away from kinks and ties, as <see cref="RandomInputs"/> can.
/// </remarks>
public static class CheckLayer
{
    /// <summary>Checks a module of one input, which may be a tuple, a list or a record of tensors.</summary>
    /// <typeparam name="TIn">The input.</typeparam>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="make">Makes the module.</param>
    /// <param name="input">An input of a batch of at least two samples.</param>
    /// <param name="options">What the layer is expected to do; nothing special when null.</param>
    /// <exception cref="CheckException">Aspects failed; the message names each and says why.</exception>
    /// <exception cref="ArgumentException">The options do not make sense.</exception>
    public static void Run<TIn, TOut>(Func<Module<TIn, TOut>> make, TIn input, LayerCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        Subject subject = new(make, static (module, x) => ((Module<TIn, TOut>)module).Forward((TIn)x[0]!), [input]);
        new LayerCheck(nameof(CheckLayer), subject, options ?? new LayerCheckOptions()).Run();
    }

    /// <summary>Checks a module of two inputs.</summary>
    /// <typeparam name="T1">The first input.</typeparam>
    /// <typeparam name="T2">The second input.</typeparam>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="make">Makes the module.</param>
    /// <param name="first">The first input, of a batch of at least two samples.</param>
    /// <param name="second">The second input.</param>
    /// <param name="options">What the layer is expected to do; nothing special when null.</param>
    /// <exception cref="CheckException">Aspects failed; the message names each and says why.</exception>
    /// <exception cref="ArgumentException">The options do not make sense.</exception>
    public static void Run<T1, T2, TOut>(Func<Module<T1, T2, TOut>> make, T1 first, T2 second, LayerCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        new LayerCheck(nameof(CheckLayer), Subject.Of(make, first, second), options ?? new LayerCheckOptions()).Run();
    }

    /// <summary>Checks a module of three inputs.</summary>
    /// <typeparam name="T1">The first input.</typeparam>
    /// <typeparam name="T2">The second input.</typeparam>
    /// <typeparam name="T3">The third input.</typeparam>
    /// <typeparam name="TOut">The output.</typeparam>
    /// <param name="make">Makes the module.</param>
    /// <param name="first">The first input, of a batch of at least two samples.</param>
    /// <param name="second">The second input.</param>
    /// <param name="third">The third input.</param>
    /// <param name="options">What the layer is expected to do; nothing special when null.</param>
    /// <exception cref="CheckException">Aspects failed; the message names each and says why.</exception>
    /// <exception cref="ArgumentException">The options do not make sense.</exception>
    public static void Run<T1, T2, T3, TOut>(
        Func<Module<T1, T2, T3, TOut>> make, T1 first, T2 second, T3 third, LayerCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        new LayerCheck(nameof(CheckLayer), Subject.Of(make, first, second, third), options ?? new LayerCheckOptions()).Run();
    }
}
