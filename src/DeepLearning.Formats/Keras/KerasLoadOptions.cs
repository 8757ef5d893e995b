namespace DeepLearning.Formats;

/// <summary>How weights of a Keras file go to a module; see <see cref="KerasModules.LoadKeras"/>.</summary>
public sealed record KerasLoadOptions
{
    /// <summary>False accepts layers and names that are missing or unknown; shapes must fit all the same. True by default.</summary>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// Which layer of the file goes to which module: the name in the file, as <see cref="KerasLayer.Name"/> has it, and the path of the
    /// module, such as <c>_encoder.0</c>. Null: they are matched in their order.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Layers { get; init; }

    /// <summary>
    /// For dense layers whose input was flattened from an image, the shape that was flattened, without the batch, as Keras has it: [height,
    /// width, channels]. Keras flattens with the channels last and this library with them first, so the weights change places. An empty
    /// shape says that nothing was flattened.
    /// </summary>
    public IReadOnlyDictionary<string, int[]> FlattenedFrom { get; init; } = new Dictionary<string, int[]>();

    /// <inheritdoc/>
    public override string ToString()
    {
        string layers = Layers is null ? "in order" : string.Join(", ", Layers.Select(static pair => $"{pair.Key} to {pair.Value}"));
        string flattened = string.Join(", ", FlattenedFrom.Select(static pair => $"{pair.Key} from {Shape.Format(pair.Value)}"));
        return $"{(Strict ? "strict" : "not strict")}, {layers}{(flattened.Length == 0 ? "" : $", flattened {flattened}")}";
    }
}
