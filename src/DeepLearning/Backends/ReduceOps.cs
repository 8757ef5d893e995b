using DeepLearning.Numerics;

namespace DeepLearning.Backends;

/// <summary>The sum.</summary>
internal readonly struct SumOp : IReduceOp<SumOp>
{
    public static double Identity => 0;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => a + b;

    public R Map<R>(R x)
        where R : struct, IReal<R> => x;

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}

/// <summary>The greatest element; NaN above all.</summary>
internal readonly struct AmaxOp : IReduceOp<AmaxOp>
{
    public static double Identity => double.NegativeInfinity;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => R.Max(a, b);

    public R Map<R>(R x)
        where R : struct, IReal<R> => x;

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}

/// <summary>The least element; NaN below all.</summary>
internal readonly struct AminOp : IReduceOp<AminOp>
{
    public static double Identity => double.PositiveInfinity;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => R.Min(a, b);

    public R Map<R>(R x)
        where R : struct, IReal<R> => x;

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}
