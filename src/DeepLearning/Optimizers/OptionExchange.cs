namespace DeepLearning.Optimizers;

/// <summary>Carries options to and from a checkpoint, by name.</summary>
public sealed class OptionExchange
{
    private readonly IReadOnlyDictionary<string, Tensor>? _source;
    private readonly IDictionary<string, Tensor>? _target;
    private readonly string _prefix;
    private readonly List<string> _seen = [];

    private OptionExchange(IReadOnlyDictionary<string, Tensor>? source, IDictionary<string, Tensor>? target, string prefix) =>
        (_source, _target, _prefix) = (source, target, prefix);

    /// <summary>Writes a number, or reads it.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="current">Its value.</param>
    /// <returns>The value that was read; <paramref name="current"/> when writing, or when there is none to read.</returns>
    public double Number(string name, double current)
    {
        _seen.Add(FormattableString.Invariant($"{name} {current}"));
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
    public bool Flag(string name, bool current)
    {
        bool value = Number(name, current ? 1 : 0) != 0;
        _seen[^1] = current ? name : "";
        return value;
    }

    /// <summary>What went through: the options with their values, flags only if they are set.</summary>
    public override string ToString() => string.Join(", ", _seen.Where(static word => word.Length > 0));

    internal static OptionExchange To(IDictionary<string, Tensor> target, string prefix) => new(null, target, prefix);

    /// <summary>Only looks, for <see cref="ToString"/>.</summary>
    internal static OptionExchange Look() => new(null, null, "");

    internal static OptionExchange From(IReadOnlyDictionary<string, Tensor> source, string prefix) => new(source, null, prefix);
}
