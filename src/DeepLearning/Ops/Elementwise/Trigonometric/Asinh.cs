using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Inverse hyperbolic sine: y = ln(x + √(x² + 1)).</summary>
    public Tensor Asinh() => Map(default(AsinhOp));

    /// <summary>As <see cref="Asinh()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor AsinhInPlace() => MapInPlace(default(AsinhOp));
}

internal readonly struct AsinhOp : IUnaryOp<AsinhOp>
{
    private const double Far = 1e9;
    private const double Ln2 = 0.6931471805599453;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        // ln(a + √(a² + 1)) = log1p(a + a² / (1 + √(a² + 1))) for a = |x| keeps small x precise; far out a² would overflow.
        R a = R.Abs(x);
        Mask<R> far = R.Less(Far, a);
        R near = R.Select(far, 1.0, a);
        R square = near * near;
        R y = R.Select(far, R.Log(a) + Ln2, R.Log1p(near + (square / (R.Sqrt(square + 1.0) + 1.0))));
        return R.Select(R.Equal(x, 0.0), x, R.Select(R.Less(x, 0.0), -y, y));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in AsinhOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy / R.Sqrt((x * x) + 1.0);
}
