using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace DeepLearning.Formats;

/// <summary>
/// A dictionary of a PyTorch file, in the file's order. Keys are texts, whole numbers (<see cref="long"/>, or <see cref="BigInteger"/>
/// where that is too small), <see cref="double"/>, <see cref="bool"/>, and tuples of those (<c>object[]</c>); numbers of equal value are
/// equal, as in Python, and an <see cref="int"/> may be asked for.
/// </summary>
public sealed class PyTorchDictionary : IReadOnlyDictionary<object, object?>
{
    // Made at the first entry: an empty dictionary takes one byte in a file.
    private OrderedDictionary<object, object?>? _entries;

    internal PyTorchDictionary()
    {
    }

    /// <summary>How many entries it has.</summary>
    public int Count => _entries?.Count ?? 0;

    /// <summary>The keys, in the file's order.</summary>
    public IEnumerable<object> Keys => _entries?.Keys ?? (IEnumerable<object>)[];

    /// <summary>The values, in the file's order.</summary>
    public IEnumerable<object?> Values => _entries?.Values ?? (IEnumerable<object?>)[];

    /// <summary>The value of a key.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="KeyNotFoundException">There is no such key; the message lists those that there are.</exception>
    public object? this[object key] => TryGetValue(key, out object? value) ? value : throw Missing(key);

    /// <summary>The value of a key, of the type it must have: <c>checkpoint.Get&lt;PyTorchDictionary&gt;("model")</c>.</summary>
    /// <typeparam name="T">The type; see <see cref="PyTorchFile.Load(string)"/> for which there are.</typeparam>
    /// <param name="key">The key.</param>
    /// <exception cref="KeyNotFoundException">There is no such key; the message lists those that there are.</exception>
    /// <exception cref="InvalidCastException">The value is of another type; the message says which.</exception>
    public T Get<T>(object key) => this[key] switch
    {
        T value => value,
        null => throw new InvalidCastException($"The value of {PickleKeys.Format(key)} is None, not {typeof(T).Name}."),
        object other => throw new InvalidCastException(
            $"The value of {PickleKeys.Format(key)} is {PickleTree.Describe(other)}, not {typeof(T).Name}."),
    };

    /// <summary>Whether there is such a key.</summary>
    /// <param name="key">The key.</param>
    public bool ContainsKey(object key) => TryGetValue(key, out _);

    /// <summary>Finds a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value of the key.</param>
    /// <returns>False when there is no such key.</returns>
    public bool TryGetValue(object key, [MaybeNullWhen(false)] out object? value)
    {
        ArgumentNullException.ThrowIfNull(key);
        value = null;
        return _entries is not null && _entries.TryGetValue(key, out value);
    }

    /// <summary>The entries, in the file's order.</summary>
    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() =>
        (_entries ?? Enumerable.Empty<KeyValuePair<object, object?>>()).GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"a dictionary of {Count}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryAdd(object key, object? value) =>
        (_entries ??= new OrderedDictionary<object, object?>(PickleKeys.Comparer)).TryAdd(key, value);

    internal object? ValueAt(int index) => _entries!.GetAt(index).Value;

    internal void SetAt(int index, object? value) => _entries!.SetAt(index, value);

    private KeyNotFoundException Missing(object key) => new(
        $"There is no key {PickleKeys.Format(key)}; the dictionary has {Count}: "
        + $"{string.Join(", ", Keys.Take(10).Select(PickleKeys.Format))}{(Count > 10 ? ", …" : "")}");
}
