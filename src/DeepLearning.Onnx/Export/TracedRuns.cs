using DeepLearning.Layers;

namespace DeepLearning.Onnx.Export;

/// <summary>An open length: its name, and the lengths that the model is run with.</summary>
internal sealed record OpenLength(string Name, List<(int Input, int Axis)> Places, int First, int Second, int Third);

/// <summary>
/// A model, traced once; with open lengths, traced at every combination of two lengths of each and once more at others. The runs must do
/// the same operations on the same values: then every number that an operation was told is a function of the lengths, found from the
/// combinations and checked at the last run.
/// </summary>
internal sealed class TracedRuns
{
    private const int MostOpen = 5;

    private readonly Graph[] _graphs;
    private readonly OpenLength[] _open;
    private readonly int[] _first;
    private readonly int[] _second;
    private readonly int[] _third;

    private TracedRuns(Graph[] graphs, OpenLength[] open)
    {
        _graphs = graphs;
        _open = open;
        _first = Array.ConvertAll(open, static length => length.First);
        _second = Array.ConvertAll(open, static length => length.Second);
        _third = Array.ConvertAll(open, static length => length.Third);
    }

    /// <summary>The graph that is written.</summary>
    public Graph Graph => _graphs[0];

    /// <summary>The open lengths.</summary>
    public IReadOnlyList<OpenLength> Open => _open;

    /// <summary>Traces a model.</summary>
    public static TracedRuns Of(
        Module model, Func<Tensor[], Tensor[]> forward, Tensor[] examples, IReadOnlyList<string> names, IReadOnlyList<OnnxDynamicAxis> axes)
    {
        OpenLength[] open = Lengths(examples, names, axes);
        if (open.Length > MostOpen)
        {
            throw new OnnxException($"Export: {open.Length} open lengths are more than the {MostOpen} that can be told apart.");
        }

        List<Graph> graphs = [];
        int corners = 1 << open.Length;
        for (int run = 0; run < (open.Length == 0 ? 1 : corners + 1); run++)
        {
            int[] lengths = [.. open.Select((length, i) => run == corners ? length.Third : (run >> i & 1) != 0 ? length.Second
                : length.First)];
            Tensor[] inputs = Resized(examples, open, lengths);
            try
            {
                graphs.Add(Graph.Of(model, forward, inputs));
            }
            catch (Exception e) when (open.Length > 0 && e is ShapeException or ArgumentException)
            {
                throw new OnnxException(
                    "Export: the model does not run with "
                    + $"{string.Join(", ", open.Select((length, i) => $"{length.Name} = {lengths[i]}"))}: {e.Message} "
                    + "Give OnnxDynamicAxis a Step that lengths must be multiples of, or leave the axis fixed.", e);
            }
        }

        TracedRuns runs = new([.. graphs], open);
        runs.CheckAlike();
        return runs;
    }

    /// <summary>The node at a position, in every run.</summary>
    public GraphNode[] Node(int position) => Array.ConvertAll(_graphs, graph => graph.Nodes[position]);

    /// <summary>A number as a function of the open lengths.</summary>
    /// <param name="values">The number in every run.</param>
    /// <param name="what">What it is, for an error.</param>
    public Quantity Quantity(double[] values, Func<string> what)
    {
        if (_open.Length == 0 || !values.AsSpan(1).ContainsAnyExcept(values[0]))
        {
            return new Quantity(values[0]);
        }

        Quantity found = Export.Quantity.Through(values.AsSpan(0, values.Length - 1), _first, _second);
        return Math.Abs(found.At(_third) - values[^1]) <= 1e-6 * Math.Max(1, Math.Abs(values[^1]))
            ? found
            : throw new OnnxException(
                $"Export: {what()} depends on {Names()} in a way that is not a sum of products of them; leave that axis fixed.");
    }

    /// <summary>The lengths of the axes of a value, in every run.</summary>
    public Quantity[] Shape(GraphValue[] values, Func<string> what)
    {
        Quantity[] shape = new Quantity[values[0].Shape.Rank];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = Quantity(Array.ConvertAll(values, value => (double)value.Shape[axis]), what);
        }

