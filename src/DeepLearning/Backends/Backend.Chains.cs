using DeepLearning.Backends;
using DeepLearning.Numerics;

namespace DeepLearning;

/// <summary>
/// One elementwise operation over contiguous memory of one type, as part of a chain of them: its formula alone, as a device's chains take
/// it, so that threads can share it.
/// </summary>
internal abstract class ElementStage;

/// <summary>A stage of a chain, and what it reads: operands of the chain by their number, or what the stage before made.</summary>
internal sealed record ChainLink(ElementStage Stage, int[] Operands)
{
    /// <summary>In the place of an operand's number: what the stage before made.</summary>
    public const int Before = -1;
}

/// <summary>
/// A convolution or a linear map whose weight is laid out as its kernel reads it, for inputs of one shape. Threads can share it.
/// </summary>
internal abstract class PreparedProduct
{
    /// <summary>
    /// y = the product with x, plus the bias; then the chain, whose first stage reads that as what was before it. The result is contiguous;
    /// its shape may be another one of as many elements.
    /// </summary>
    public abstract void Run(Tensor x, Tensor y, ChainLink[] links, ReadOnlySpan<Tensor?> operands);
}

/// <content>
/// What makes a compiled model faster than its operations one by one. Devices may have none of it: then those run one by one.
/// </content>
internal abstract partial class Backend
{
    /// <summary>The most operands of a chain.</summary>
    public const int MaximumChainOperands = 4;

    /// <summary>The operation as a stage of chains over a type.</summary>
    /// <returns>The stage; null where the device has none.</returns>
    public virtual ElementStage? StageOf<TOp>(in TOp op, DType dtype)
        where TOp : struct, IUnaryOp<TOp> => null;

    /// <inheritdoc cref="StageOf{TOp}(in TOp, DType)"/>
    public virtual ElementStage? StageOf2<TOp>(in TOp op, DType dtype)
        where TOp : struct, IBinaryOp<TOp> => null;

    /// <inheritdoc cref="StageOf{TOp}(in TOp, DType)"/>
    public virtual ElementStage? StageOf3<TOp>(in TOp op, DType dtype)
        where TOp : struct, ITernaryOp<TOp> => null;

    /// <summary>
    /// Runs a chain, a block that stays in the first-level cache after the other. Operands are contiguous and of the result's type, with
    /// its shape or of one element; the result may be one that only the first stage reads.
    /// </summary>
    public virtual void RunChain(ChainLink[] links, ReadOnlySpan<Tensor?> operands, Tensor y) =>
        throw new NotSupportedException($"{y.Device} has no chains.");

    /// <summary>Lays the weight of a convolution out for inputs of one shape.</summary>
    /// <returns>The convolution; null where the device gains nothing by it.</returns>
    public virtual PreparedProduct? Prepare(in ConvolutionShape shape, Tensor weight, Tensor? bias) => null;

    /// <summary>Lays the weight of a linear map, [out, in], out for inputs of so many rows.</summary>
    /// <returns>The map; null where the device gains nothing by it.</returns>
    public virtual PreparedProduct? PrepareLinear(int rows, Tensor weight, Tensor? bias) => null;
}
