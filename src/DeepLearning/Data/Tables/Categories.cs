using System.Globalization;

namespace DeepLearning.Data;

/// <summary>The sorted distinct labels of a column and their indices. Missing cells, where allowed, are the last category.</summary>
internal sealed class Categories
{
    private readonly string[] _labels;
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    /// <summary>Takes labels in their order.</summary>
    /// <exception cref="TableException">A label comes twice.</exception>
    public Categories(IEnumerable<string> labels, bool hasMissing)
    {
        _labels = [.. labels];
        HasMissing = hasMissing;
        for (int i = 0; i < _labels.Length; i++)
        {
            if (!_indices.TryAdd(_labels[i], i))
            {
                throw new TableException($"Label '{CloseNames.Shorten(_labels[i])}' comes twice.");
            }
        }
    }

    /// <summary>The labels without the one that stands for missing cells.</summary>
    public IReadOnlyList<string> Labels => _labels;

    /// <summary>Whether missing cells are a category.</summary>
    public bool HasMissing { get; }

    /// <summary>The number of categories.</summary>
    public int Count => _labels.Length + (HasMissing ? 1 : 0);

    /// <summary>The distinct labels, sorted: numbers by value, texts by their code units.</summary>
    public static Categories Of(IEnumerable<string?> labels, bool areNumbers)
    {
        HashSet<string> distinct = new(StringComparer.Ordinal);
        bool hasMissing = false;
        foreach (string? label in labels)
        {
            if (label is null)
            {
                hasMissing = true;
            }
            else
            {
                distinct.Add(label);
            }
        }

        return new Categories(
            areNumbers
                ? distinct.OrderBy(static label => double.Parse(label, CultureInfo.InvariantCulture))
                : distinct.Order(StringComparer.Ordinal),
            hasMissing);
    }

    /// <summary>A cell as a label: its text, but one for both zeros.</summary>
    public static string? LabelOf(Column column, int row) =>
        column is NumberColumn numbers && numbers[row] == 0 ? "0" : column.Text(row);

    /// <summary>The label that comes most often, the first in order among equals; null of nothing.</summary>
    public static (string? Label, int Count) MostFrequent(IReadOnlyDictionary<string, int> counts)
    {
        (string? best, int most) = (null, 0);
        foreach ((string label, int count) in counts)
        {
            if (count > most || (count == most && string.CompareOrdinal(label, best) < 0))
            {
                (best, most) = (label, count);
            }
        }

        return (best, most);
    }

    /// <summary>The index of a label, or −1.</summary>
    public int IndexOf(string? label) =>
        label is null ? (HasMissing ? _labels.Length : -1) : _indices.GetValueOrDefault(label, -1);

    /// <summary>The label at an index; null for that of missing cells.</summary>
    public string? this[int index] => index < _labels.Length ? _labels[index] : null;
}
