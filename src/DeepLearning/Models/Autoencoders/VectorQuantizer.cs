using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>What vector quantization gives.</summary>
/// <param name="Quantized">The nearest vectors of the codebook, of the input's shape; the gradient passes to the input as it is.</param>
/// <param name="Indices">Their numbers, int64 [..].</param>
/// <param name="Loss">The codebook's loss and β times the commitment's, a zero-dimensional tensor.</param>
public sealed record QuantizedCode(Tensor Quantized, Tensor Indices, Tensor Loss);

/// <summary>
/// Vector quantization (van den Oord, Vinyals and Kavukcuoglu 2017, "Neural discrete representation learning"): each vector is replaced by
/// the nearest of a codebook, e; the gradient passes straight through. Loss: ‖sg(z) − e‖² + β ‖z − sg(e)‖², as means of elements. With
/// moving averages (appendix A.1) the codebook follows its vectors by itself, and the first term falls away.
/// </summary>
/// <remarks>
/// [.., width] in. The codebook starts uniform in ±1/size. Keys of the state dictionary: <c>codebook</c>, with averages <c>cluster_size</c>
/// and <c>cluster_sum</c>, too.
/// </remarks>
public sealed class VectorQuantizer : Module<Tensor, QuantizedCode>
{
    [Name("codebook")]
    private readonly Parameter? _trained;

    [Buffer]
    [Name("codebook")]
    private readonly Tensor? _averaged;

    [Buffer]
    private readonly Tensor? _clusterSize;

    [Buffer]
    private readonly Tensor? _clusterSum;

    /// <summary>Makes the quantizer.</summary>
    /// <param name="size">The number of vectors in the codebook.</param>
    /// <param name="width">Their length.</param>
    /// <param name="commitment">The weight β of the second term.</param>
    /// <param name="decay">The decay of moving averages; the codebook is a parameter when null.</param>
    /// <param name="eps">What is added to the averaged numbers of vectors.</param>
    /// <param name="dtype">The type of the codebook.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the decay is not from 0 to 1.</exception>
    public VectorQuantizer(
        int size, int width, double commitment = 0.25, double? decay = null, double eps = 1e-5, DType dtype = DType.Float32,
        Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegative(commitment);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(eps);
        OptionChecks.Probability(decay ?? 0, nameof(VectorQuantizer));
        (Commitment, Decay, Eps) = (commitment, decay, eps);
        Tensor start = Initialize.Uniform(Tensor.Empty([size, width], dtype), -1.0 / size, 1.0 / size, generator);
        if (decay is null)
        {
            _trained = new Parameter(start);
        }
        else
        {
            (_averaged, _clusterSize, _clusterSum) = (start, Tensor.Ones([size], dtype), start.Clone());
        }
    }

    /// <summary>The vectors, [size, width].</summary>
    public Tensor Codebook => _trained ?? _averaged!;

    /// <summary>The weight β of the commitment.</summary>
    public double Commitment { get; }

    /// <summary>The decay of moving averages, or null.</summary>
    public double? Decay { get; }

    /// <summary>What is added to the averaged numbers of vectors.</summary>
    public double Eps { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Codebook.Size(0)}×{Codebook.Size(1)}" + (Decay is { } decay ? FormattableString.Invariant($", decay {decay}") : "");

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input has another width, or no vector.</exception>
    public override QuantizedCode Forward(Tensor input) => NamedCall.Of(this, input, static (self, x) => self.Quantize(x));

    /// <summary>The vectors of numbers.</summary>
    /// <param name="indices">int64 or int32 [..].</param>
    /// <returns>[.., width].</returns>
    /// <exception cref="IndexException">A number is not in the codebook.</exception>
    public Tensor Decode(Tensor indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        return Tensor.Embedding(Codebook, indices);
    }

    private QuantizedCode Quantize(Tensor input)
    {
        BlockChecks.Width(this, input, "input", Codebook.Size(1));
        if (input.Count == 0 || !input.DType.IsFloatingPoint())
        {
            throw new ShapeException(
                $"{Kind}: input {input.DType.Name()}{input.Shape} does not fit; it must be floating-point [.., {Codebook.Size(1)}], "
                + "with a vector.");
        }

        Tensor flat = input.Reshape(-1, Codebook.Size(1)), indices;
        using (GradMode.NoGrad())
        {
            indices = flat.Detach().Cdist(Codebook.Detach()).ArgMin(1);
        }

        Tensor nearest = Codebook.IndexSelect(0, indices);
        Tensor loss = (flat - nearest.Detach()).Square().Mean() * Commitment;
        if (Decay is null)
        {
            loss += (flat.Detach() - nearest).Square().Mean();
        }

        Tensor quantized = flat + (nearest - flat).Detach();
        QuantizedCode code = new(quantized.Reshape(input.Shape.ToArray()), indices.Reshape(input.Shape.ToArray().AsSpan()[..^1]), loss);
        if (Decay is { } decay && Training)
        {
            Follow(flat.Detach(), indices, decay);
        }

        return code;
    }

    /// <summary>Moves the averages towards the numbers and sums of each vector's cluster, and the codebook to their quotients.</summary>
    private void Follow(Tensor flat, Tensor indices, double decay)
    {
        using GradMode.Region none = GradMode.NoGrad();
        Tensor ones = Tensor.Ones([indices.Size(0)], flat.DType, flat.Device);
        _clusterSize!.LerpInPlace(Tensor.ZerosLike(_clusterSize).IndexAdd(0, indices, ones), 1 - decay);
        _clusterSum!.LerpInPlace(Tensor.ZerosLike(_clusterSum).IndexAdd(0, indices, flat), 1 - decay);
        Tensor total = _clusterSize.Sum();
        Tensor smoothed = (_clusterSize + Eps) / (total + (Codebook.Size(0) * Eps)) * total;
        _averaged!.CopyFrom(_clusterSum / smoothed.Unsqueeze(1));
    }
}
