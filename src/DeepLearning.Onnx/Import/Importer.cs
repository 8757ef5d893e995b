using DeepLearning.Onnx.Schema;

namespace DeepLearning.Onnx.Import;

/// <summary>
/// Makes a file's graphs ready to run: finds every node's kernel, checks names and order, reads tensors. What is missing is named before
/// anything runs.
/// </summary>
internal sealed class Importer
{
    /// <summary>The least opset that is read.</summary>
    public const int LeastOpset = 1;

    /// <summary>The greatest opset that is read: the newest in the schema.</summary>
    public const int GreatestOpset = 27;

    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions = [];
    private readonly ExternalData? _external;
    private readonly List<string> _missing = [];
    private readonly ModelProto _model;
    private int _nodes;

    private Importer(ModelProto model, string? folder)
    {
        _model = model;
        _external = folder is null ? null : new ExternalData(folder);
        foreach (FunctionProto function in model.Functions)
        {
            _functions.TryAdd((DomainOf(function.Domain), function.Name, function.Overload), function);
        }
    }

    /// <summary>Makes the model's graph ready to run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Where data outside of the file lies; null for nowhere.</param>
    public static Body Import(ModelProto model, string? folder)
    {
        if (model.Graph is null || model.Graph.Node.Count == 0 && model.Graph.Output.Count == 0)
        {
            throw new OnnxException("The model has no graph.");
        }

        Importer importer = new(model, folder);
        Body body = importer.Graph(model.Graph, Opsets(model.OpsetImport), null, 0);
        return importer._missing.Count == 0
            ? body
            : throw new OnnxException(
                $"{importer._missing.Count} nodes have operators that are not supported: {string.Join("; ", importer._missing.Take(10))}"
                + (importer._missing.Count > 10 ? " …" : "."));
    }

    private static string DomainOf(string domain) => domain == "ai.onnx" ? "" : domain;

    private static Dictionary<string, long> Opsets(IEnumerable<OperatorSetIdProto> imports)
    {
        Dictionary<string, long> opsets = [];
        foreach (OperatorSetIdProto import in imports)
        {
            opsets[DomainOf(import.Domain)] = import.Version;
        }

        return opsets.TryGetValue("", out long opset) && opset is < LeastOpset or > GreatestOpset
            ? throw new OnnxException($"Opset {opset} is not supported; {LeastOpset} to {GreatestOpset} are.")
            : opsets;
    }

    private Body Graph(GraphProto graph, Dictionary<string, long> opsets, Names? around, int depth)
    {
        CheckDepth(depth);
        Names names = new(around);
        Body body = new(graph.Name);
        foreach (TensorProto tensor in graph.Initializer)
        {
            Define(names, tensor.Name, "tensor");
            body.Tensors[tensor.Name] = TensorCodec.Decode(tensor, _external);
        }

        if (graph.SparseInitializer.Count > 0)
        {
            throw new OnnxException("Sparse tensors are not supported.");
        }

        foreach (ValueInfoProto input in graph.Input)
        {
            // An input may have a tensor of the file as its usual value.
            if (!body.Tensors.ContainsKey(input.Name))
            {
                Define(names, input.Name, "input");
            }

            body.Inputs.Add(input.Name);
        }

        body.Outputs.AddRange(graph.Output.Select(static output => output.Name));
        Steps(body, graph.Node, opsets, names, depth);
        return body;
    }

    private Body Function(FunctionProto function, NodeProto call, int depth)
    {
        CheckDepth(depth);
        Body body = new(function.Name);
        Names names = new(null);
        foreach (string input in function.Input)
        {
            Define(names, input, "input");
            body.Inputs.Add(input);
        }

        body.Outputs.AddRange(function.Output);
        Dictionary<string, AttributeProto> given = [];
        foreach (AttributeProto attribute in function.AttributeProto.Concat(call.Attribute))
        {
            given[attribute.Name] = attribute;
        }

        Dictionary<string, long> opsets = Opsets(function.OpsetImport.Count > 0 ? function.OpsetImport : _model.OpsetImport);
        Steps(body, function.Node.Select(node => Bound(node, given)), opsets, names, depth);
        return body;
    }

    /// <summary>A node of a function with the attributes of its call in place.</summary>
    private static NodeProto Bound(NodeProto node, Dictionary<string, AttributeProto> given)
    {
        NodeProto bound = node.Clone();
        bound.Attribute.Clear();
        foreach (AttributeProto attribute in node.Attribute)
        {
            AttributeProto own = attribute.Clone();
            if (own.RefAttrName.Length > 0)
            {
                if (!given.TryGetValue(own.RefAttrName, out AttributeProto? value))
                {
                    // Not given in the call, and so not given here.
                    continue;
                }

                own = value.Clone();
                own.Name = attribute.Name;
            }

            if (own.G is { } graph)
            {
                NodeProto[] inner = [.. graph.Node.Select(one => Bound(one, given))];
                graph.Node.Clear();
                graph.Node.AddRange(inner);
            }

            bound.Attribute.Add(own);
        }

        return bound;
    }

