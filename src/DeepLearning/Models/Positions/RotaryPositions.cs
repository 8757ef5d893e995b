using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>Which numbers of a width a rotation turns together.</summary>
public enum RotaryLayout
{
    /// <summary>Number i of the first half with number i of the second, as GPT-NeoX and LLaMA do.</summary>
    Halves,

    /// <summary>Numbers 2i and 2i + 1, as in the paper and in GPT-J.</summary>
    Interleaved,
}

/// <summary>
/// Turns pairs of numbers of queries and keys by angles that grow with the position, so that their products depend on the distance (Su et
/// al. 2021, "RoFormer"): (a, b) → (a cos pθᵢ − b sin pθᵢ, a sin pθᵢ + b cos pθᵢ), θᵢ = base^(−2i/width). Without parameters.
/// [.., length, width] in and out.
/// </summary>
public sealed class RotaryPositions : Layer
{
    private readonly PositionTable _cosines;
    private readonly PositionTable _sines;

    /// <summary>Makes the layer.</summary>
    /// <param name="width">The width of a head; even.</param>
    /// <param name="baseNumber">The number whose powers are the frequencies.</param>
    /// <param name="layout">Which numbers are turned together.</param>
    /// <exception cref="ArgumentException">The width is odd.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or there is no such layout.</exception>
    public RotaryPositions(int width, double baseNumber = 10000, RotaryLayout layout = RotaryLayout.Halves)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baseNumber);
        if (width % 2 != 0)
        {
            throw new ArgumentException($"RotaryPositions: a width of {width} has no pairs; it must be even.", nameof(width));
        }

        if (!Enum.IsDefined(layout))
        {
            throw new ArgumentOutOfRangeException(nameof(layout), layout, "RotaryPositions: there is no such layout.");
        }

        (Width, BaseNumber, Arrangement) = (width, baseNumber, layout);
        _cosines = new PositionTable(width / 2, (position, pair) => Math.Cos(Angle(position, pair)));
        _sines = new PositionTable(width / 2, (position, pair) => Math.Sin(Angle(position, pair)));

        double Angle(int position, int pair) => position * Math.Pow(baseNumber, -2.0 * pair / width);
    }

    /// <summary>The width of a head.</summary>
    public int Width { get; }

    /// <summary>The number whose powers are the frequencies.</summary>
    public double BaseNumber { get; }

    /// <summary>Which numbers are turned together.</summary>
    public RotaryLayout Arrangement { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Width}{(Arrangement == RotaryLayout.Interleaved ? ", interleaved" : "")}";

    /// <summary>Turns the positions, of which the first of the input is not 0.</summary>
    /// <param name="input">[.., length, width].</param>
    /// <param name="offset">The position of the first.</param>
    /// <returns>What is turned, of the input's shape.</returns>
    /// <exception cref="ShapeException">The input has another width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative.</exception>
    public Tensor Forward(Tensor input, int offset) => Run(input, x => Turned(x, offset));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Turned(input, 0);

    private Tensor Turned(Tensor input, int offset)
    {
        BlockChecks.Width(this, input, "input", Width, 2);
        int length = input.Size(-2);
        DType compute = input.DType.Compute();
        Tensor cos = _cosines.Rows(offset, length, compute, input.Device), sin = _sines.Rows(offset, length, compute, input.Device);
        Tensor x = input.To(compute);
        bool isHalves = Arrangement == RotaryLayout.Halves;
        Tensor pairs = isHalves ? x.Unflatten(-1, 2, Width / 2) : x.Unflatten(-1, Width / 2, 2);
        Tensor a = pairs.Select(isHalves ? -2 : -1, 0), b = pairs.Select(isHalves ? -2 : -1, 1);
        (a, b) = ((a * cos) - (b * sin), (a * sin) + (b * cos));
        return (isHalves ? Tensor.Cat([a, b], -1) : Tensor.Stack([a, b], -1).Flatten(-2)).To(input.DType);
    }
}