        return shape;
    }

    /// <summary>The outputs, in every run.</summary>
    public GraphValue[] Output(int position) => Array.ConvertAll(_graphs, graph => graph.Outputs[position]);

    private static OpenLength[] Lengths(Tensor[] examples, IReadOnlyList<string> names, IReadOnlyList<OnnxDynamicAxis> axes)
    {
        List<OpenLength> open = [];
        foreach (OnnxDynamicAxis axis in axes)
        {
            int input = -1;
            for (int i = 0; i < names.Count; i++)
            {
                input = names[i] == axis.Input ? i : input;
            }

            if (input < 0)
            {
                throw new ArgumentException(
                    $"Export: there is no input {axis.Input} to leave an axis open of; there are {string.Join(", ", names)}.",
                    nameof(axes));
            }

            if (axis.Axis < 0 || axis.Axis >= examples[input].Rank || axis.Step < 1 || string.IsNullOrEmpty(axis.Name))
            {
                throw new ArgumentException(
                    $"Export: {axis} does not fit an input {examples[input].Shape}: it names an axis from 0, and a step of at least 1.",
                    nameof(axes));
            }

            int length = examples[input].Size(axis.Axis), at = open.FindIndex(known => known.Name == axis.Name);
            if (length == 0)
            {
                throw new ArgumentException($"Export: axis {axis.Axis} of the example of {axis.Input} is empty.", nameof(axes));
            }

            int first = length == 1 && axis.Step == 1 ? 2 : length;
            if (at < 0)
            {
                open.Add(new OpenLength(axis.Name, [(input, axis.Axis)], first, first + axis.Step, first + (3 * axis.Step)));
            }
            else if (open[at].First == first)
            {
                open[at].Places.Add((input, axis.Axis));
            }
            else
            {
                throw new ArgumentException(
                    $"Export: axes named {axis.Name} have different lengths in the examples; give axes of one name one length.",
                    nameof(axes));
            }
        }

        return [.. open];
    }

    /// <summary>The examples with other lengths: their elements again and again along the axis.</summary>
    private static Tensor[] Resized(Tensor[] examples, OpenLength[] open, int[] lengths)
    {
        Tensor[] inputs = [.. examples];
        for (int i = 0; i < open.Length; i++)
        {
            foreach ((int input, int axis) in open[i].Places)
            {
                int own = inputs[input].Size(axis);
                if (own != lengths[i])
                {
                    Tensor places = Tensor.Arange(0, lengths[i], device: inputs[input].Device).Remainder(own);
                    inputs[input] = inputs[input].Detach().IndexSelect(axis, places);
                }
            }
        }

        return inputs;
    }

    private void CheckAlike()
    {
        Dictionary<GraphValue, string> own = Keys(Graph);
        foreach (Graph other in _graphs.AsSpan(1))
        {
            Dictionary<GraphValue, string> keys = Keys(other);
            for (int i = 0; i < Math.Max(Graph.Nodes.Count, other.Nodes.Count); i++)
            {
                GraphNode? a = i < Graph.Nodes.Count ? Graph.Nodes[i] : null, b = i < other.Nodes.Count ? other.Nodes[i] : null;
                if (a is null || b is null || a.Operation != b.Operation || a.Outputs.Count != b.Outputs.Count
                    || !Reads(a, own).SequenceEqual(Reads(b, keys)))
                {
                    throw new OnnxException(
                        $"Export: the model does other operations at another length of {Names()}, first at {a ?? b}; one file cannot "
                        + "hold both: leave the axis fixed.");
                }
            }

            foreach ((GraphValue a, GraphValue b) in Graph.Constants.Zip(other.Constants))
            {
                if (a.Tensor!.Shape != b.Tensor!.Shape || !a.Tensor.AllClose(b.Tensor, equalNaN: true))
                {
                    throw new OnnxException(
                        $"Export: the constant {a} is another one at another length of {Names()}: it was made of .NET numbers, which a "
                        + "trace does not see. Compute it with tensor operations, or leave the axis fixed.");
                }
            }

            if (!Graph.Outputs.Select(value => own[value]).SequenceEqual(other.Outputs.Select(value => keys[value])))
            {
                throw new OnnxException($"Export: the model gives other outputs at another length of {Names()}.");
            }
        }
    }

    private string Names() => string.Join(", ", _open.Select(static length => length.Name));

    private static IEnumerable<string> Reads(GraphNode node, Dictionary<GraphValue, string> keys) =>
        node.Inputs.Select(value => value is null ? "" : keys[value]);

    /// <summary>Where each value comes from, so that values of two runs can be compared.</summary>
    private static Dictionary<GraphValue, string> Keys(Graph graph)
    {
        Dictionary<GraphValue, string> keys = [];
        Add(graph.Inputs, "input");
        Add(graph.Parameters, "parameter");
        Add(graph.Constants, "constant");
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Add(graph.Nodes[i].Outputs, $"node {i}");
        }

        return keys;

        void Add(IReadOnlyList<GraphValue> values, string kind)
        {
            for (int i = 0; i < values.Count; i++)
            {
                keys.TryAdd(values[i], $"{kind} {i}");
            }
        }
    }
}
