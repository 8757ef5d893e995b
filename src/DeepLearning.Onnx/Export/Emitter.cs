using System.Globalization;
using DeepLearning.Onnx.Schema;
using Google.Protobuf;

namespace DeepLearning.Onnx.Export;

/// <summary>Writes nodes and initializers of one ONNX graph. Values are known by their names.</summary>
internal sealed class Emitter(int opset, IReadOnlyList<OpenLength> open, IReadOnlyList<string> inputNames)
{
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, int> _counts = [];
    private readonly Dictionary<string, string> _shared = [];

    /// <summary>The graph.</summary>
    public GraphProto Graph { get; } = new();

    /// <summary>The opset of the file.</summary>
    public int Opset => opset;

    /// <summary>Where the nodes that follow belong: the path of a layer.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Takes a name that nothing else has yet.</summary>
    public string Free(string wanted)
    {
        string free = wanted;
        while (!_names.Add(free))
        {
            int number = _counts.GetValueOrDefault(wanted) + 1;
            _counts[wanted] = number;
            free = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{number}");
        }

        return free;
    }

    /// <summary>Adds a node of one output.</summary>
    /// <returns>The output's name.</returns>
    public string Add(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        AddMany(operation, 1, inputs, attributes)[0];

    /// <summary>Adds a node.</summary>
    /// <returns>The outputs' names.</returns>
    public string[] AddMany(
        string operation, int outputs, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string name = Free(Scope.Length == 0 ? operation : $"{Scope}/{operation}");
        NodeProto node = new() { OpType = operation, Name = name };
        node.Input.AddRange(inputs.ToArray());
        string[] results = new string[outputs];
        for (int i = 0; i < outputs; i++)
        {
            results[i] = Free(outputs == 1 ? $"{name}:out" : string.Create(CultureInfo.InvariantCulture, $"{name}:out{i}"));
            node.Output.Add(results[i]);
        }

        foreach ((string attribute, object value) in attributes)
        {
            node.Attribute.Add(Attribute(attribute, value));
        }

        Graph.Node.Add(node);
        return results;
    }

    /// <summary>Adds a tensor that stands in the file.</summary>
    public string Initializer(Tensor tensor, string wanted)
    {
        string name = Free(wanted);
        Graph.Initializer.Add(TensorCodec.Encode(tensor, name));
        return name;
    }

    /// <summary>A tensor that many nodes may read; written once for each key.</summary>
    public string Shared(string key, Func<Tensor> tensor)
    {
        if (!_shared.TryGetValue(key, out string? name))
        {
            _shared[key] = name = Initializer(tensor(), "constant");
        }

        return name;
    }

    /// <summary>A zero-dimensional number.</summary>
    public string Number(double value, DType dtype) => Shared(
        string.Create(CultureInfo.InvariantCulture, $"{dtype} {value:R} {double.IsNegative(value)}"),
        () => dtype.IsFloatingPoint() ? Tensor.FromScalar(value, dtype) : Tensor.FromScalar(Whole(value), DType.Int64).To(dtype));

    /// <summary>A vector of whole numbers.</summary>
    public string Ints(params ReadOnlySpan<long> values)
    {
        long[] kept = values.ToArray();
        return Shared($"ints {string.Join(",", kept)}", () => Tensor.From(kept));
    }

    /// <summary>A vector of whole numbers that may depend on open lengths.</summary>
    public string Ints(IReadOnlyList<Quantity> values)
    {
        if (values.All(static value => value.IsFixed))
        {
            return Ints([.. values.Select(static value => value.Long)]);
        }

        string key = $"shape {string.Join(";", values.Select(static v => string.Join(",", v.Parts)))}";
        if (!_shared.TryGetValue(key, out string? name))
        {
            List<string> parts = [];
            foreach (Quantity value in values)
            {
                parts.Add(value.IsFixed ? Ints(value.Long) : Computed(value));
            }

            _shared[key] = name = parts.Count == 1 ? parts[0] : Add("Concat", parts.ToArray(), ("axis", 0));
        }

        return name;
    }

    /// <summary>An attribute.</summary>
    public static AttributeProto Attribute(string name, object value)
    {
        AttributeProto attribute = new() { Name = name };
        switch (value)
        {
            case bool flag:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, flag ? 1 : 0);
                break;
            case int number:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, number);
                break;
            case long number:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, number);
                break;
            case double number:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, (float)number);
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] numbers:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.AddRange(numbers);
                break;
            case string[] texts:
                attribute.Type = AttributeProto.Types.AttributeType.Strings;
                attribute.Strings.AddRange(texts.Select(ByteString.CopyFromUtf8));
                break;
            case Tensor tensor:
                (attribute.Type, attribute.T) = (AttributeProto.Types.AttributeType.Tensor, TensorCodec.Encode(tensor, ""));
                break;
            case GraphProto graph:
                (attribute.Type, attribute.G) = (AttributeProto.Types.AttributeType.Graph, graph);
                break;
            default:
                throw new ArgumentException($"An attribute cannot be a {value.GetType()}.", nameof(value));
        }

        return attribute;
    }

    private static long Whole(double value) =>
        value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : (long)value;

    /// <summary>A number that depends on open lengths, as a vector of one element that the graph computes.</summary>
    private string Computed(Quantity value)
    {
        // Fractions, such as half a length, over one denominator.
        int denominator = 1;
        while (value.Parts.Any(part => Math.Abs((part * denominator) - Math.Round(part * denominator)) > 1e-6))
        {
            if (++denominator > 4096)
            {
                throw new OnnxException("Export: a length is a fraction of an open one that cannot be written with whole numbers.");
            }
        }

        string? sum = null;
        for (int bits = 0; bits < value.Parts.Count; bits++)
        {
            long factor = (long)Math.Round(value.Parts[bits] * denominator);
            if (factor == 0)
            {
                continue;
            }

            string? product = bits == 0 ? Ints(factor) : null;
            for (int symbol = 0; symbol < open.Count; symbol++)
            {
                if ((bits >> symbol & 1) != 0)
                {
                    product = product is null ? Length(symbol) : Add("Mul", [product, Length(symbol)]);
                }
            }

            product = bits == 0 || factor == 1 ? product! : Add("Mul", [product!, Ints(factor)]);
            sum = sum is null ? product : Add("Add", [sum, product]);
        }

        return denominator == 1 ? sum! : Add("Div", [sum!, Ints(denominator)]);
    }

    /// <summary>An open length, as a vector of one element.</summary>
    private string Length(int symbol)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"length {symbol}");
        if (!_shared.TryGetValue(key, out string? name))
        {
            (int input, int axis) = open[symbol].Places[0];
            string shape = Add("Shape", [inputNames[input]]);
            _shared[key] = name = Add("Gather", [shape, Ints(axis)], ("axis", 0));
        }

        return name;
    }
}
