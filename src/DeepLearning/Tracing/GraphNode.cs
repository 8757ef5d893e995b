using DeepLearning.Layers;

namespace DeepLearning;

/// <summary>One operation of a <see cref="Graph"/>.</summary>
public sealed class GraphNode
{
    private readonly List<GraphValue> _outputs = [];

    internal GraphNode(string operation, OperationAttributes attributes, IReadOnlyList<GraphValue?> inputs, Module? module)
    {
        Operation = operation;
        Attributes = attributes;
        Inputs = inputs;
        Module = module;
    }

    /// <summary>The operation's name, such as <c>Conv2d</c>: that of the library's method as a rule.</summary>
    public string Operation { get; }

    /// <summary>What it was told besides its inputs.</summary>
    public OperationAttributes Attributes { get; }

    /// <summary>The values that it reads, in order; null for one that was left out before another.</summary>
    public IReadOnlyList<GraphValue?> Inputs { get; }

    /// <summary>The values that it makes.</summary>
    public IReadOnlyList<GraphValue> Outputs => _outputs;

    /// <summary>
    /// The path of the layer that it ran in, as the model's state dictionary names it; empty outside of the model's layers.
    /// </summary>
    public string Path { get; internal set; } = "";

    /// <summary>True for an operation that writes its result over its first input.</summary>
    public bool IsInPlace { get; private set; }

    /// <summary>True for an operation whose result shares the memory of its first input.</summary>
    public bool IsView { get; internal set; }

    /// <summary>
    /// How many products with an addition the operation takes, of matrix products and convolutions: what they are measured in. Others count
    /// as 0.
    /// </summary>
    public long MultiplyAdds => Operation switch
    {
        "MatMul" => Outputs[0].Shape.Count * Inputs[0]!.Shape[^1],
        "Linear" => Outputs[0].Shape.Count * Inputs[1]!.Shape[^1],
        "Conv1d" or "Conv2d" or "Conv3d" when Inputs[1]!.Shape is { Count: > 0 } weight =>
            Outputs[0].Shape.Count * (weight.Count / weight[0]),
        "ConvTranspose1d" or "ConvTranspose2d" or "ConvTranspose3d" when Inputs[1]!.Shape is { Count: > 0 } weight =>
            Inputs[0]!.Shape.Count * (weight.Count / weight[0]),
        "RNN" or "LSTM" or "GRU" => Inputs[0]!.Shape[0] * (Inputs[1]!.Shape.Count + Inputs[2]!.Shape.Count
            + (Attributes["projection"] is true ? Inputs[^1]!.Shape.Count : 0)),
        _ => 0,
    };

    /// <summary>The memory of the results, in bytes: 0 for a view and for a write in place.</summary>
    public long Bytes => IsView || IsInPlace ? 0 : Outputs.Sum(static v => v.Shape.Count * v.DType.Size());

    internal Module? Module { get; }

    /// <summary>How to compute the operation again; null where that is not known.</summary>
    internal Replay? Replay { get; set; }

    /// <summary>As <see cref="Replay"/>, with the result written over the first operand.</summary>
    internal Replay? ReplayInPlace { get; set; }

    /// <summary>The operation as a stage of a chain, if it is elementwise.</summary>
    internal CreateStage? Stage { get; set; }

    /// <summary>The operation with constant operands laid out for its kernel, if it is a convolution or a linear map.</summary>
    internal PrepareProduct? Prepare { get; set; }

    /// <summary>
    /// How many operands the operation was given, those left out at the end included; the graph's inputs have none of these.
    /// </summary>
    internal int Given { get; init; }

    /// <summary>How many of the graph's inputs are among those; the rest are operands that never have a gradient.</summary>
    internal int Present { get; init; }

    /// <summary>The tensor that an operation without operands made.</summary>
    internal Tensor? Made { get; set; }

    /// <summary>True where a tensor from outside was written to: that stays though no output may depend on it.</summary>
    internal bool ChangesOutside { get; set; }

    /// <summary>The operation as a line: <c>%3: float32[5, 2] = Softmax(%2) {axis=1}  in classifier</c>.</summary>
    public override string ToString()
    {
        string inputs = string.Join(", ", Inputs.Select(static input => input?.Name ?? "none"));
        string attributes = Attributes.Count == 0 ? "" : $" {{{Attributes}}}";
        return $"{string.Join(", ", Outputs)} = {Operation}{(IsInPlace ? " in place" : "")}({inputs}){attributes}"
            + (Path.Length == 0 ? "" : $"  in {Path}");
    }

    internal void AddOutput(GraphValue value, bool isInPlace)
    {
        _outputs.Add(value);
        IsInPlace |= isInPlace;
    }
}
