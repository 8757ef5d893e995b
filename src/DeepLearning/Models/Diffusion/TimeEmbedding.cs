using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A vector of a time step (Ho, Jain and Abbeel 2020): cosines and sines of t · 10000^(−i/h) for i = 0 … h − 1, half the width each, as in
/// the code of Nichol and Dhariwal 2021, then two linear layers with SiLU between them. Steps, [batch] of any type of number, in; [batch,
/// out] out. Keys of the state dictionary: <c>fc1</c>, <c>fc2</c>.
/// </summary>
public sealed class TimeEmbedding : Layer
{
    private readonly int _width;

    /// <summary>Makes the layer.</summary>
    /// <param name="width">The number of cosines and sines together; even.</param>
    /// <param name="outWidth">The width of both linear layers.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A width is not positive, or the first is odd.</exception>
    public TimeEmbedding(int width, int outWidth, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outWidth);
        if (width % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(width), width, $"{nameof(TimeEmbedding)}: the width must be even: cosines and sines.");
        }

        _width = width;
        Fc1 = new Linear(width, outWidth, dtype: dtype, generator: generator);
        Fc2 = new Linear(outWidth, outWidth, dtype: dtype, generator: generator);
    }

    /// <summary>The first linear layer.</summary>
    public Linear Fc1 { get; }

    /// <summary>The second.</summary>
    public Linear Fc2 { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{_width}→{Fc1.OutFeatures}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        BlockChecks.Shape(this, input, nameof(input), ("batch", -1));
        DType dtype = Fc1.Weight.DType;
        int half = _width / 2;
        Tensor frequencies = (Tensor.Arange(0, half, dtype: DType.Float64, device: input.Device) * (-Math.Log(10000) / half)).Exp();
        Tensor angles = input.To(DType.Float64).Unsqueeze(1) * frequencies;
        Tensor waves = Tensor.Cat([angles.Cos(), angles.Sin()], 1).To(dtype);
        return Fc2.Forward(Fc1.Forward(waves).Silu());
    }
}
