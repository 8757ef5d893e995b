using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Logarithm to base 10.</summary>
    public Tensor Log10() => Map(default(Log10Op));

    /// <summary>As <see cref="Log10()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor Log10InPlace() => MapInPlace(default(Log10Op));
}

internal readonly struct Log10Op : IUnaryOp<Log10Op>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Log(x) * 0.434294481903251827651;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in Log10Op op, R x, R y, R dy)
        where R : struct, IReal<R> => dy / (x * 2.302585092994045684018);
}
