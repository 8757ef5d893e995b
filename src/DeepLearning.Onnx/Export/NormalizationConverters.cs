namespace DeepLearning.Onnx.Export;

/// <summary>Normalizations.</summary>
internal static class NormalizationConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        to["BatchNormEval"] = BatchNormEval;
        to["BatchNorm"] = BatchNorm;
        to["LayerNorm"] = LayerNorm;
        to["RmsNorm"] = RmsNorm;
        to["GroupNorm"] = GroupNorm;
        to["InstanceNorm"] = InstanceNorm;
    }

    private static string Ones(NodeContext n, long count, double value) =>
        n.Emitter.Shared(
            FormattableString.Invariant($"vector {n.OutType} {count} {value}"),
            () => Tensor.Full([(int)count], value, n.OutType));

    /// <summary>The operands after the input: weight and bias, then the running figures.</summary>
    private static void BatchNormEval(NodeContext n)
    {
        int affine = n.Count - 2;
        long channels = n.Shape(0)[1].Long;
        string weight = affine > 1 && n.Has(1) ? n.Y : Ones(n, channels, 1);
        string bias = affine > 2 && n.Has(2) ? n.Cast(2, n.OutType) : Ones(n, channels, 0);
        n.Set(n.Op(
            "BatchNormalization", [n.X, weight, bias, n.Cast(n.Count - 2, n.OutType), n.Cast(n.Count - 1, n.OutType)],
            ("epsilon", n.Double("eps"))));
    }

    /// <summary>By the batch's own figures.</summary>
    private static void BatchNorm(NodeContext n)
    {
        long[] axes = [.. Enumerable.Range(0, n.Rank(0)).Where(static axis => axis != 1).Select(static axis => (long)axis)];
        n.Set(Affine(n, Standardized(n, n.X, axes, n.Double("eps")), n.Rank(0) - 2));
    }

    private static string Standardized(NodeContext n, string x, long[] axes, double eps)
    {
        string centered = n.Op("Sub", [x, n.Reduce("ReduceMean", x, axes, true)]);
        string variance = n.Reduce("ReduceMean", n.Op("Mul", [centered, centered]), axes, true);
        return n.Op("Div", [centered, n.Op("Sqrt", [n.Op("Add", [variance, n.N(eps)])])]);
    }

    /// <summary>Weight and bias of each channel, which so many axes follow.</summary>
    private static string Affine(NodeContext n, string y, int behind)
    {
        y = n.Has(1) ? n.Op("Mul", [y, Channels(n, n.Y, behind)]) : y;
        return n.Has(2) ? n.Op("Add", [y, Channels(n, n.Cast(2, n.OutType), behind)]) : y;
    }

    private static string Channels(NodeContext n, string vector, int behind) =>
        behind == 0 ? vector : n.Unsqueeze(vector, [.. Enumerable.Range(1, behind).Select(static axis => (long)axis)]);

    private static void LayerNorm(NodeContext n)
    {
        long[] shape = n.Ints("shape");
        string scale = n.Has(1)
            ? n.Y
            : n.Emitter.Shared(
                $"ones {n.OutType} {string.Join(",", shape)}", () => Tensor.Ones([.. shape.Select(static length => (int)length)],
                    n.OutType));
        string[] operands = n.Has(2) ? [n.X, scale, n.Cast(2, n.OutType)] : [n.X, scale];
        n.Set(n.Op("LayerNormalization", operands, ("axis", -(long)shape.Length), ("epsilon", n.Double("eps"))));
    }

    private static void RmsNorm(NodeContext n)
    {
        int count = n.Ints("shape").Length;
        string x = n.X;
        if (n.Opset >= 23 && n.Has(1))
        {
            n.Set(n.Op("RMSNormalization", [x, n.Y], ("axis", -(long)count), ("epsilon", n.Double("eps"))));
            return;
        }

        long[] axes = [.. Enumerable.Range(n.Rank(0) - count, count).Select(static axis => (long)axis)];
        string mean = n.Reduce("ReduceMean", n.Op("Mul", [x, x]), axes, true);
        string y = n.Op("Div", [x, n.Op("Sqrt", [n.Op("Add", [mean, n.N(n.Double("eps"))])])]);
        n.Set(n.Has(1) ? n.Op("Mul", [y, n.Y]) : y);
    }

    /// <summary>Each group as a channel of an instance normalization, then the weights of the channels.</summary>
    private static void GroupNorm(NodeContext n)
    {
        long groups = n.Int("groups");
        Quantity[] shape = n.Shape(0);
        if (n.Opset >= 21 && n.Has(1) && n.Has(2))
        {
            n.Set(n.Op(
                "GroupNormalization", [n.X, n.Y, n.Cast(2, n.OutType)], ("num_groups", groups), ("epsilon", n.Double("eps"))));
            return;
        }

        string grouped = n.Reshape(n.X, 0, groups, -1);
        string y = shape.Any(static length => length is { IsFixed: true, Long: 0 })
            ? n.X
            : n.Reshape(Instance(n, grouped, Ones(n, groups, 1), Ones(n, groups, 0)), shape);
        n.Set(Affine(n, y, n.Rank(0) - 2));
    }

    private static void InstanceNorm(NodeContext n)
    {
        long channels = n.Shape(0)[1].Long;
        n.Set(Instance(n, n.X, n.Has(1) ? n.Y : Ones(n, channels, 1), n.Has(2) ? n.Cast(2, n.OutType) : Ones(n, channels, 0)));
    }

    private static string Instance(NodeContext n, string x, string scale, string bias) =>
        n.Op("InstanceNormalization", [x, scale, bias], ("epsilon", n.Double("eps")));
}
