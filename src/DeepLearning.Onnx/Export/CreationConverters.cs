namespace DeepLearning.Onnx.Export;

/// <summary>Tensors made of no other: filled, counted, drawn.</summary>
internal static class CreationConverters
{
    private const long MostWritten = 1 << 12;

    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        to["Full"] = to["Fill"] = static n => n.Set(Filled(n, n.OutShape, Scalar(n)));
        to["Arange"] = Arange;
        to["Linspace"] = static n => n.Set(n.Emitter.Initializer(
            Tensor.Linspace(n.Double("start"), n.Double("end"), (int)n.FixedOutShape()[0], n.OutType), "linspace"));
        to["CopyFrom"] = to["Assign"] = static n => n.Set(n.Expand(n.Cast(n.Count - 1, n.OutType), n.OutShape));
        to["Uniform"] = static n => n.Set(Drawn(n, "RandomUniformLike", ("low", n.Double("low")), ("high", n.Double("high"))));
        to["Normal"] = static n => n.Set(Drawn(n, "RandomNormalLike", ("mean", n.Double("mean")), ("scale", n.Double("std"))));
        to["Bernoulli"] = static n => n.Set(n.Cast(n.Op("Less", [
            Drawn(n, "RandomUniformLike"), n.Emitter.Number(n.Double("probability"), DType.Float32)]), DType.Bool, n.OutType));
        to["Exponential"] = static n => n.Set(n.Op("Div", [
            n.Op("Neg", [n.Op("Log", [n.Op("Sub", [n.N(1), Drawn(n, "RandomUniformLike")])])]), n.N(n.Double("rate"))]));
        to["RandPerm"] = static n => n.Set(n.Cast(
            n.Emitter.AddMany("TopK", 2, [Drawn(n, "RandomUniformLike"), n.Emitter.Ints(n.OutShape)])[1], DType.Int64, n.OutType));
    }

    /// <summary>A tensor of one number.</summary>
    public static string Filled(NodeContext n, Quantity[] shape, double value)
    {
        bool isFixed = shape.All(static length => length.IsFixed);
        long count = shape.Aggregate(1L, static (product, length) => product * length.Long);
        if (isFixed && count <= MostWritten)
        {
            int[] lengths = [.. shape.Select(static length => (int)length.Long)];
            string key = FormattableString.Invariant($"full {n.OutType} {value:R} {string.Join(",", lengths)}");
            return n.Emitter.Shared(key, () => Tensor.Zeros(lengths, n.OutType).Add(One(value, n.OutType)).To(n.OutType));
        }

        return n.Op("ConstantOfShape", [n.Emitter.Ints(shape)], ("value", One(value, n.OutType).Reshape(1)));
    }

    private static Tensor One(double value, DType dtype) => dtype.IsFloatingPoint()
        ? Tensor.FromScalar(value, dtype)
        : Tensor.FromScalar((long)value, DType.Int64).To(dtype);

    /// <summary>The number that a tensor is filled with; a truth value counts as 1.</summary>
    private static double Scalar(NodeContext n) => n.Flag("value") ? 1 : n.Told("value") ? n.Double("value") : 0;

    private static void Arange(NodeContext n)
    {
        double start = n.Double("start"), step = n.Double("step");
        Quantity count = n.OutShape[0];
        if (count.IsFixed)
        {
            double[] numbers = new double[count.Long];
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = start + (step * i);
            }

            n.Set(n.Emitter.Initializer(Tensor.From(numbers).To(n.OutType), "arange"));
            return;
        }

        string places = n.Op("Range", [
            n.Emitter.Number(0, DType.Int64), n.Squeeze(n.Emitter.Ints([count]), 0), n.Emitter.Number(1, DType.Int64)]);
        string scaled = n.Cast(places, DType.Int64, n.OutType);
        scaled = step == 1 ? scaled : n.Op("Mul", [scaled, n.N(step)]);
        n.Set(start == 0 ? scaled : n.Op("Add", [scaled, n.N(start)]));
    }

    /// <summary>Random numbers, drawn anew at every run.</summary>
    private static string Drawn(NodeContext n, string operation, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        DType dtype = n.OutType.IsFloatingPoint() ? n.OutType : DType.Float32;
        string shape = n.Op("ConstantOfShape", [n.Emitter.Ints(n.OutShape)], ("value", Tensor.Zeros([1], DType.Float32)));
        return n.Op(operation, [shape], [.. attributes, ("dtype", NodeContext.TypeNumber(dtype))]);
    }
}
