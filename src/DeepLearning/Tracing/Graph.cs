using DeepLearning.Layers;

namespace DeepLearning;

/// <summary>
/// A computation as a graph: the operations that ran, in their order, with what they were told, and the values between them. It is taken
/// down while the computation runs, so it shows what the given inputs went through: a loop is unrolled, and of a branch there is the
/// side that was taken.
/// </summary>
/// <example>
/// <code>
/// Graph graph = Graph.Of(static x => (x * 2).Softmax(1), Tensor.Rand(2, 3));
/// Console.WriteLine(graph);
/// </code>
/// </example>
public sealed class Graph
{
    internal Graph(
        IReadOnlyList<GraphNode> nodes, IReadOnlyList<GraphValue> inputs, IReadOnlyList<GraphValue> outputs,
        IReadOnlyList<GraphValue> parameters, IReadOnlyList<GraphValue> constants)
    {
        Nodes = nodes;
        Inputs = inputs;
        Outputs = outputs;
        Parameters = parameters;
        Constants = constants;
    }

    /// <summary>
    /// The operations that the outputs depend on, each after those that it reads, and those that wrote into an input, a parameter or a
    /// constant.
    /// </summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>The inputs, in the order in which they were given; read or not.</summary>
    public IReadOnlyList<GraphValue> Inputs { get; }

    /// <summary>The outputs, in the order in which they were returned.</summary>
    public IReadOnlyList<GraphValue> Outputs { get; }

    /// <summary>The parameters that are read, frozen ones too.</summary>
    public IReadOnlyList<GraphValue> Parameters { get; }

    /// <summary>The other tensors that are read and that no operation made, such as a model's buffers.</summary>
    public IReadOnlyList<GraphValue> Constants { get; }

    /// <summary>Takes down a function of one tensor.</summary>
    /// <param name="function">The function. It runs once, as it would without this.</param>
    /// <param name="input">Its input.</param>
    public static Graph Of(Func<Tensor, Tensor> function, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Of(inputs => [function(inputs[0])], [input]);
    }

    /// <summary>Takes down a function of several tensors.</summary>
    /// <param name="function">The function. It runs once, as it would without this.</param>
    /// <param name="inputs">Its inputs.</param>
    public static Graph Of(Func<Tensor[], Tensor[]> function, params ReadOnlySpan<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run(null, function, inputs, false, out _, out _);
    }

    /// <summary>Takes down a model's forward pass, in evaluation mode and without a record for gradients.</summary>
    /// <param name="model">The model. Its mode and its figures are afterwards what they were before.</param>
    /// <param name="input">An input of the kind that it takes.</param>
    public static Graph Of(Module<Tensor, Tensor> model, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model, inputs => [model.Forward(inputs[0])], [input]);
    }

    /// <summary>Takes down a pass through a model of several inputs or outputs, in evaluation mode and without a record.</summary>
    /// <param name="model">The model, whose parameters and layers give names. Its mode is afterwards what it was before.</param>
    /// <param name="forward">Runs the model once.</param>
    /// <param name="inputs">What <paramref name="forward"/> is given.</param>
    public static Graph Of(Module model, Func<Tensor[], Tensor[]> forward, params ReadOnlySpan<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(forward);
        using ModuleModes modes = new(model);
        model.Eval();
        using GradMode.Region region = GradMode.NoGrad();
        return Run(model, forward, inputs, false, out _, out _);
    }

    /// <summary>The operations, a line each.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        [.. Inputs.Select(static v => $"input {v}"), .. Nodes.Select(static n => n.ToString()),
            .. Outputs.Select(static v => $"output {v}")]);

    /// <summary>Runs a function once and takes it down.</summary>
    /// <param name="model">The model whose parameters and layers give names.</param>
    /// <param name="function">The function.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="keepsMade">Whether nodes keep what operations without operands made.</param>
    /// <param name="results">Receives what the function returned.</param>
    /// <param name="readings">Receives the values whose numbers were read.</param>
    internal static Graph Run(
        Module? model, Func<Tensor[], Tensor[]> function, ReadOnlySpan<Tensor> inputs, bool keepsMade, out Tensor[] results,
        out IReadOnlyList<(GraphValue Value, Module? Module)> readings)
    {
        foreach (Tensor input in inputs)
        {
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
        }

        using Trace trace = new(keepsMade);
        foreach (Parameter parameter in model?.Parameters() ?? [])
        {
            trace.Given(parameter, GraphValueKind.Parameter);
        }

        foreach (Tensor buffer in model?.Buffers() ?? [])
        {
            trace.Given(buffer, GraphValueKind.Constant);
        }

        Tensor[] given = inputs.ToArray();
        GraphValue[] first = Array.ConvertAll(given, tensor => trace.Given(tensor, GraphValueKind.Input));
        results = function(given)
            ?? throw new InvalidOperationException("Graph.Of: the function returned null; return its outputs.");
        GraphValue[] last = Array.ConvertAll(results, result => trace.ValueOf(
            result ?? throw new InvalidOperationException("Graph.Of: one of the function's outputs is null.")));
        readings = trace.Readings;
        return new GraphBuilder(trace, model).Build(first, last);
    }
}
