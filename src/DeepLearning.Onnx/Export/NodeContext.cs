using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx.Export;

/// <summary>One traced operation while it is written: its operands, what it was told, and what writes ONNX nodes.</summary>
internal sealed class NodeContext(GraphExporter exporter, TracedRuns runs, GraphNode[] nodes)
{
    private readonly GraphNode _node = nodes[0];

    /// <summary>What writes nodes.</summary>
    public Emitter Emitter => exporter.Emitter;

    /// <summary>The opset of the file.</summary>
    public int Opset => exporter.Emitter.Opset;

    /// <summary>The operation's name.</summary>
    public string Operation => _node.Operation;

    /// <summary>The number of operands, with those that were left out before others.</summary>
    public int Count => _node.Inputs.Count;

    /// <summary>The number of results.</summary>
    public int OutputCount => _node.Outputs.Count;

    /// <summary>The type of the first result.</summary>
    public DType OutType => _node.Outputs[0].DType;

    /// <summary>The axes of the first result.</summary>
    public Quantity[] OutShape => runs.Shape(Array.ConvertAll(nodes, static node => node.Outputs[0]), () => $"the shape of {_node}");

    /// <summary>The number of axes of the first result.</summary>
    public int OutRank => _node.Outputs[0].Shape.Rank;

    /// <summary>The first operand, in the type of the result.</summary>
    public string X => Cast(0, OutType);

    /// <summary>The second operand, in the type of the result.</summary>
    public string Y => Cast(1, OutType);

    /// <summary>An operand.</summary>
    public string In(int i) => exporter.NameOf(_node.Inputs[i] ?? throw Refused($"operand {i} is missing"));

    /// <summary>Whether there is an operand.</summary>
    public bool Has(int i) => i < _node.Inputs.Count && _node.Inputs[i] is not null;

    /// <summary>The type of an operand.</summary>
    public DType Type(int i) => _node.Inputs[i]!.DType;

    /// <summary>The number of axes of an operand.</summary>
    public int Rank(int i) => _node.Inputs[i]!.Shape.Rank;

    /// <summary>The axes of an operand.</summary>
    public Quantity[] Shape(int i) => runs.Shape(Array.ConvertAll(nodes, node => node.Inputs[i]!),
        () => $"the shape of operand {i} of {_node}");

    /// <summary>The axes of an operand, all of them fixed.</summary>
    public long[] FixedShape(int i) => Fixed(Shape(i), $"the shape of operand {i}");

    /// <summary>The axes of the result, all of them fixed.</summary>
    public long[] FixedOutShape() => Fixed(OutShape, "the shape of the result");

    /// <summary>The axes of a result other than the first.</summary>
    public Quantity[] OutShapeOf(int i) => runs.Shape(Array.ConvertAll(nodes, node => node.Outputs[i]), () => $"the shape of {_node}");

    /// <summary>The type of a result.</summary>
    public DType OutTypeOf(int i) => _node.Outputs[i].DType;

    /// <summary>An operand, converted.</summary>
    public string Cast(int i, DType dtype) => Cast(In(i), Type(i), dtype);

    /// <summary>A value, converted.</summary>
    public string Cast(string name, DType from, DType to) => from == to ? name : Op("Cast", [name], ("to", (long)ElementTypes.Of(to)));

