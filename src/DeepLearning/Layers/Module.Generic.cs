namespace DeepLearning.Layers;

/// <summary>A module that computes an output of one input.</summary>
/// <typeparam name="TIn">The input: a tensor, or a tuple or record of several.</typeparam>
/// <typeparam name="TOut">The output.</typeparam>
public abstract class Module<TIn, TOut> : Module
{
    /// <summary>Computes the output. Calls from several threads may run at once while the module is in evaluation mode.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The output.</returns>
    public abstract TOut Forward(TIn input);
}

/// <summary>A module that computes an output of two inputs, such as a loss of predictions and targets.</summary>
/// <typeparam name="T1">The first input.</typeparam>
/// <typeparam name="T2">The second input.</typeparam>
/// <typeparam name="TOut">The output.</typeparam>
public abstract class Module<T1, T2, TOut> : Module
{
    /// <summary>Computes the output. Calls from several threads may run at once while the module is in evaluation mode.</summary>
    /// <param name="first">The first input.</param>
    /// <param name="second">The second input.</param>
    /// <returns>The output.</returns>
    public abstract TOut Forward(T1 first, T2 second);
}

/// <summary>A module that computes an output of three inputs.</summary>
/// <typeparam name="T1">The first input.</typeparam>
/// <typeparam name="T2">The second input.</typeparam>
/// <typeparam name="T3">The third input.</typeparam>
/// <typeparam name="TOut">The output.</typeparam>
public abstract class Module<T1, T2, T3, TOut> : Module
{
    /// <summary>Computes the output. Calls from several threads may run at once while the module is in evaluation mode.</summary>
    /// <param name="first">The first input.</param>
    /// <param name="second">The second input.</param>
    /// <param name="third">The third input.</param>
    /// <returns>The output.</returns>
    public abstract TOut Forward(T1 first, T2 second, T3 third);
}
