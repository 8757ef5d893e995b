using DeepLearning.Layers;

namespace DeepLearning.Pretrained;

/// <summary>
/// A linear map of a pretrained model, y = x Wᵀ + b, [.., in] → [.., out]. Its weight may be quantized, and a low-rank adapter may stand
/// beside it (Hu et al. 2022, "LoRA"): y += α/r · drop(x) Aᵀ Bᵀ.
/// </summary>
/// <remarks>Keys of the state dictionary: <c>weight</c>, <c>bias</c>, <c>lora_A.weight</c>, <c>lora_B.weight</c>; a quantized weight is not
/// in it.</remarks>
public sealed class Projection : Layer
{
    private readonly bool _isTransposed;
    [Name("lora_A")]
    private LoraMatrix? _loraA;
    [Name("lora_B")]
    private LoraMatrix? _loraB;
    private double _loraScale;
    private double _loraDropout;
    private Generator? _generator;

    internal Projection(Build build, int inFeatures, int outFeatures, bool bias, bool isTransposed = false)
    {
        (InFeatures, OutFeatures, _isTransposed) = (inFeatures, outFeatures, isTransposed);
        Quantized = isTransposed ? null : build.Quantized("weight", outFeatures, inFeatures);
        Weight = Quantized is null ? build.Parameter("weight", isTransposed ? [inFeatures, outFeatures] : [outFeatures, inFeatures]) : null;
        Bias = bias ? build.Parameter("bias", [outFeatures], Start.Zeros) : null;
    }

    /// <summary>A map whose parameters are another's, such as the table of tokens.</summary>
    internal Projection(Parameter? weight, QuantizedMatrix? quantized, Parameter? bias, int inFeatures, int outFeatures)
    {
        (InFeatures, OutFeatures) = (inFeatures, outFeatures);
        (Weight, Quantized, Bias) = (weight, quantized, bias);
    }

    /// <summary>The length of the input's last axis.</summary>
    public int InFeatures { get; }

    /// <summary>The length of the output's last axis.</summary>
    public int OutFeatures { get; }

    /// <summary>The matrix, [out, in] ([in, out] in GPT-2); null where it is quantized.</summary>
    public Parameter? Weight { get; private set; }

    /// <summary>The bias, [out], or null.</summary>
    public Parameter? Bias { get; private set; }

    /// <summary>The quantized matrix, or null.</summary>
    public QuantizedMatrix? Quantized { get; private set; }

    /// <summary>Whether an adapter stands beside the map.</summary>
    public bool HasAdapter => _loraA is not null;

    /// <summary>Whether the weight has the adapter in it.</summary>
    public bool IsMerged { get; private set; }

    internal bool IsTransposed => _isTransposed;

    internal LoraMatrix? LoraA => _loraA;

    internal LoraMatrix? LoraB => _loraB;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{InFeatures}→{OutFeatures}{(Bias is null ? ", no bias" : "")}{(Quantized is null ? "" : $", {Quantized.Kind}")}"
        + (_loraA is null ? "" : $", rank {_loraA.Weight.Size(0)}{(IsMerged ? ", merged" : "")}");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (input.Rank == 0 || input.Size(-1) != InFeatures)
        {
            throw new ShapeException($"Projection: an input {input.Shape} does not end in an axis of length {InFeatures}.");
        }

        Tensor y = Quantized is { } quantized ? quantized.Linear(input, Bias)
            : input.Linear(_isTransposed ? Weight!.T : Weight!, Bias);
        return _loraA is null || IsMerged
            ? y
            : y + (_loraB!.Forward(_loraA.Forward(input.Dropout(_loraDropout, Training, _generator))) * _loraScale);
    }

    /// <summary>Puts a quantized matrix into the place of the weight.</summary>
    internal void Quantize(QuantizationKind kind)
    {
        if (HasAdapter)
        {
            throw new InvalidOperationException($"{Label}: quantize before adapters are added, or merge them first and remove them.");
        }

        using GradMode.Region none = GradMode.NoGrad();
        Quantized = QuantizedMatrix.Of(_isTransposed ? Weight!.T.Contiguous() : Weight!, kind);
        Weight = null;
    }

    /// <summary>Puts the quantized matrix of the table whose weight it shares into the place of the weight.</summary>
    internal void Take(QuantizedMatrix matrix) => (Weight, Quantized) = (null, matrix);

    internal void AddAdapter(LoraMatrix a, LoraMatrix b, double scale, double dropout, Generator? generator) =>
        (_loraA, _loraB, _loraScale, _loraDropout, _generator) = (a, b, scale, dropout, generator);

    internal void RemoveAdapter()
    {
        Move(false);
        (_loraA, _loraB) = (null, null);
    }

    internal void Move(bool merged)
    {
        if (_loraA is null || IsMerged == merged)
        {
            return;
        }

        if (Weight is null)
        {
            throw new InvalidOperationException($"{Label}: a quantized weight does not take an adapter in; leave it beside.");
        }

        using GradMode.Region none = GradMode.NoGrad();
        Tensor change = _loraB!.Weight.MatMul(_loraA.Weight);
        Weight.AddInPlace((_isTransposed ? change.T : change).To(Weight.DType), merged ? _loraScale : -_loraScale);
        IsMerged = merged;
    }
}

/// <summary>One of the two matrices of an adapter, without a bias.</summary>
internal sealed class LoraMatrix(Tensor weight) : Layer
{
    public Parameter Weight { get; private set; } = new(weight);

    protected override Tensor Compute(Tensor input) => input.Linear(Weight);
}