    /// <summary>Adds a node of one output.</summary>
    public string Op(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Emitter.Add(operation, inputs, attributes);

    /// <summary>A number of the type of the result.</summary>
    public string N(double value) => Emitter.Number(value, OutType);

    /// <summary>Whether there is an attribute.</summary>
    public bool Told(string name) => _node.Attributes.TryGet(name, out _);

    /// <summary>A whole number that the operation was told.</summary>
    public long Int(string name) => Quantity(name) is { IsFixed: true } number ? number.Long
        : throw Refused($"its {name} depends on an open length");

    /// <summary>A number that the operation was told.</summary>
    public double Double(string name) =>
        Quantity(name) is { IsFixed: true } number ? number.Value : throw Refused($"its {name} depends on an open length");

    /// <summary>A truth value that the operation was told.</summary>
    public bool Flag(string name) => _node.Attributes.TryGet(name, out object? value) && value is true;

    /// <summary>A text that the operation was told.</summary>
    public string Text(string name) => (string)_node.Attributes[name];

    /// <summary>Whole numbers that the operation was told.</summary>
    public long[] Ints(string name) => Fixed(Quantities(name), $"its {name}");

    /// <summary>A number that the operation was told, which may depend on open lengths.</summary>
    public Quantity Quantity(string name) => runs.Quantity(
        Array.ConvertAll(nodes, node => Convert.ToDouble(node.Attributes[name], System.Globalization.CultureInfo.InvariantCulture)),
        () => $"{name} of {_node}");

    /// <summary>Numbers that the operation was told, which may depend on open lengths.</summary>
    public Quantity[] Quantities(string name)
    {
        long[][] all = Array.ConvertAll(nodes, node => (long[])node.Attributes[name]);
        if (all.Any(list => list.Length != all[0].Length))
        {
            throw Refused($"the number of its {name} depends on an open length");
        }

        return [.. Enumerable.Range(0, all[0].Length).Select(
            i => runs.Quantity(Array.ConvertAll(all, list => (double)list[i]), () => $"{name} of {_node}"))];
    }

    /// <summary>A number that may depend on open lengths, of the type of the result.</summary>
    public string Number(Quantity number) => number.IsFixed
        ? N(number.Value)
        : Cast(Op("Squeeze", [Emitter.Ints([number]), Emitter.Ints(0)]), DType.Int64, OutType);

    /// <summary>Says what the result is called.</summary>
    public void Set(string name) => Set(0, name);

    /// <summary>Says what a result is called.</summary>
    public void Set(int i, string name) => exporter.Bind(_node.Outputs[i], name);

    /// <summary>Whether anything reads a result.</summary>
    public bool IsRead(int i) => exporter.IsRead(_node.Outputs[i]);

    /// <summary>Whether an operand's lengths follow from values, such as the number of places that a mask selects.</summary>
    public bool IsDataDependent(int i) => _node.Inputs[i] is { } value && exporter.IsDataDependent(value);

    /// <summary>Whether any operand's lengths follow from values.</summary>
    public bool AnyDataDependent => Enumerable.Range(0, Count).Any(IsDataDependent);

    /// <summary>Whether something holds in every run, whatever the open lengths.</summary>
    public bool InEveryRun(Predicate<GraphNode> holds) => Array.TrueForAll(nodes, holds);

    /// <summary>Reduces over axes.</summary>
    public string Reduce(string operation, string x, ReadOnlySpan<long> axes, bool keepDim) =>
        axes.IsEmpty
            ? Op("Identity", [x])
            : Opset >= 18 || operation == "ReduceSum"
            ? Op(operation, [x, Emitter.Ints(axes)], ("keepdims", keepDim))
            : Op(operation, [x], ("axes", axes.ToArray()), ("keepdims", keepDim));

    /// <summary>Gives a value another shape.</summary>
    public string Reshape(string x, IReadOnlyList<Quantity> shape)
    {
        int open = shape.Count(static length => !length.IsFixed);
        if (open == 1 && shape.All(static length => !length.IsFixed || length.Long > 0))
        {
            // The one open length follows from the number of elements.
            return Op("Reshape", [x, Emitter.Ints([.. shape.Select(static length => length.IsFixed ? length.Long : -1)])]);
        }

        return shape.Any(static length => length is { IsFixed: true, Long: 0 })
            ? Op("Reshape", [x, Emitter.Ints(shape)], ("allowzero", 1))
            : Op("Reshape", [x, Emitter.Ints(shape)]);
    }

    /// <summary>Gives a value another shape, of fixed lengths; one may be −1.</summary>
    public string Reshape(string x, params ReadOnlySpan<long> shape) => Op("Reshape", [x, Emitter.Ints(shape)]);

    /// <summary>Repeats axes of length 1.</summary>
    public string Expand(string x, IReadOnlyList<Quantity> shape) => Op("Expand", [x, Emitter.Ints(shape)]);

    /// <summary>Puts axes in another order.</summary>
    public string Transpose(string x, params long[] order) => Op("Transpose", [x], ("perm", order));

    /// <summary>Takes a stretch of one axis.</summary>
    public string Slice(string x, long axis, Quantity start, Quantity end, long step = 1) =>
        Op("Slice", [x, Emitter.Ints([start]), Emitter.Ints([end]), Emitter.Ints(axis), Emitter.Ints(step)]);

    /// <summary>Adds an axis of length 1.</summary>
    public string Unsqueeze(string x, params ReadOnlySpan<long> axes) => Op("Unsqueeze", [x, Emitter.Ints(axes)]);

    /// <summary>Takes axes of length 1 away.</summary>
    public string Squeeze(string x, params ReadOnlySpan<long> axes) => Op("Squeeze", [x, Emitter.Ints(axes)]);

    /// <summary>The error for what ONNX, or this export, cannot express.</summary>
    public OnnxException Refused(string reason) => new($"Export: {_node} cannot be written as ONNX: {reason}.");

    /// <summary>The number that stands for an ONNX type in an attribute.</summary>
    public static long TypeNumber(DType dtype) => (long)(DataType)ElementTypes.Of(dtype);

    private long[] Fixed(Quantity[] numbers, string what) => numbers.All(static number => number.IsFixed)
        ? [.. numbers.Select(static number => number.Long)]
        : throw Refused($"{what} depends on an open length");
}
