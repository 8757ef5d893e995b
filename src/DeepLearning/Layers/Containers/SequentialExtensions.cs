namespace DeepLearning.Layers;

/// <summary>
/// Chains modules of any inputs and outputs: <c>first.Then(second).Then(third)</c>. A chain that goes on stays one chain, so that the keys
/// of its modules are 0, 1, 2.
/// </summary>
public static class SequentialExtensions
{
    /// <summary>A module, then another on its output.</summary>
    /// <typeparam name="TIn">The input of the first.</typeparam>
    /// <typeparam name="TMid">What goes from one to the other.</typeparam>
    /// <typeparam name="TOut">The output of the second.</typeparam>
    /// <param name="first">The first module, or a chain.</param>
    /// <param name="next">The second.</param>
    /// <returns>The chain.</returns>
    public static Sequential<TIn, TOut> Then<TIn, TMid, TOut>(this Module<TIn, TMid> first, Module<TMid, TOut> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Chain(first).Append(next, static (module, input) => ((Module<TMid, TOut>)module).Forward(input));
    }

    /// <summary>A module, then a function of its output, such as one that takes one of several tensors.</summary>
    /// <typeparam name="TIn">The input of the module.</typeparam>
    /// <typeparam name="TMid">Its output.</typeparam>
    /// <typeparam name="TOut">The result of the function.</typeparam>
    /// <param name="first">The module, or a chain.</param>
    /// <param name="function">The function; it owns no parameters.</param>
    /// <returns>The chain; the function has a position in it.</returns>
    public static Sequential<TIn, TOut> Then<TIn, TMid, TOut>(this Module<TIn, TMid> first, Func<TMid, TOut> function) =>
        first.Then(new Lambda<TMid, TOut>(function));

    /// <summary>A module of two outputs, then one of two inputs.</summary>
    /// <typeparam name="TIn">The input of the first.</typeparam>
    /// <typeparam name="T1">The first of its outputs.</typeparam>
    /// <typeparam name="T2">The second.</typeparam>
    /// <typeparam name="TOut">The output of the second module.</typeparam>
    /// <param name="first">The first module, or a chain.</param>
    /// <param name="next">The second.</param>
    /// <returns>The chain.</returns>
    public static Sequential<TIn, TOut> Then<TIn, T1, T2, TOut>(this Module<TIn, (T1, T2)> first, Module<T1, T2, TOut> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Chain(first).Append(
            next, static (module, both) => ((Module<T1, T2, TOut>)module).Forward(both.Item1, both.Item2));
    }

    /// <summary>A module of three outputs, then one of three inputs.</summary>
    /// <typeparam name="TIn">The input of the first.</typeparam>
    /// <typeparam name="T1">The first of its outputs.</typeparam>
    /// <typeparam name="T2">The second.</typeparam>
    /// <typeparam name="T3">The third.</typeparam>
    /// <typeparam name="TOut">The output of the second module.</typeparam>
    /// <param name="first">The first module, or a chain.</param>
    /// <param name="next">The second.</param>
    /// <returns>The chain.</returns>
    public static Sequential<TIn, TOut> Then<TIn, T1, T2, T3, TOut>(this Module<TIn, (T1, T2, T3)> first, Module<T1, T2, T3, TOut> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Chain(first).Append(
            next, static (module, all) => ((Module<T1, T2, T3, TOut>)module).Forward(all.Item1, all.Item2, all.Item3));
    }

    private static Sequential<TIn, TMid> Chain<TIn, TMid>(Module<TIn, TMid> first)
    {
        ArgumentNullException.ThrowIfNull(first);
        return first as Sequential<TIn, TMid> ?? new Sequential<TIn, TMid>([first], static (items, input) =>
        {
            TMid output = ((Module<TIn, TMid>)items[0]).Forward(input);
            ShapeRecorder.Current?.Record(items[0], output);
            return output;
        });
    }
}
