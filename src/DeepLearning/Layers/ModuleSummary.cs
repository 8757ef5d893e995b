using System.Globalization;
using System.Text;

namespace DeepLearning.Layers;

/// <summary>A table of a model's modules: kind, output shape, number of parameters; <see cref="ToString"/> lays it out as text.</summary>
public sealed class ModuleSummary
{
    private ModuleSummary(IReadOnlyList<Row> rows, long parameters, long trainable, long bytes) =>
        (Rows, Parameters, TrainableParameters, ParameterBytes) = (rows, parameters, trainable, bytes);

    /// <summary>One row per module, parents before children.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>The number of elements of all parameters, shared ones counted once.</summary>
    public long Parameters { get; }

    /// <summary>The same, of the parameters that require a gradient.</summary>
    public long TrainableParameters { get; }

    /// <summary>The memory of all parameters, in bytes.</summary>
    public long ParameterBytes { get; }

    /// <summary>The table as text.</summary>
    public override string ToString()
    {
        string[][] cells =
        [
            ["layer", "output", "parameters"],
            .. Rows.Select(static r => new[] { new string(' ', 2 * r.Depth) + r.Layer, r.Output, r.Parameters > 0 ? Number(r.Parameters)
                : "" }),
        ];
        int[] widths = [.. Enumerable.Range(0, 3).Select(c => cells.Max(row => row[c].Length))];
        string line = new('─', widths.Sum() + 4);
        StringBuilder text = new();
        for (int row = 0; row < cells.Length; row++)
        {
            string cell = $"{cells[row][0].PadRight(widths[0])}  {cells[row][1].PadRight(widths[1])}  {cells[row][2].PadLeft(widths[2])}";
            text.Append(cell.TrimEnd()).Append('\n').Append(row == 0 ? line + "\n" : "");
        }

        text.Append(line).Append('\n').Append(CultureInfo.InvariantCulture, $"parameters {Number(Parameters)}");
        if (TrainableParameters != Parameters)
        {
            text.Append(CultureInfo.InvariantCulture, $", {Number(TrainableParameters)} of them trained");
        }

        return text.Append(CultureInfo.InvariantCulture, $" ({ParameterBytes / 1048576.0:0.00} MB)").ToString();
    }

    /// <summary>The table of a model, of which <paramref name="forward"/> is a forward pass.</summary>
    internal static ModuleSummary Of(Module model, Func<object?> forward)
    {
        List<(Module Module, bool Training)> modes = [.. model.Modules().Select(static m => (m, m.Training))];
        using ShapeRecorder recorder = new();
        try
        {
            model.Eval();
            using GradMode.Region region = GradMode.NoGrad();
            recorder.Record(model, forward());
        }
        finally
        {
            foreach ((Module module, bool training) in modes)
            {
                module.RestoreTraining(training);
            }
        }

        List<Row> rows = [];
        foreach ((string name, Module module) in model.NamedModules())
        {
            int depth = name.Length == 0 ? 0 : name.Count(static c => c == '.') + 1;
            string own = module.Details.Length == 0 ? module.Kind : $"{module.Kind}({module.Details})";
            long parameters = module.Members().Sum(static m => m.Parameter?.Count ?? 0);
            rows.Add(new Row(name, depth == 0 ? own : $"{name[(name.LastIndexOf('.') + 1)..]}: {own}", depth, recorder.OutputOf(module),
                parameters));
        }

        IReadOnlyList<Parameter> all = model.Parameters();
        return new ModuleSummary(
            rows, all.Sum(static p => p.Count), all.Where(static p => p.RequiresGrad).Sum(static p => p.Count),
            all.Sum(static p => p.Count * p.DType.Size()));
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>One module of the table.</summary>
    /// <param name="Path">Its path in the model; empty for the model itself.</param>
    /// <param name="Layer">Its name, kind and sizes.</param>
    /// <param name="Depth">How many modules are around it.</param>
    /// <param name="Output">The shape of its last output, or those of several; empty for a module of the user's own that did not come
    /// through a library layer or a chain.</param>
    /// <param name="Parameters">The number of elements of the parameters that it holds itself.</param>
    public sealed record Row(string Path, string Layer, int Depth, string Output, long Parameters);
}
