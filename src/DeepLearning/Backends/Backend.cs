using DeepLearning.Numerics;

namespace DeepLearning;

/// <summary>
/// What a device must be able to do (the abstract methods), and what it may do faster than by them. Operands may have any layout and
/// broadcast to the result's shape; results are allocated by the caller. Elementwise operands of another type are converted to the type in
/// which the result is computed. A method <c>Try…</c> answers whether it did its work; where it did not, the operation composes the same
/// result of the required ones: that composition is the definition (see IFusedOp). It stands in the operation's file, and so does the
/// declaration of <c>Try…</c>, as a part of this class: an operation and its kernel are two files.
/// </summary>
internal abstract partial class Backend
{
    /// <summary>Copies elements, converting their type; the source broadcasts to the destination's shape.</summary>
    public abstract void Copy(Tensor source, Tensor destination);

    public abstract void Fill(Tensor destination, Scalar value);

    /// <summary>y = op(x)</summary>
    public abstract void Unary<TOp>(in TOp op, Tensor x, Tensor y)
        where TOp : struct, IUnaryOp<TOp>;

    /// <summary>dx = op'(x) · dy; x and y are null when the op's derivative needs only the other.</summary>
    public abstract void UnaryBackward<TOp>(in TOp op, Tensor? x, Tensor? y, Tensor dy, Tensor dx)
        where TOp : struct, IUnaryOp<TOp>;

    /// <summary>y = op(a, b)</summary>
    public abstract void Binary<TOp>(in TOp op, Tensor a, Tensor b, Tensor y)
        where TOp : struct, IBinaryOp<TOp>;

    /// <summary>da = ∂op/∂a · dy and db = ∂op/∂b · dy, each at dy's shape, where not null.</summary>
    public abstract void BinaryBackward<TOp>(in TOp op, Tensor? a, Tensor? b, Tensor? y, Tensor dy, Tensor? da, Tensor? db)
        where TOp : struct, IBinaryOp<TOp>;

    /// <summary>y = op(a, b, c)</summary>
    public abstract void Ternary<TOp>(in TOp op, Tensor a, Tensor b, Tensor c, Tensor y)
        where TOp : struct, ITernaryOp<TOp>;

    /// <summary>The gradients of a, b and c, each at dy's shape, where not null.</summary>
    public abstract void TernaryBackward<TOp>(
        in TOp op, Tensor? a, Tensor? b, Tensor? c, Tensor? y, Tensor dy, Tensor? da, Tensor? db, Tensor? dc)
        where TOp : struct, ITernaryOp<TOp>;

    /// <summary>y = op(a, b) as truth values, compared in the type <paramref name="compute"/>.</summary>
    public abstract void Compare<TOp>(in TOp op, Tensor a, Tensor b, Tensor y, DType compute)
        where TOp : struct, IPredicate<TOp>;
}
