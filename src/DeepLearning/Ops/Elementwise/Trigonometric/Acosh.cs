using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Inverse hyperbolic cosine: y = ln(x + √(x² − 1)); NaN below 1.</summary>
    public Tensor Acosh() => Map(default(AcoshOp));

    /// <summary>As <see cref="Acosh()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor AcoshInPlace() => MapInPlace(default(AcoshOp));
}

internal readonly struct AcoshOp : IUnaryOp<AcoshOp>
{
    private const double Far = 1e9;
    private const double Ln2 = 0.6931471805599453;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        // With t = x − 1: ln(x + √(x² − 1)) = log1p(t + √(2t + t²)), precise near 1; far out t² would overflow.
        Mask<R> far = R.Less(Far, x);
        R t = R.Select(far, 1.0, x - 1.0);
        R y = R.Select(far, R.Log(x) + Ln2, R.Log1p(t + R.Sqrt((t + 2.0) * t)));
        return R.Select(R.Less(x, 1.0), double.NaN, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in AcoshOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy / R.Sqrt((x - 1.0) * (x + 1.0));
}
