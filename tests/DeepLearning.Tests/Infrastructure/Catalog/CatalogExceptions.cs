using DeepLearning.Testing;

namespace DeepLearning.Tests.Infrastructure.Catalog;

/// <summary>The table of what does not hold for an entry of a catalog, with the reasons (exceptions.tsv: entry, aspect, reason).</summary>
internal static class CatalogExceptions
{
    public static IReadOnlyList<(string Entry, Aspect Aspect, string Reason)> All { get; } = Read();

    public static IReadOnlyDictionary<Aspect, string> Of(string entry) =>
        All.Where(row => row.Entry == entry).ToDictionary(static row => row.Aspect, static row => row.Reason);

    private static List<(string Entry, Aspect Aspect, string Reason)> Read()
    {
        List<(string, Aspect, string)> rows = [];
        using Stream stream = typeof(CatalogExceptions).Assembly.GetManifestResourceStream("Catalog/exceptions.tsv")!;
        using StreamReader reader = new(stream);
        foreach (string line in reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            string[] cells = line.Split('\t');
            Assert.True(cells.Length == 3 && cells[2].Length > 10, $"Not an entry, an aspect and a reason, with tabs between: '{line}'");
            rows.Add((cells[0], Enum.Parse<Aspect>(cells[1]), cells[2]));
        }

        return rows;
    }
}
