using System.Collections.Concurrent;
using DeepLearning.Layers;

namespace DeepLearning.Training;

/// <summary>
/// Architectures by name, so that a file can say which one its weights belong to. A file only ever chooses among those that the program
/// registered: no type is looked up by its name, and no code comes from the file.
/// </summary>
public sealed class ModelRegistry
{
    private readonly ConcurrentDictionary<string, Func<ModelSettings, Module<Tensor, Tensor>>> _makers = new(StringComparer.Ordinal);

    /// <summary>The registry that is used when none is given.</summary>
    public static ModelRegistry Default { get; } = new();

    /// <summary>The names of the architectures, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _makers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Registers an architecture.</summary>
    /// <param name="name">Its name, which files keep.</param>
    /// <param name="make">Makes a new model. The same settings must give the same parameters, in name, shape and type.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">Another architecture has the name.</exception>
    public ModelRegistry Add(string name, Func<ModelSettings, Module<Tensor, Tensor>> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(make);
        return _makers.GetOrAdd(name, make) == make
            ? this
            : throw new ArgumentException($"ModelRegistry: there is another architecture '{name}'.", nameof(name));
    }

    /// <summary>Makes a model.</summary>
    /// <param name="name">The name of its architecture.</param>
    /// <param name="settings">What it is made by.</param>
    /// <exception cref="ArgumentException">There is no such architecture (the message lists those there are), or a setting does not
    /// fit.</exception>
    public Module<Tensor, Tensor> Make(string name, ModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(settings);
        return _makers.TryGetValue(name, out Func<ModelSettings, Module<Tensor, Tensor>>? make)
            ? make(settings)
            : throw new ArgumentException(
                $"ModelRegistry: there is no architecture '{Data.CloseNames.Shorten(name)}'; register it with {nameof(Add)}. "
                + Data.CloseNames.Explain(name, Names),
                nameof(name));
    }

    /// <inheritdoc/>
    public override string ToString() => $"ModelRegistry({string.Join(", ", Names)})";
}
