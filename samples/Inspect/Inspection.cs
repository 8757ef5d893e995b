using System.Globalization;

namespace DeepLearning.Samples.Inspect;

/// <summary>The program: prints what a file holds, or one line about why it cannot.</summary>
public static class Inspection
{
    private const int LongestText = 100;

    /// <returns>The exit code: 0, or 1 for a file that cannot be read, or 2 for a wrong command line.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter errors) => CommandLine.Run(
        arguments, Options.Command, parsed =>
        {
            Options options = Options.From(parsed);
            try
            {
                using Listing listing = Listing.Open(options.File);
                Print(listing, options, output);
                return 0;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The message may quote the file.
                errors.WriteLine(Line(error.Message, int.MaxValue));
                return 1;
            }
        },
        output, errors);

    private static void Print(Listing listing, Options options, TextWriter output)
    {
        Item[] items = [.. listing.Items.Where(item => item.Name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase))];
        if (listing.Metadata.Count > 0)
        {
            output.WriteLine("metadata");
            PrintTable(output, listing.Metadata.Select(text => new[] { Line(text.Key), Line(text.Value) }));
            output.WriteLine();
        }

        output.WriteLine(items.Length < listing.Items.Count ? $"tensors ({items.Length} of {listing.Items.Count})" : "tensors");
        PrintTable(output, items.Select(item => new[]
        {
            Line(item.Name),
            item.Type,
            item.Shape.ToString(),
            options.Statistics ? Statistics.Of(item).ToString() : FirstValues(item, options.Values),
        }));
        output.WriteLine();
        foreach (IGrouping<string, Item> type in items.GroupBy(item => item.Type))
        {
            output.WriteLine(Total(type.Key, [.. type]));
        }

        output.WriteLine(Total("total", items));
    }

    private static string Total(string title, Item[] items) => string.Create(
        CultureInfo.InvariantCulture,
        $"{title,-7} {items.Length,6:n0} tensors {items.Sum(item => item.Shape.Count),15:n0} numbers "
        + $"{items.Sum(item => item.ByteLength),15:n0} bytes");

    private static string FirstValues(Item item, int most)
    {
        using TensorScope scope = new();
        int count = (int)Math.Min(item.Shape.Count, most);
        Tensor? values = item.First(count);
        if (values is null)
        {
            return "not decoded";
        }

        IEnumerable<string> texts =
            values.DType == DType.Bool ? values.ToArray<bool>().Select(x => x ? "true" : "false")
            : values.DType.IsFloatingPoint() ? values.ToArray<double>().Select(x => x.ToString("g5", CultureInfo.InvariantCulture))
            : values.ToArray<long>().Select(x => x.ToString(CultureInfo.InvariantCulture));
        return string.Join(' ', texts) + (count < item.Shape.Count ? " …" : "");
    }

    /// <summary>Rows in columns as wide as their widest text.</summary>
    private static void PrintTable(TextWriter output, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        int[] widths = [.. Enumerable.Range(0, all.Length == 0 ? 0 : all[0].Length).Select(column => all.Max(row => row[column].Length))];
        foreach (string[] row in all)
        {
            output.WriteLine(("  " + string.Join("  ", row.Select((text, column) => text.PadRight(widths[column])))).TrimEnd());
        }
    }

    /// <summary>
    /// A text out of a file as one line: without the characters that a terminal would obey (controls, and those that turn the direction of
    /// writing), and not too long.
    /// </summary>
    private static string Line(string text, int longest = LongestText)
    {
        string line = string.Concat(text.Select(letter => char.GetUnicodeCategory(letter)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            ? '\uFFFD' : letter));
        return line.Length > longest ? line[..longest] + "…" : line;
    }
}
