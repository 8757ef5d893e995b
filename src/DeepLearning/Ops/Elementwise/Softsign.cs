using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Softsign: y = x / (1 + |x|).</summary>
    public Tensor Softsign() => Map(default(SoftsignOp));

    /// <summary>As <see cref="Softsign()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SoftsignInPlace() => MapInPlace(default(SoftsignOp));
}

internal readonly struct SoftsignOp : IUnaryOp<SoftsignOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x / (R.Abs(x) + 1.0);
}
