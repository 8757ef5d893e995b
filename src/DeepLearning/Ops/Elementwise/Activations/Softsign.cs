using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Softsign: y = x / (1 + |x|); ±1, its limits, at ±∞.</summary>
    public Tensor Softsign() => Map(default(SoftsignOp));

    /// <summary>As <see cref="Softsign()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SoftsignInPlace() => MapInPlace(default(SoftsignOp));
}

internal readonly struct SoftsignOp : IUnaryOp<SoftsignOp>
{
    /// <summary>From here on the result is ±1 to the last bit.</summary>
    private const double Far = 1e20;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        R near = Formulas.Within(x, Far);
        return near / (R.Abs(near) + 1.0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SoftsignOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        R r = 1.0 / (R.Abs(x) + 1.0);
        return dy * (r * r);
    }
}
