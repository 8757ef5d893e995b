using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Arc cosine, in 0 … π; NaN outside −1 … 1.</summary>
    public Tensor Acos() => Map(default(AcosOp));

    /// <summary>As <see cref="Acos()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor AcosInPlace() => MapInPlace(default(AcosOp));
}

internal readonly struct AcosOp : IUnaryOp<AcosOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Acos(x);
}
