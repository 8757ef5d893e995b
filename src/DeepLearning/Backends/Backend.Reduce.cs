using DeepLearning.Backends;

namespace DeepLearning;

internal abstract partial class Backend
{
    /// <summary>
    /// y = op over the axes of x whose bits are set in <paramref name="axes"/>, computed in the type <paramref name="compute"/>. y is
    /// contiguous and has the other axes in order (and may have axes of length 1 for the reduced ones). Over no elements it is the op's
    /// identity.
    /// </summary>
    public abstract void Reduce<TOp>(in TOp op, Tensor x, ulong axes, Tensor y, DType compute)
        where TOp : struct, IReduceOp<TOp>;
}
