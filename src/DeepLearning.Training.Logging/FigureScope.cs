using System.Collections;

namespace DeepLearning.Training.Logging;

/// <summary>The figures of an epoch as a scope of a logger: each one a property.</summary>
internal sealed class FigureScope(IReadOnlyDictionary<string, double> values) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _properties =
        [.. values.Select(static v => new KeyValuePair<string, object?>(v.Key, v.Value))];

    public int Count => _properties.Length;

    public KeyValuePair<string, object?> this[int index] => _properties[index];

    /// <summary>The figures on one line.</summary>
    public static string Text(IReadOnlyDictionary<string, double> values) =>
        string.Join(", ", values.Select(static v => $"{v.Key} {FigureFormat.Number(v.Value)}"));

    public override string ToString() => Text(values);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _properties.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
