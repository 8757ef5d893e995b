using DeepLearning.Onnx.Schema;

namespace DeepLearning.Onnx.Import;

/// <summary>Computes what a node gives. An output that is not given may be null.</summary>
internal delegate Value?[] Kernel(Call call);

/// <summary>A node, ready to run: its kernel is known, its attributes are at hand, its inner graphs are made.</summary>
internal sealed class Step(NodeProto node, int opset, string label)
{
    /// <summary>The node's attributes, by name.</summary>
    public Dictionary<string, AttributeProto> Attributes { get; } = [];

    /// <summary>The graphs among the attributes, by name.</summary>
    public Dictionary<string, Body> Bodies { get; } = [];

    /// <summary>The operator's name.</summary>
    public string Operator => node.OpType;

    /// <summary>The version of the operators that the node belongs to.</summary>
    public int Opset => opset;

    /// <summary>The node as messages name it.</summary>
    public string Label => label;

    /// <summary>The names of the inputs; empty for one that is left out.</summary>
    public IReadOnlyList<string> Inputs { get; } = [.. node.Input];

    /// <summary>The names of the outputs; empty for one that nobody wants.</summary>
    public IReadOnlyList<string> Outputs { get; } = [.. node.Output];

    /// <summary>What computes it; null for a call of a function of the file.</summary>
    public Kernel? Kernel { get; set; }

    /// <summary>The function of the file that it calls.</summary>
    public Body? Function { get; set; }

    /// <summary>The values that nothing reads after this node.</summary>
    public List<string> Last { get; } = [];
}

/// <summary>A graph, ready to run: the model's own, that of an attribute, or a function's.</summary>
internal sealed class Body(string name)
{
    /// <summary>The graph's name.</summary>
    public string Name => name;

    /// <summary>The names of the inputs.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>The names of the outputs.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>The nodes, each after those that it reads.</summary>
    public List<Step> Steps { get; } = [];

    /// <summary>The tensors that stand in the graph, by name.</summary>
    public Dictionary<string, Value> Tensors { get; } = [];

    /// <summary>The names of tensors that whoever runs the graph has: parameters of the module.</summary>
    public HashSet<string> Given { get; } = [];
}

/// <summary>The values of a run, by name; those of the graph around this one are seen, too.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, Value?> _values = [];

    /// <summary>A value.</summary>
    /// <exception cref="OnnxException">There is none of that name.</exception>
    public Value? Get(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._values.TryGetValue(name, out Value? value))
            {
                return value;
            }
        }

        throw new OnnxException($"The value {OnnxException.Quote(name)} is read before it is computed.");
    }

    private Scope? Outer { get; } = outer;

    /// <summary>Gives a name a value.</summary>
    public void Set(string name, Value? value) => _values[name] = value;

    /// <summary>Forgets a value, so that its memory can be used again.</summary>
    public void Remove(string name) => _values.Remove(name);
}
