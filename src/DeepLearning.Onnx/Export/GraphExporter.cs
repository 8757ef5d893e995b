using DeepLearning.Onnx.Schema;

namespace DeepLearning.Onnx.Export;

/// <summary>Writes a traced model as an ONNX graph, operation by operation.</summary>
internal sealed class GraphExporter
{
    private readonly TracedRuns _runs;
    private readonly OnnxExportOptions _options;
    private readonly Dictionary<GraphValue, string> _names = [];
    private readonly HashSet<GraphValue> _read = [];
    private readonly HashSet<string> _own = [];
    private readonly HashSet<GraphValue> _dataDependent = [];

    private GraphExporter(TracedRuns runs, OnnxExportOptions options, IReadOnlyList<string> inputNames)
    {
        _runs = runs;
        _options = options;
        Emitter = new Emitter(options.Opset, runs.Open, inputNames);
    }

    /// <summary>What writes nodes.</summary>
    public Emitter Emitter { get; }

    /// <summary>Writes a model.</summary>
    public static ModelProto Export(TracedRuns runs, OnnxExportOptions options, IReadOnlyList<string> inputNames)
    {
        GraphExporter exporter = new(runs, options, inputNames);
        exporter.Write(inputNames);
        ModelProto model = new()
        {
            IrVersion = IrVersionOf(options.Opset),
            ProducerName = "DeepLearning",
            ProducerVersion = typeof(OnnxModel).Assembly.GetName().Version!.ToString(3),
            DocString = options.Description,
            Graph = exporter.Emitter.Graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = options.Opset });
        foreach ((string key, string value) in options.Metadata)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        Folding.Fold(model.Graph, options.Opset, exporter._own);
        Pruning.RemoveUnread(model.Graph);
        return model;
    }

    /// <summary>What a value is called.</summary>
    public string NameOf(GraphValue value) => _names[value];

    /// <summary>Says what a value is called.</summary>
    public void Bind(GraphValue value, string name) => _names[value] = name;

    /// <summary>Whether anything reads a value.</summary>
    public bool IsRead(GraphValue value) => _read.Contains(value);

    /// <summary>Whether a value's lengths follow from values.</summary>
    public bool IsDataDependent(GraphValue value) => _dataDependent.Contains(value);

    private static long IrVersionOf(int opset) => opset switch { < 19 => 8, < 21 => 9, < 23 => 10, < 24 => 11, _ => 12 };

    private void Write(IReadOnlyList<string> inputNames)
    {
        Graph graph = _runs.Graph;
        GraphProto proto = Emitter.Graph;
        proto.Name = _options.ModelName;
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            _names[graph.Inputs[i]] = Emitter.Free(inputNames[i]);
            proto.Input.Add(Info(inputNames[i], graph.Inputs[i], InputShape(i, graph.Inputs[i])));
        }

        string[] outputNames = Names(_options.OutputNames, graph.Outputs.Count, "output");
        foreach (string name in outputNames)
        {
            Emitter.Free(name);
        }

        foreach (GraphValue value in graph.Parameters.Concat(graph.Constants))
        {
            _names[value] = Emitter.Initializer(value.Tensor!, value.Name);
            _own.Add(_names[value]);
        }

        foreach (GraphNode node in graph.Nodes)
        {
            _read.UnionWith(node.Inputs.OfType<GraphValue>());
        }

        _read.UnionWith(graph.Outputs);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            WriteNode(i);
        }

        Emitter.Scope = "";
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            NodeProto last = new() { OpType = "Identity", Name = Emitter.Free("Identity") };
            last.Input.Add(_names[graph.Outputs[i]]);
            last.Output.Add(outputNames[i]);
            proto.Node.Add(last);
            Quantity[]? shape = _dataDependent.Contains(graph.Outputs[i]) ? null : _runs.Shape(_runs.Output(i),
                () => $"the shape of output {i}");
            proto.Output.Add(Info(outputNames[i], graph.Outputs[i], shape?.Select(Dimension)));
        }
    }

    private void WriteNode(int position)
    {
        GraphNode[] nodes = _runs.Node(position);
        GraphNode node = nodes[0];
        Emitter.Scope = node.Path;
        if (Converters.Reason(node.Operation) is { } reason)
        {
            throw new OnnxException($"Export: {node} cannot be written as ONNX: {reason}.");
        }

        if (!Converters.TryGet(node.Operation, out Action<NodeContext>? convert))
        {
            throw new OnnxException(
                $"Export: {node} cannot be written as ONNX: the operation is not known; a formula of your own (Map) has no ONNX operator.");
        }

        bool depends = node.Operation == "NonZero" || node.Inputs.Any(value => value is not null && _dataDependent.Contains(value));
        convert(new NodeContext(this, _runs, nodes));
        foreach (GraphValue output in node.Outputs)
        {
            if (depends && output.Shape.Rank > 0)
            {
                _dataDependent.Add(output);
            }
        }
    }

    private IEnumerable<TensorShapeProto.Types.Dimension> InputShape(int input, GraphValue value)
    {
        for (int axis = 0; axis < value.Shape.Rank; axis++)
        {
            OpenLength? open = _runs.Open.FirstOrDefault(length => length.Places.Contains((input, axis)));
            yield return open is null
                ? new TensorShapeProto.Types.Dimension { DimValue = value.Shape[axis] }
                : new TensorShapeProto.Types.Dimension { DimParam = open.Name };
        }
    }

    private TensorShapeProto.Types.Dimension Dimension(Quantity length)
    {
        if (length.IsFixed)
        {
            return new TensorShapeProto.Types.Dimension { DimValue = length.Long };
        }

        for (int i = 0; i < _runs.Open.Count; i++)
        {
            double[] alone = new double[length.Parts.Count];
            alone[1 << i] = 1;
            if (length.Parts.SequenceEqual(alone))
            {
                return new TensorShapeProto.Types.Dimension { DimParam = _runs.Open[i].Name };
            }
        }

        return new TensorShapeProto.Types.Dimension();
    }

    /// <summary>The names that were given, or numbered ones.</summary>
    public static string[] Names(IReadOnlyList<string> given, int count, string kind)
    {
        if (given.Count == 0)
        {
            return count == 1 ? [kind] : [.. Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"{kind}_{i}"))];
        }

        if (given.Count != count || given.Any(string.IsNullOrEmpty) || given.Distinct(StringComparer.Ordinal).Count() != count)
        {
            throw new ArgumentException(
                $"Export: {given.Count} names [{string.Join(", ", given)}] do not fit {count} {kind}s; give each a name of its own.");
        }

        return [.. given];
    }

    private static ValueInfoProto Info(string name, GraphValue value, IEnumerable<TensorShapeProto.Types.Dimension>? shape)
    {
        TypeProto.Types.Tensor type = new() { ElemType = (int)ElementTypes.Of(value.DType) };
        if (shape is not null)
        {
            type.Shape = new TensorShapeProto();
            type.Shape.Dim.AddRange(shape);
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }
}
