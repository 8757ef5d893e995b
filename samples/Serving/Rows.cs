namespace DeepLearning.Samples.Serving;

/// <summary>Rows by name, as they come in, and by position, as the model takes them.</summary>
internal static class Rows
{
    private const int Most = 256;

    /// <summary>What a request looks like.</summary>
    public static string Expected { get; } = $"A request is a list of 1 to {Most} rows, each an object of numbers by column";

    /// <summary>The values in the order of the columns; NaN for what a row does not have.</summary>
    /// <exception cref="ArgumentException">There are no rows, or too many, or a row has a name that is no column.</exception>
    public static List<double[]> Of(IReadOnlyList<Dictionary<string, double?>>? named, string[] columns)
    {
        if (named is not { Count: > 0 and <= Most })
        {
            throw new ArgumentException($"{Expected}.");
        }

        List<double[]> rows = [];
        foreach (Dictionary<string, double?> row in named)
        {
            string? unknown = (row ?? throw new ArgumentException($"{Expected}.")).Keys.FirstOrDefault(key => !columns.Contains(key));
            if (unknown is not null)
            {
                throw new ArgumentException($"There is no column '{unknown}'; those of a row are {string.Join(", ", columns)}.");
            }

            rows.Add([.. columns.Select(name => row.TryGetValue(name, out double? value) ? value ?? double.NaN : double.NaN)]);
        }

        return rows;
    }
}
