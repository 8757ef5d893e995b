using DeepLearning.Numerics;

namespace DeepLearning;

/// <content>What the losses that compare element with element share: one pass over the operands, whatever the formula.</content>
internal abstract partial class Backend
{
    /// <summary>y = scale · Σ op(a, b) over all elements; a and b have one shape, y one element.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryBinarySum<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor y)
        where TOp : struct, IBinaryOp<TOp> => false;

    /// <summary>The gradients of a and b, where not null, of <see cref="TryBinarySum"/> from the gradient dy of its one element.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryBinarySumBackward<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor dy, Tensor? da, Tensor? db)
        where TOp : struct, IBinaryOp<TOp> => false;
}
