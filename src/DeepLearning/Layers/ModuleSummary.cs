using System.Globalization;
using System.Text;

namespace DeepLearning.Layers;

/// <summary>
/// A table of a model's modules: kind, output shape, number of parameters, products with an addition, memory of the results;
/// <see cref="ToString"/> lays it out as text.
/// </summary>
public sealed class ModuleSummary
{
    private ModuleSummary(IReadOnlyList<Row> rows, IReadOnlyList<Parameter> parameters, Graph graph)
    {
        Rows = rows;
        Parameters = parameters.Sum(static p => p.Count);
        TrainableParameters = parameters.Where(static p => p.RequiresGrad).Sum(static p => p.Count);
        ParameterBytes = parameters.Sum(static p => p.Count * p.DType.Size());
        MultiplyAdds = graph.Nodes.Sum(static n => n.MultiplyAdds);
        ActivationBytes = graph.Nodes.Sum(static n => n.Bytes);
    }

    /// <summary>One row per module, parents before children.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>The number of elements of all parameters, shared ones counted once.</summary>
    public long Parameters { get; }

    /// <summary>The same, of the parameters that require a gradient.</summary>
    public long TrainableParameters { get; }

    /// <summary>The memory of all parameters, in bytes.</summary>
    public long ParameterBytes { get; }

    /// <summary>
    /// The products with an addition that the matrix products and convolutions of one forward pass take, for the input given; half of what
    /// is counted as floating-point operations.
    /// </summary>
    public long MultiplyAdds { get; }

    /// <summary>
    /// The memory of all results of one forward pass, in bytes, for the input given: about what a training step keeps for its gradients.
    /// </summary>
    public long ActivationBytes { get; }

    /// <summary>The table as text.</summary>
    public override string ToString()
    {
        string[][] cells =
        [
            ["layer", "output", "parameters", "multiply-adds"],
            .. Rows.Select(static r => new[]
            {
                new string(' ', 2 * r.Depth) + r.Layer, r.Output, NotZero(r.Parameters), NotZero(r.MultiplyAdds),
            }),
        ];
        int[] widths = [.. Enumerable.Range(0, 4).Select(c => cells.Max(row => row[c].Length))];
        string line = new('─', widths.Sum() + 6);
        StringBuilder text = new();
        for (int row = 0; row < cells.Length; row++)
        {
            string cell = $"{cells[row][0].PadRight(widths[0])}  {cells[row][1].PadRight(widths[1])}  {cells[row][2].PadLeft(widths[2])}  "
                + cells[row][3].PadLeft(widths[3]);
            text.Append(cell.TrimEnd()).Append('\n').Append(row == 0 ? line + "\n" : "");
        }

        text.Append(line).Append('\n').Append(CultureInfo.InvariantCulture, $"parameters {Number(Parameters)}");
        if (TrainableParameters != Parameters)
        {
            text.Append(CultureInfo.InvariantCulture, $", {Number(TrainableParameters)} of them trained");
        }

        return text.Append(CultureInfo.InvariantCulture, $" ({ParameterBytes / 1048576.0:0.00} MB)\n")
            .Append(CultureInfo.InvariantCulture, $"multiply-adds {Number(MultiplyAdds)}, ")
            .Append(CultureInfo.InvariantCulture, $"activations {ActivationBytes / 1048576.0:0.00} MB").ToString();
    }

    /// <summary>The table of a model, of which <paramref name="forward"/> is a forward pass.</summary>
    internal static ModuleSummary Of(Module model, Func<object?> forward, params ReadOnlySpan<object?> inputs)
    {
        using ShapeRecorder recorder = new();
        Tensor[] given = [.. inputs.ToArray().SelectMany(ShapeRecorder.TensorsOf)];
        Graph graph = Graph.Of(
            model,
            _ =>
            {
                object? output = forward();
                recorder.Record(model, output);
                Tensor[] tensors = [.. ShapeRecorder.TensorsOf(output)];

                // An output of the user's own type: what its layers gave stands for it.
                return tensors.Length > 0 ? tensors : [.. recorder.Outputs];
            },
            given);
        ILookup<string, GraphNode> nodes = graph.Nodes.ToLookup(static n => n.Path);
        List<Row> rows = [];
        foreach ((string name, Module module) in model.NamedModules())
        {
            int depth = name.Length == 0 ? 0 : name.Count(static c => c == '.') + 1;
            string own = module.Details.Length == 0 ? module.Kind : $"{module.Kind}({module.Details})";
            long parameters = module.Members().Sum(static m => m.Parameter?.Count ?? 0);
            rows.Add(new Row(name, depth == 0 ? own : $"{name[(name.LastIndexOf('.') + 1)..]}: {own}", depth, recorder.OutputOf(module),
                parameters, nodes[name].Sum(static n => n.MultiplyAdds), nodes[name].Sum(static n => n.Bytes)));
        }

        return new ModuleSummary(rows, model.Parameters(), graph);
    }

    private static string NotZero(long value) => value > 0 ? Number(value) : "";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>One module of the table.</summary>
    /// <param name="Path">Its path in the model; empty for the model itself.</param>
    /// <param name="Layer">Its name, kind and sizes.</param>
    /// <param name="Depth">How many modules are around it.</param>
    /// <param name="Output">The shape of its last output, or those of several; empty for a module of the user's own that did not come
    /// through a library layer or a chain.</param>
    /// <param name="Parameters">The number of elements of the parameters that it holds itself.</param>
    /// <param name="MultiplyAdds">The products with an addition that its own operations take.</param>
    /// <param name="ActivationBytes">The memory of its own operations' results, in bytes.</param>
    public sealed record Row(
        string Path, string Layer, int Depth, string Output, long Parameters, long MultiplyAdds, long ActivationBytes);
}
