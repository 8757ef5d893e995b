using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DeepLearning;

/// <summary>
/// What an operation was told besides its tensors, by name: <c>axes</c>, <c>stride</c>, <c>eps</c> … A value is a <see cref="long"/>, a
/// <see cref="double"/>, a <see cref="bool"/>, a <see cref="string"/>, a list of <see cref="long"/>, or a <see cref="DType"/>.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "The name says what they are, not how they are held.")]
public sealed class OperationAttributes : IReadOnlyCollection<KeyValuePair<string, object>>
{
    private readonly List<KeyValuePair<string, object>> _values = [];
    private readonly List<Tensor> _operands = [];

    internal OperationAttributes()
    {
    }

    /// <summary>The number of attributes.</summary>
    public int Count => _values.Count;

    /// <summary>The attribute of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">There is none; the message names those there are.</exception>
    public object this[string name] => TryGet(name, out object? value)
        ? value
        : throw new KeyNotFoundException(
            $"There is no attribute {name}; there are {(Count == 0 ? "none" : string.Join(", ", _values.Select(static v => v.Key)))}.");

    /// <summary>Operands that never have a gradient, such as indices and masks; they follow the others.</summary>
    internal IReadOnlyList<Tensor> Operands => _operands;

    /// <summary>The attribute of a name, if there is one.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">Receives it.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out object? value)
    {
        foreach (KeyValuePair<string, object> attribute in _values)
        {
            if (attribute.Key == name)
            {
                value = attribute.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The attributes as a line: <c>axis=1, eps=1E-05</c>.</summary>
    public override string ToString() => string.Join(", ", _values.Select(static v => $"{v.Key}={Text(v.Value)}"));

    /// <summary>Adds an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>These attributes.</returns>
    public OperationAttributes Add(string name, long value) => AddValue(name, value);

    /// <summary>Adds an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>These attributes.</returns>
    public OperationAttributes Add(string name, double value) => AddValue(name, value);

    /// <summary>Adds an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>These attributes.</returns>
    public OperationAttributes Add(string name, bool value) => AddValue(name, value);

    /// <summary>Adds an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>These attributes.</returns>
    public OperationAttributes Add(string name, string value) => AddValue(name, value);

    /// <summary>Adds an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>These attributes.</returns>
    public OperationAttributes Add(string name, DType value) => AddValue(name, value);

    /// <summary>Adds an attribute.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>These attributes.</returns>
    public OperationAttributes Add(string name, Scalar value) => value.DType == DType.Bool
        ? Add(name, value.ToDouble() != 0)
        : value.DType.IsFloatingPoint() ? Add(name, value.ToDouble()) : Add(name, value.ToInt64());

    /// <summary>Adds an attribute of several numbers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Its values.</param>
    /// <returns>These attributes.</returns>
    public OperationAttributes Add(string name, ReadOnlySpan<int> values)
    {
        long[] list = new long[values.Length];
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = values[i];
        }

        return AddValue(name, list);
    }

    /// <summary>Adds an attribute of several numbers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Its values.</param>
    /// <returns>These attributes.</returns>
    public OperationAttributes Add(string name, ReadOnlySpan<long> values) => AddValue(name, values.ToArray());

    /// <summary>An attribute that may be missing.</summary>
    internal OperationAttributes AddIf(string name, long? value) => value is { } given ? Add(name, given) : this;

    internal OperationAttributes Operand(Tensor? tensor)
    {
        if (tensor is not null)
        {
            _operands.Add(tensor);
        }

        return this;
    }

    internal OperationAttributes Operand(ReadOnlySpan<Tensor> tensors)
    {
        _operands.AddRange(tensors);
        return this;
    }

    private OperationAttributes AddValue(string name, object value)
    {
        _values.Add(new KeyValuePair<string, object>(name, value));
        return this;
    }

    private static string Text(object value) => value switch
    {
        long[] list => $"[{string.Join(", ", list)}]",
        DType dtype => dtype.Name(),
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
