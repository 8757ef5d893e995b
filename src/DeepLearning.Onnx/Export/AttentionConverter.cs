namespace DeepLearning.Onnx.Export;

/// <summary>Attention, as products and a softmax.</summary>
internal static class AttentionConverter
{
    public static void Add(Dictionary<string, Action<NodeContext>> to) => to["ScaledDotProductAttention"] = Convert;

    private static void Convert(NodeContext n)
    {
        if (n.Double("dropout_p") > 0)
        {
            throw n.Refused("it drops weights; leave dropout out to export");
        }

        string query = n.Op("Mul", [n.X, n.N(n.Double("scale"))]);
        string scores = n.Op("MatMul", [query, ProductConverters.Transposed(n, n.Y, n.Rank(1))]);
        if (n.Flag("is_causal"))
        {
            string ones = n.Op(
                "ConstantOfShape", [n.Emitter.Ints([n.Shape(0)[^2], n.Shape(1)[^2]])], ("value", Tensor.Ones([1], DType.Int32)));
            string visible = n.Cast(n.Op("Trilu", [ones], ("upper", 0)), DType.Int32, DType.Bool);
            scores = n.Op("Where", [visible, scores, n.N(double.NegativeInfinity)]);
        }

        if (!n.Has(3))
        {
            Finish(n, n.Op("Softmax", [scores], ("axis", -1)));
            return;
        }

        scores = n.Type(3) == DType.Bool
            ? n.Op("Where", [n.In(3), scores, n.N(double.NegativeInfinity)])
            : n.Op("Add", [scores, n.Cast(3, n.OutType)]);

        // A query that sees no key gives 0.
        string most = n.Reduce("ReduceMax", scores, [-1], true);
        string empty = n.Op("Equal", [most, n.N(double.NegativeInfinity)]);
        string weights = n.Op("Softmax", [n.Op("Where", [empty, n.N(0), scores])], ("axis", -1));
        Finish(n, n.Op("Where", [empty, n.N(0), weights]));
    }

    private static void Finish(NodeContext n, string weights)
    {
        string y = n.Op("MatMul", [weights, n.Cast(2, n.OutType)]);
        Quantity[] shape = n.OutShape;
        bool isWhole = shape.Length == Math.Max(n.Rank(0), n.Rank(2))
            && shape[..^2].Index().All(pair => Enumerable.Range(0, n.Has(3) ? 4 : 3).Any(
                i => n.Rank(i) == shape.Length && n.Shape(i)[pair.Index].IsSame(pair.Item)));
        n.Set(isWhole ? y : n.Expand(y, shape));
    }
}
