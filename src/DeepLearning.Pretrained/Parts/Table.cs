using DeepLearning.Layers;

namespace DeepLearning.Pretrained;

/// <summary>A table of vectors, [count, width]: the rows of the given numbers. It may be quantized; its rows are decoded then.</summary>
internal sealed class Table : Layer
{
    private readonly int _count;
    private readonly int _width;

    public Table(Build build, int count, int width)
    {
        (_count, _width) = (count, width);
        Quantized = build.Quantized("weight", count, width);
        Weight = Quantized is null ? build.Parameter("weight", [count, width]) : null;
    }

    public Parameter? Weight { get; private set; }

    public QuantizedMatrix? Quantized { get; private set; }

    /// <summary>Puts a quantized matrix into the place of the weight.</summary>
    public void Take(QuantizedMatrix matrix) => (Weight, Quantized) = (null, matrix);

    /// <inheritdoc/>
    protected internal override string Details => $"{_count}×{_width}{(Quantized is null ? "" : $", {Quantized.Kind}")}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        Weight is null ? Quantized!.Rows32(input) : Tensor.Embedding(Weight, input);
}
