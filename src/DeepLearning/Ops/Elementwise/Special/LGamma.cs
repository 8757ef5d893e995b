using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Logarithm of the absolute value of the gamma function.</summary>
    public Tensor LGamma() => Map(default(LGammaOp));

    /// <summary>As <see cref="LGamma()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor LGammaInPlace() => MapInPlace(default(LGammaOp));
}

internal readonly struct LGammaOp : IUnaryOp<LGammaOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.LGamma(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in LGammaOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * R.Digamma(x);
}