    private void Steps(Body body, IEnumerable<NodeProto> nodes, Dictionary<string, long> opsets, Names names, int depth)
    {
        List<HashSet<string>> reads = [];
        int position = 0;
        foreach (NodeProto node in nodes)
        {
            if (++_nodes > Limits.Nodes)
            {
                throw new OnnxException($"The model's functions make more than {Limits.Nodes} nodes.");
            }

            HashSet<string> read = [];
            body.Steps.Add(One(node, opsets, names, read, depth, position++));
            reads.Add(read);
        }

        foreach (string output in body.Outputs)
        {
            if (!names.Has(output))
            {
                throw new OnnxException(
                    $"The graph {OnnxException.Quote(body.Name)} gives {OnnxException.Quote(output)}, which nothing computes.");
            }
        }

        // From the last node on: the first one met is the last that reads a value.
        HashSet<string> seen = [.. body.Outputs];
        for (int i = body.Steps.Count - 1; i >= 0; i--)
        {
            foreach (string name in reads[i].Concat(body.Steps[i].Outputs))
            {
                if (name.Length > 0 && seen.Add(name) && !body.Tensors.ContainsKey(name))
                {
                    body.Steps[i].Last.Add(name);
                }
            }
        }
    }

    private Step One(NodeProto node, Dictionary<string, long> opsets, Names names, HashSet<string> read, int depth, int position)
    {
        string domain = DomainOf(node.Domain);
        string label = (node.Name.Length > 0 ? OnnxException.Quote(node.Name) : $"number {position}")
            + $" ({OnnxException.Quote((domain.Length > 0 ? domain + "." : "") + node.OpType).Trim('\'')})";
        int opset = (int)opsets.GetValueOrDefault(domain);
        Step step = new(node, opset, label);
        foreach (string input in node.Input)
        {
            if (input.Length > 0 && !names.Has(input))
            {
                throw new OnnxException($"Node {label} reads {OnnxException.Quote(input)}, which nothing before it computes.");
            }

            read.Add(input);
        }

        foreach (AttributeProto attribute in node.Attribute)
        {
            if (!step.Attributes.TryAdd(attribute.Name, attribute))
            {
                throw new OnnxException($"Node {label} has the attribute {OnnxException.Quote(attribute.Name)} twice.");
            }

            if (attribute.G is { } graph)
            {
                Names inner = new(names);
                step.Bodies[attribute.Name] = Graph(graph, opsets, inner, depth + 1);
                read.UnionWith(inner.Used);
                names.Used.UnionWith(inner.Used);
            }
        }

        foreach (string output in node.Output.Where(static output => output.Length > 0))
        {
            Define(names, output, "result");
        }

        if (_functions.TryGetValue((domain, node.OpType, node.Overload), out FunctionProto? function)
            || _functions.TryGetValue((domain, node.OpType, ""), out function))
        {
            step.Function = Function(function, node, depth + 1);
        }
        else if (domain.Length == 0 && opsets.ContainsKey("") && Operators.TryGet(node.OpType, opset, out Kernel? kernel))
        {
            step.Kernel = kernel;
        }
        else
        {
            _missing.Add($"node {label}, {(domain.Length > 0 ? $"domain {OnnxException.Quote(domain)} " : "")}opset {opset}");
        }

        return step;
    }

    private static void CheckDepth(int depth)
    {
        if (depth > Limits.Depth)
        {
            throw new OnnxException($"Graphs and functions stand in each other more than {Limits.Depth} deep, or call themselves.");
        }
    }

    private static void Define(Names names, string name, string kind)
    {
        if (name.Length == 0 || !names.Own.Add(name))
        {
            throw new OnnxException($"The {kind} {OnnxException.Quote(name)} is named twice, or not at all.");
        }
    }

    /// <summary>The names that a graph knows; those that it used of the graph around it.</summary>
    private sealed class Names(Names? around)
    {
        public HashSet<string> Own { get; } = [];

        public HashSet<string> Used { get; } = [];

        public bool Has(string name)
        {
            if (Own.Contains(name))
            {
                return true;
            }

            if (around is null || !around.Has(name))
            {
                return false;
            }

            Used.Add(name);
            return true;
        }
    }
}
