using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Adds sines and cosines of the position: PE[p, 2i] = sin(p / 10000^(2i/width)), PE[p, 2i + 1] = cos(p / 10000^(2i/width)) (Vaswani et
/// al. 2017, "Attention is all you need", section 3.5). Without parameters, for any length. [.., length, width] in and out.
/// </summary>
public sealed class SinusoidalPositions : Layer
{
    private readonly PositionTable _table;

    /// <summary>Makes the layer.</summary>
    /// <param name="width">The width of the input.</param>
    /// <param name="maxPeriod">The number whose powers divide the positions.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public SinusoidalPositions(int width, double maxPeriod = 10000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxPeriod);
        (Width, MaxPeriod) = (width, maxPeriod);
        _table = new PositionTable(width, (position, place) =>
        {
            double angle = position / Math.Pow(maxPeriod, place / 2 * 2 / (double)width);
            return place % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
        });
    }

    /// <summary>The width of the input.</summary>
    public int Width { get; }

    /// <summary>The number whose powers divide the positions.</summary>
    public double MaxPeriod { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Width}";

    /// <summary>Adds the positions, of which the first of the input is not 0.</summary>
    /// <param name="input">[.., length, width].</param>
    /// <param name="offset">The position of the first.</param>
    /// <returns>The sum, of the input's shape.</returns>
    /// <exception cref="ShapeException">The input has another width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative.</exception>
    public Tensor Forward(Tensor input, int offset) => Run(input, x => Added(x, offset));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Added(input, 0);

    private Tensor Added(Tensor input, int offset)
    {
        BlockChecks.Width(this, input, "input", Width, 2);
        return input + _table.Rows(offset, input.Size(-2), input.DType, input.Device);
    }
}
