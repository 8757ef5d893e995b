namespace DeepLearning.Optimizers;

/// <summary>Carries options to and from a checkpoint, by name.</summary>
public sealed class OptionExchange
{
    private readonly IReadOnlyDictionary<string, Tensor>? _source;
    private readonly IDictionary<string, Tensor>? _target;
    private readonly string _prefix;

    private OptionExchange(IReadOnlyDictionary<string, Tensor>? source, IDictionary<string, Tensor>? target, string prefix) =>
        (_source, _target, _prefix) = (source, target, prefix);

    /// <summary>Writes a number, or reads it.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="current">Its value.</param>
    /// <returns>The value that was read; <paramref name="current"/> when writing, or when there is none to read.</returns>
    public double Number(string name, double current)
    {
        if (_target is not null)
        {
            _target[_prefix + name] = Tensor.FromScalar(current, DType.Float64);
        }

        return _source is not null && _source.TryGetValue(_prefix + name, out Tensor? value) ? value.Item<double>() : current;
    }

    /// <summary>Writes a truth value, or reads it.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="current">Its value.</param>
    /// <returns>The value that was read; <paramref name="current"/> when writing, or when there is none to read.</returns>
    public bool Flag(string name, bool current) => Number(name, current ? 1 : 0) != 0;

    internal static OptionExchange To(IDictionary<string, Tensor> target, string prefix) => new(null, target, prefix);

    internal static OptionExchange From(IReadOnlyDictionary<string, Tensor> source, string prefix) => new(source, null, prefix);
}
