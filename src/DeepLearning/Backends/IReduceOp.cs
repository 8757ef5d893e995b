using DeepLearning.Numerics;

namespace DeepLearning.Backends;

/// <summary>
/// A reduction as a formula: every element is mapped, the images are combined (an associative operation), and the outcome is finished.
/// Elements may be combined in any order and grouping, but a backend chooses both from the sizes only.
/// </summary>
internal interface IReduceOp<TSelf>
    where TSelf : struct, IReduceOp<TSelf>
{
    /// <summary>What leaves every other value as it is; the outcome of combining nothing.</summary>
    static abstract double Identity { get; }

    static abstract R Combine<R>(R a, R b)
        where R : struct, IReal<R>;

    R Map<R>(R x)
        where R : struct, IReal<R>;

    R Finish<R>(R total)
        where R : struct, IReal<R>;
}

/// <summary>Combines what another reduction has mapped already: the second stage over partial results.</summary>
internal readonly struct PartialOp<TOp> : IReduceOp<PartialOp<TOp>>
    where TOp : struct, IReduceOp<TOp>
{
    public static double Identity => TOp.Identity;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => TOp.Combine(a, b);

    public R Map<R>(R x)
        where R : struct, IReal<R> => x;

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}
