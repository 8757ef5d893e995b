namespace DeepLearning.Reporting;

/// <summary>
/// The filters of PNG rows: each byte less what its neighbors let expect. A row takes the filter whose bytes, as signed numbers, have the
/// least sum of magnitudes, which the specification proposes (12.7, "Filter selection").
/// </summary>
internal static class PngFilters
{
    private const int Count = 5;

    /// <summary>Filters a row every way, leaves the best in <paramref name="best"/> and returns its number.</summary>
    public static int Best(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int channels, Span<byte> scratch, Span<byte> best)
    {
        int chosen = 0;
        long least = long.MaxValue;
        for (int filter = 0; filter < Count; filter++)
        {
            long sum = 0;
            for (int i = 0; i < row.Length; i++)
            {
                int left = i >= channels ? row[i - channels] : 0, corner = i >= channels ? above[i - channels] : 0;
                byte value = (byte)(row[i] - Expected(filter, left, above[i], corner));
                scratch[i] = value;
                sum += Math.Abs((int)(sbyte)value);
            }

            if (sum < least)
            {
                (chosen, least) = (filter, sum);
                scratch.CopyTo(best);
            }
        }

        return chosen;
    }

    private static int Expected(int filter, int left, int up, int corner) => filter switch
    {
        0 => 0,
        1 => left,
        2 => up,
        3 => (left + up) / 2,
        _ => Paeth(left, up, corner),
    };

    /// <summary>The neighbor that is nearest to left + up − corner; of equally near ones the first in this order.</summary>
    private static int Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - 2 * corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
