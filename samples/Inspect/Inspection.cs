using System.Globalization;
using DeepLearning.Serialization;

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
                using SafetensorsFile file = Safetensors.Open(options.File);
                Print(file, options, output);
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

    private static void Print(SafetensorsFile file, Options options, TextWriter output)
    {
        SafetensorsEntry[] entries =
            [.. file.Entries.Where(entry => entry.Name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase))];
        if (file.Metadata.Count > 0)
        {
            output.WriteLine("metadata");
            PrintTable(output, file.Metadata.Select(text => new[] { Line(text.Key), Line(text.Value) }));
            output.WriteLine();
        }

        output.WriteLine(entries.Length < file.Entries.Count ? $"tensors ({entries.Length} of {file.Entries.Count})" : "tensors");
        PrintTable(output, entries.Select(entry => new[]
        {
            Line(entry.Name),
            entry.StoredType,
            entry.Shape.ToString(),
            options.Statistics ? Statistics.Of(file, entry).ToString() : FirstValues(file, entry, options.Values),
        }));
        output.WriteLine();
        foreach (IGrouping<string, SafetensorsEntry> type in entries.GroupBy(entry => entry.StoredType))
        {
            output.WriteLine(Total(type.Key, [.. type]));
        }

        output.WriteLine(Total("total", entries));
    }

    private static string Total(string title, SafetensorsEntry[] entries) => string.Create(
        CultureInfo.InvariantCulture,
        $"{title,-7} {entries.Length,6:n0} tensors {entries.Sum(entry => entry.Count),15:n0} numbers "
        + $"{entries.Sum(entry => entry.ByteLength),15:n0} bytes");

    private static string FirstValues(SafetensorsFile file, SafetensorsEntry entry, int most)
    {
        using TensorScope scope = new();
        int count = (int)Math.Min(entry.Count, most);
        Tensor values = file.ReadElements(entry.Name, 0, count);
        IEnumerable<string> texts =
            values.DType == DType.Bool ? values.ToArray<bool>().Select(x => x ? "true" : "false")
            : values.DType.IsFloatingPoint() ? values.ToArray<double>().Select(x => x.ToString("g5", CultureInfo.InvariantCulture))
            : values.ToArray<long>().Select(x => x.ToString(CultureInfo.InvariantCulture));
        return string.Join(' ', texts) + (count < entry.Count ? " …" : "");
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
