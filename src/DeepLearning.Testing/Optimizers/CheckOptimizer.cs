using DeepLearning.Optimizers;

namespace DeepLearning.Testing;

/// <summary>
/// Checks a whole optimizer by one call: that it makes a quadratic smaller, goes on to the same bits from its state dictionary, treats
/// each parameter by itself, takes options by group, leaves parameters without a gradient and all gradients as they are, computes in
/// every floating-point type, prints itself and refuses a foreign state.
/// <code>
/// CheckOptimizer.Run(parameters =&gt; new Adam(parameters, 0.1));
/// </code>
/// </summary>
public static class CheckOptimizer
{
    /// <summary>Checks an optimizer.</summary>
    /// <param name="make">Makes the optimizer of some parameters.</param>
    /// <param name="options">What the optimizer is expected to do; nothing special when null.</param>
    /// <exception cref="CheckException">Aspects failed; the message names each and says why.</exception>
    public static void Run(Func<IEnumerable<Tensor>, Optimizer> make, OptimizerCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        options ??= new OptimizerCheckOptions();
        options.Validate();
        new OptimizerCheck(make, options).Run();
    }
}
