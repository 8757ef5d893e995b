using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Swish: y = x · σ(β x); 0, its limit, where σ is 0. With β = 1 it is <see cref="Silu()"/> (Ramachandran, Zoph and Le, "Searching for
    /// activation functions", 2017).
    /// </summary>
    /// <param name="beta">β, of a shape that broadcasts with this tensor's.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Swish(Tensor beta) => Map(beta, default(SwishOp));
}

internal readonly struct SwishOp : IBinaryOp<SwishOp>
{
    /// <summary>Beyond ±1000 σ(x) is 0 or 1 to the last bit, and stays so where x itself would make 0 · ∞.</summary>
    private const double Far = 1000.0;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R>
    {
        R s = Formulas.Sigmoid(Formulas.Within(a * b, Far));
        return R.Select(R.Equal(s, 0.0), 0.0, a) * s;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in SwishOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R>
    {
        R near = Formulas.Within(a * b, Far), s = Formulas.Sigmoid(near);
        return dy * (s * ((near * (1.0 - s)) + 1.0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in SwishOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R>
    {
        R s = Formulas.Sigmoid(Formulas.Within(a * b, Far)), slope = s * (1.0 - s);
        R own = R.Select(R.Equal(slope, 0.0), 0.0, a);
        return dy * (own * own * slope);
    }
}
