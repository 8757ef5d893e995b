namespace DeepLearning.Models;

/// <summary>
/// A penalty in proportion to the distance: −mₕ · |i − j|, with the slopes mₕ = 2^(−8h/heads), h from 1, for a number of heads that is a
/// power of two; of another number those of the next lower power, and every second one of the next higher (Press, Smith and Lewis 2022,
/// "Train short, test long: attention with linear biases enables input length extrapolation"). Without parameters, for any length.
/// </summary>
/// <param name="numHeads">The number of heads.</param>
public sealed class AlibiBias(int numHeads) : PositionBias(numHeads)
{
    private readonly double[] _slopes = SlopesOf(numHeads);

    /// <summary>The slope of each head.</summary>
    public IReadOnlyList<double> Slopes => _slopes;

    /// <inheritdoc/>
    protected internal override string Details => $"{NumHeads} heads";

    /// <inheritdoc/>
    protected override Tensor Numbers(int queries, int keys)
    {
        double[] numbers = new double[checked(NumHeads * queries * keys)];
        int at = 0;
        foreach (double slope in _slopes)
        {
            for (int i = keys - queries; i < keys; i++)
            {
                for (int j = 0; j < keys; j++)
                {
                    numbers[at++] = -slope * Math.Abs(i - j);
                }
            }
        }

        return Tensor.From(numbers, NumHeads, queries, keys);
    }

    private static double[] SlopesOf(int heads)
    {
        int power = 1;
        while (2 * power <= heads)
        {
            power *= 2;
        }

        return
        [
            .. Enumerable.Range(1, power).Select(h => Math.Pow(2, -8.0 * h / power)),
            .. Enumerable.Range(0, Math.Max(heads - power, 0)).Select(h => Math.Pow(2, -8.0 * ((2 * h) + 1) / (2 * power))),
        ];
    }
}
