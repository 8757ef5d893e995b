using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Base-2 exponential: y = 2ˣ.</summary>
    public Tensor Exp2() => Map(default(Exp2Op));

    /// <summary>As <see cref="Exp2()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor Exp2InPlace() => MapInPlace(default(Exp2Op));
}

internal readonly struct Exp2Op : IUnaryOp<Exp2Op>
{
    private const double Ln2 = 0.6931471805599453;

    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Pow(2.0, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in Exp2Op op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (y * Ln2);
}
