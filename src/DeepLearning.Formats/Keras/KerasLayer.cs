namespace DeepLearning.Formats;

/// <summary>A layer of a Keras file with its weights, in the order and layout in which Keras has them.</summary>
public sealed class KerasLayer
{
    internal KerasLayer(string name, OrderedDictionary<string, Tensor> weights) => (Name, Weights) = (name, weights);

    /// <summary>
    /// The name in the file: <c>dense_1</c>, or <c>functional/layers/dense_1</c> for a layer of a model within the model.
    /// </summary>
    public string Name { get; }

    /// <summary>
    /// The class, such as <c>Dense</c>, where the file has a configuration (whole models: <c>.keras</c> and <c>.h5</c>), or where its name
    /// is that of its class, as in <c>.weights.h5</c>; null elsewhere.
    /// </summary>
    public string? ClassName { get; internal set; }

    /// <summary>
    /// The weights by what they are: <c>kernel</c>, <c>bias</c> in <c>.h5</c> files, places (<c>0</c>, <c>1</c>) in <c>.weights.h5</c>
    /// files, which know no names; those of parts behind the part's name, <c>forward_layer/cell/0</c>.
    /// </summary>
    public OrderedDictionary<string, Tensor> Weights { get; }

    /// <summary>The settings of the layer, where the file has them.</summary>
    internal KerasSettings? Settings { get; set; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}{(ClassName is null ? "" : $" ({ClassName})")}: "
        + string.Join(", ", Weights.Select(static weight => $"{weight.Key} {weight.Value.Shape}"));
}
