namespace DeepLearning.Onnx;

/// <summary>How a model is written as ONNX.</summary>
public sealed class OnnxExportOptions
{
    /// <summary>The least opset that can be written.</summary>
    public const int LeastOpset = 17;

    /// <summary>The greatest opset that can be written.</summary>
    public const int GreatestOpset = 24;

    /// <summary>
    /// The version of the standard operators that the file asks for, <see cref="LeastOpset"/> to <see cref="GreatestOpset"/>. Greater ones
    /// have more operators (20 has Gelu, 23 RMSNormalization), smaller ones run in older programs.
    /// </summary>
    public int Opset { get; init; } = 18;

    /// <summary>The names of the inputs, in their order; empty for <c>input</c> or <c>input_0</c>, <c>input_1</c> …</summary>
    public IReadOnlyList<string> InputNames { get; init; } = [];

    /// <summary>The names of the outputs, in their order; empty for <c>output</c> or <c>output_0</c>, <c>output_1</c> …</summary>
    public IReadOnlyList<string> OutputNames { get; init; } = [];

    /// <summary>The axes whose lengths the file leaves open; empty for a file that takes inputs of the example's shapes alone.</summary>
    public IReadOnlyList<OnnxDynamicAxis> DynamicAxes { get; init; } = [];

    /// <summary>The name of the graph.</summary>
    public string ModelName { get; init; } = "model";

    /// <summary>A description of the model, kept in the file.</summary>
    public string Description { get; init; } = "";

    /// <summary>Texts kept in the file beside the model, by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"opset {Opset}{(DynamicAxes.Count == 0 ? "" : $", open: {string.Join(", ",
            DynamicAxes.Select(static a => $"{a.Input}[{a.Axis}] = {a.Name}"))}")}");
}

/// <summary>
/// An axis whose length a file leaves open. Axes of the same name have the same length. To see what depends on it, the model is run with
/// other lengths: the example's (2 where that is 1), one <paramref name="Step"/> and three steps more.
/// </summary>
/// <param name="Input">The name of the input.</param>
/// <param name="Axis">The axis, from the front.</param>
/// <param name="Name">The name of the length, such as <c>batch</c>.</param>
/// <param name="Step">What lengths must be multiples of, such as 16 for the height of a U-Net's images.</param>
public sealed record OnnxDynamicAxis(string Input, int Axis, string Name, int Step = 1);
