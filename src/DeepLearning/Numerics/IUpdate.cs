namespace DeepLearning.Numerics;

/// <summary>
/// The update of an optimizer for one element, written once over any number type: it runs over a parameter, its gradient and up to three
/// state tensors in a single pass. The struct's fields are the update's numbers (a learning rate, a decay).
/// </summary>
/// <example>
/// <code>
/// internal readonly record struct MomentumStep(double Rate, double Momentum) : IUpdate&lt;MomentumStep&gt;
/// {
///     public static int States =&gt; 1;
///
///     public void Step&lt;R&gt;(ref R p, R g, ref R v, ref R unused1, ref R unused2)
///         where R : struct, IReal&lt;R&gt;
///     {
///         v = v * Momentum + g;
///         p -= v * Rate;
///     }
/// }
/// </code>
/// </example>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
public interface IUpdate<TSelf>
    where TSelf : struct, IUpdate<TSelf>
{
    /// <summary>How many of the state values are read and written, 0 to 3.</summary>
    static abstract int States { get; }

    /// <summary>Replaces one element of the parameter and of the states by their next values.</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="p">The parameter.</param>
    /// <param name="g">Its gradient.</param>
    /// <param name="s0">The first state.</param>
    /// <param name="s1">The second state.</param>
    /// <param name="s2">The third state.</param>
    void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
        where R : struct, IReal<R>;
}
