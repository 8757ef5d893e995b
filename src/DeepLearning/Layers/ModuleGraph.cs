namespace DeepLearning.Layers;

/// <summary>
/// The operations of a model as a drawing: what each computes, from what, in which layer, each with a name below that of the model. It is
/// made from the <see cref="Graph"/> of a forward pass, so it shows what an input really went through.
/// </summary>
public sealed class ModuleGraph
{
    private readonly List<Vertex> _vertices = [];
    private readonly Dictionary<GraphValue, string> _names = [];
    private readonly HashSet<string> _taken = [];
    private readonly Dictionary<string, int> _numbers = [];
    private readonly string _root;

    private ModuleGraph(string root) => _root = root;

    /// <summary>Inputs, parameters, constants, operations and the outputs; each after those it reads.</summary>
    public IReadOnlyList<Vertex> Vertices => _vertices;

    /// <inheritdoc/>
    public override string ToString() => string.Join(
        Environment.NewLine, Vertices.Select(static vertex => vertex.ToString()));

    /// <summary>Runs a model once, in evaluation mode, and takes down its operations.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">An input of the kind that it takes.</param>
    public static ModuleGraph Of(Module<Tensor, Tensor> model, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        using TensorScope scope = new();
        return Of(Graph.Of(model, input), model.Kind);
    }

    /// <summary>Draws a graph that was taken down before, such as one of several inputs.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="root">What all names begin with, such as the model's.</param>
    public static ModuleGraph Of(Graph graph, string root)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentException.ThrowIfNullOrEmpty(root);
        ModuleGraph drawing = new(root);
        foreach (GraphValue input in graph.Inputs)
        {
            drawing.Add(input);
        }

        foreach (GraphNode node in graph.Nodes)
        {
            drawing.Add(node);
        }

        foreach (GraphValue output in graph.Outputs)
        {
            string[] read = [drawing.NameOf(output)];
            drawing._vertices.Add(new Vertex(drawing.Free("output"), "Output", read, output.Shape, output.DType));
        }

        return drawing;
    }

    private void Add(GraphNode node)
    {
        string[] inputs = [.. node.Inputs.OfType<GraphValue>().Select(NameOf)];
        string name = Free(node.Path.Length == 0 ? node.Operation : $"{node.Path}.{node.Operation}");
        foreach (GraphValue output in node.Outputs)
        {
            _names[output] = name;
        }

        _vertices.Add(new Vertex(name, node.Operation, inputs, node.Outputs[0].Shape, node.Outputs[0].DType));
    }

    private string NameOf(GraphValue value) => _names.TryGetValue(value, out string? name) ? name : Add(value);

    private string Add(GraphValue value)
    {
        string name = Free(value.Name);
        _names[value] = name;
        _vertices.Add(new Vertex(name, value.Kind.ToString(), [], value.Shape, value.DType));
        return name;
    }

    /// <summary>A path below the model's name, with slashes, that nothing else has.</summary>
    private string Free(string path)
    {
        string name = $"{_root}/{path.Replace('.', '/')}";
        string free = name;
        while (!_taken.Add(free))
        {
            // Counted on from the last one: an unrolled network has thousands of operations of one name.
            int number = _numbers.GetValueOrDefault(name) + 1;
            _numbers[name] = number;
            free = $"{name}_{number}";
        }

        return free;
    }

    /// <summary>An input, a parameter, a constant, an operation or an output.</summary>
    /// <param name="Name">Its own name: the path of its layer and what it is, as in <c>Net/encoder/0/Linear</c>.</param>
    /// <param name="Kind"><c>Input</c>, <c>Parameter</c>, <c>Constant</c>, <c>Output</c>, or the operation's name.</param>
    /// <param name="Inputs">The names of those whose results it reads, in order.</param>
    /// <param name="Shape">The shape of its first result.</param>
    /// <param name="DType">The element type of its first result.</param>
    public sealed record Vertex(string Name, string Kind, IReadOnlyList<string> Inputs, Shape Shape, DType DType)
    {
        /// <summary>The operation as a line: <c>fc1: Linear(x) → float32[5, 2]</c>.</summary>
        public override string ToString() => $"{Name}: {Kind}({string.Join(", ", Inputs)}) → {DType.Name()}{Shape}";
    }
}
