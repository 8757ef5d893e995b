namespace DeepLearning.Onnx.Export;

/// <summary>Reductions over axes, orders along the last one, and softmax.</summary>
internal static class ReductionConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        foreach ((string name, string operation) in ((string, string)[])[
            ("Sum", "ReduceSum"), ("Mean", "ReduceMean"), ("Amax", "ReduceMax"), ("Amin", "ReduceMin"), ("Prod", "ReduceProd"),
            ("LogSumExp", "ReduceLogSumExp")])
        {
            to[name] = n => n.Set(n.Reduce(operation, n.X, n.Ints("axes"), n.Flag("keep_dim")));
        }

        to["Max"] = static n => Extreme(n, "ReduceMax", "ArgMax");
        to["Min"] = static n => Extreme(n, "ReduceMin", "ArgMin");
        to["ArgMax"] = static n => Extreme(n, "ReduceMax", "ArgMax");
        to["ArgMin"] = static n => Extreme(n, "ReduceMin", "ArgMin");
        to["Any"] = static n => Truth(n, "ReduceMax");
        to["All"] = static n => Truth(n, "ReduceMin");
        to["Norm"] = Norm;
        to["Var"] = static n => n.Set(Variance(n));
        to["Std"] = static n => n.Set(n.Op("Sqrt", [Variance(n)]));
        to["Softmax"] = static n => n.Set(n.Op("Softmax", [n.X], ("axis", n.Int("axis"))));
        to["LogSoftmax"] = static n => n.Set(n.Op("LogSoftmax", [n.X], ("axis", n.Int("axis"))));
        to["Sort"] = static n => Top(n, n.OutShape[^1], n.Flag("descending"));
        to["TopK"] = static n => Top(n, n.OutShape[^1], n.Flag("largest"));
        to["KthValue"] = KthValue;
        to["SharedEvenly"] = Median;
        to["BinCount"] = BinCount;
        to["SearchSorted"] = SearchSorted;
    }

    /// <summary>The greatest or least of everything, or of each row with its place.</summary>
    private static void Extreme(NodeContext n, string values, string places)
    {
        if (n.OutputCount == 1)
        {
            n.Set(n.Reduce(values, n.X, n.Ints("axes"), n.Flag("keep_dim")));
            return;
        }

        long axis = n.Rank(0) - 1;
        bool keep = n.OutRank == n.Rank(0);
        n.Set(0, n.Reduce(values, n.X, [axis], keep));
        n.Set(1, n.Cast(n.Op(places, [n.X], ("axis", axis), ("keepdims", keep)), DType.Int64, n.OutTypeOf(1)));
    }

    private static void Truth(NodeContext n, string operation)
    {
        string numbers = n.Cast(n.Cast(0, DType.Bool), DType.Bool, DType.Int32);
        n.Set(n.Cast(n.Reduce(operation, numbers, n.Ints("axes"), n.Flag("keep_dim")), DType.Int32, DType.Bool));
    }

    private static void Norm(NodeContext n)
    {
        double order = n.Double("order");
        long[] axes = n.Ints("axes");
        bool keep = n.Flag("keep_dim");
        string x = n.X;
        n.Set(order switch
        {
            2 => n.Reduce("ReduceL2", x, axes, keep),
            1 => n.Reduce("ReduceL1", x, axes, keep),
            0 => n.Reduce("ReduceSum", n.Cast(n.Op("Not", [n.Op("Equal", [x, n.N(0)])]), DType.Bool, n.OutType), axes, keep),
            double.PositiveInfinity => n.Reduce("ReduceMax", n.Op("Abs", [x]), axes, keep),
            double.NegativeInfinity => n.Reduce("ReduceMin", n.Op("Abs", [x]), axes, keep),
            _ => n.Op("Pow", [
                n.Reduce("ReduceSum", n.Op("Pow", [n.Op("Abs", [x]), n.N(order)]), axes, keep), n.N(1 / order)]),
        });
        if (axes.Length == 0 && order is 1 or 2)
        {
            n.Set(n.Op("Abs", [x]));
        }
    }

    private static string Variance(NodeContext n)
    {
        long[] axes = n.Ints("axes");
        string x = n.X, centered = n.Op("Sub", [x, n.Reduce("ReduceMean", x, axes, true)]);
        string sum = n.Reduce("ReduceSum", n.Op("Mul", [centered, centered]), axes, n.Flag("keep_dim"));
        return n.Op("Div", [sum, n.Number(n.Quantity("divisor"))]);
    }

    /// <summary>The first of each row in order; of equal ones those before.</summary>
    private static void Top(NodeContext n, Quantity count, bool largest)
    {
        string[] top = Sorted(n, n.X, n.Emitter.Ints([count]), largest);
        n.Set(0, top[0]);
        if (n.OutputCount > 1)
        {
            n.Set(1, n.Cast(top[1], DType.Int64, n.OutTypeOf(1)));
        }
    }

    private static string[] Sorted(NodeContext n, string x, string count, bool largest) =>
        n.Emitter.AddMany("TopK", 2, [x, count], ("axis", -1), ("largest", largest), ("sorted", 1));

    private static void KthValue(NodeContext n)
    {
        string[] top = Sorted(n, n.X, n.Emitter.Ints(n.Int("k")), largest: false);
        for (int i = 0; i < n.OutputCount; i++)
        {
            string last = n.Op("Gather", [top[i], n.Emitter.Number(n.Int("k") - 1, DType.Int64)], ("axis", -1));
            n.Set(i, n.Cast(n.Reshape(last, n.OutShapeOf(i)), i == 0 ? n.OutType : DType.Int64, n.OutTypeOf(i)));
        }
    }

    /// <summary>The median of all elements, the lower one of two.</summary>
    private static void Median(NodeContext n)
    {
        long count = n.FixedShape(0).Aggregate(1L, static (product, length) => product * length), middle = (count - 1) / 2;
        string lower = Sorted(n, n.Reshape(n.X, -1), n.Emitter.Ints(middle + 1), largest: false)[0];
        n.Set(n.Op("Gather", [lower, n.Emitter.Number(middle, DType.Int64)], ("axis", 0)));
    }

    private static void BinCount(NodeContext n)
    {
        DType counted = n.OutType;
        string hot = n.Op("OneHot", [
            n.In(0), n.Emitter.Number(n.Int("length"), DType.Int64),
            n.Emitter.Shared($"0 1 {counted}", () => Tensor.From([0L, 1L]).To(counted))]);
        hot = n.Has(1) ? n.Op("Mul", [hot, n.Unsqueeze(n.Cast(1, counted), 1)]) : hot;
        n.Set(n.Reduce("ReduceSum", hot, [0], false));
    }

    /// <summary>How many of the sorted numbers are below each other number.</summary>
    private static void SearchSorted(NodeContext n)
    {
        bool isVector = n.Rank(0) == 1;
        string sorted = isVector ? n.In(0) : n.Unsqueeze(n.In(0), n.Rank(0) - 1);
        string wanted = n.Unsqueeze(n.Cast(1, n.Type(0)), n.Rank(1));
        string below = n.Op(n.Flag("right") ? "LessOrEqual" : "Less", [sorted, wanted]);
        n.Set(n.Reduce("ReduceSum", n.Cast(below, DType.Bool, n.OutType), [n.Rank(1)], false));
    }
}
