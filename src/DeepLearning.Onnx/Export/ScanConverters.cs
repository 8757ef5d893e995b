using DeepLearning.Onnx.Schema;

namespace DeepLearning.Onnx.Export;

/// <summary>Running results along an axis.</summary>
internal static class ScanConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        to["CumSum"] = static n => n.Set(n.Op("CumSum", [n.X, n.Emitter.Number(n.Int("axis"), DType.Int64)]));
        to["CumMax"] = static n => Running(n, greatest: true);
        to["CumMin"] = static n => Running(n, greatest: false);
        to["LogCumSumExp"] = static n => n.Set(Prefixes(n, n.X, n.Int("axis"), double.NegativeInfinity, "ReduceLogSumExp"));
        to["LinearScan"] = LinearScan;
    }

    /// <summary>The greatest so far and its place, the last one of equals.</summary>
    private static void Running(NodeContext n, bool greatest)
    {
        long axis = n.Int("axis") < 0 ? n.Rank(0) - 1 : n.Int("axis");
        double hidden = greatest ? double.NegativeInfinity : double.PositiveInfinity;
        n.Set(0, Prefixes(n, n.X, axis, hidden, greatest ? "ReduceMax" : "ReduceMin"));
        if (n.OutputCount > 1)
        {
            string places = n.Op(
                greatest ? "ArgMax" : "ArgMin", [Masked(n, n.X, axis, hidden)], ("axis", axis + 1), ("keepdims", 0),
                ("select_last_index", 1));
            n.Set(1, n.Cast(places, DType.Int64, n.OutTypeOf(1)));
        }
    }

    private static string Prefixes(NodeContext n, string x, long axis, double hidden, string operation) =>
        n.Reduce(operation, Masked(n, x, axis, hidden), [axis + 1], false);

    /// <summary>The axis twice: row i of the second shows the elements up to i, and another number behind.</summary>
    private static string Masked(NodeContext n, string x, long axis, double hidden)
    {
        Quantity length = n.Shape(0)[axis];
        string ones = n.Op("ConstantOfShape", [n.Emitter.Ints([length, length])], ("value", Tensor.Ones([1], DType.Int32)));
        string visible = n.Cast(n.Op("Trilu", [ones], ("upper", 0)), DType.Int32, DType.Bool);
        long[] behind = [.. Enumerable.Range(0, n.Rank(0) - (int)axis - 1).Select(static i => 2L + i)];
        visible = behind.Length == 0 ? visible : n.Unsqueeze(visible, behind);
        return n.Op("Where", [visible, n.Unsqueeze(x, axis), n.N(hidden)]);
    }

    /// <summary>y ← a y + b along the last axis, by ONNX's Scan.</summary>
    private static void LinearScan(NodeContext n)
    {
        bool hasSum = n.Has(1), reverse = n.Flag("reverse");
        long last = n.Rank(0) - 1;
        GraphProto body = new() { Name = "step" };
        string state = n.Emitter.Free("state"), factor = n.Emitter.Free("factor"), addend = n.Emitter.Free("addend");
        string product = n.Emitter.Free("product"), next = n.Emitter.Free("next"), kept = n.Emitter.Free("kept");
        foreach (string input in hasSum ? (string[])[state, factor, addend] : [state, factor])
        {
            body.Input.Add(Info(n, input));
        }

        body.Node.Add(Node("Mul", [state, factor], hasSum ? product : next));
        if (hasSum)
        {
            body.Node.Add(Node("Add", [product, addend], next));
        }

        body.Node.Add(Node("Identity", [next], kept));
        body.Output.Add(Info(n, next));
        body.Output.Add(Info(n, kept));
        long[] axes = hasSum ? [last, last] : [last], directions = Array.ConvertAll(axes, _ => reverse ? 1L : 0);
        string start = n.Op("ConstantOfShape", [n.Emitter.Ints(n.Shape(0)[..^1])], ("value", Tensor.Full([1], n.Double("initial"),
            n.OutType)));
        string[] results = n.Emitter.AddMany(
            "Scan", 2, hasSum ? [start, n.X, n.Y] : [start, n.X], ("body", body), ("num_scan_inputs", axes.Length), ("scan_input_axes",
                axes),
            ("scan_input_directions", directions), ("scan_output_axes", new[] { last }), ("scan_output_directions",
                new[] { directions[0] }));
        n.Set(results[1]);
    }

    private static NodeProto Node(string operation, string[] inputs, string output)
    {
        NodeProto node = new() { OpType = operation };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }

    private static ValueInfoProto Info(NodeContext n, string name) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)ElementTypes.Of(n.OutType) } },
    };
}
