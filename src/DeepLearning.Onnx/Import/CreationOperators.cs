using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx.Import;

/// <summary>Tensors of fixed numbers.</summary>
internal static class CreationOperators
{
    public static void Add(Operators to)
    {
        to.Add("Constant", Constant);
        to.Add("ConstantOfShape", static c =>
        {
            Value one = c.Told("value") ? TensorCodec.Decode(c.Stored("value"), null) : Tensor.Zeros([1], DType.Float32);
            int[] shape = Call.Lengths(c.AllNumbers(0));
            return new Value(one.Tensor.Reshape([]).Expand(shape).Clone(), one.Type);
        });
        to.Add("Range", static c => c.Keep(0, Range(c)));
        to.Add("EyeLike", static c =>
        {
            Tensor like = c[0];
            DataType type = c.Told("dtype") ? ElementTypes.From((int)c.Int("dtype")) : c.Type(0);
            if (like.Rank != 2)
            {
                throw new OnnxException($"EyeLike needs a matrix, not a tensor {like.Shape}.");
            }

            Tensor distance = Tensor.Arange(0, like.Size(1)) - Tensor.Arange(0, like.Size(0)).Unsqueeze(-1);
            return Call.As(distance.EqualTo(c.Int("k", 0)), type);
        });
    }

    private static Value Constant(Call c)
    {
        if (c.Told("value"))
        {
            return TensorCodec.Decode(c.Stored("value"), null);
        }

        if (c.Told("value_float"))
        {
            return Tensor.FromScalar(c.Given("value_float").F, DType.Float32);
        }

        if (c.Told("value_int"))
        {
            return Tensor.FromScalar(c.Given("value_int").I, DType.Int64);
        }

        if (c.Floats("value_floats") is { } numbers)
        {
            return Tensor.From(numbers);
        }

        return c.Ints("value_ints") is { } whole
            ? Tensor.From(whole)
            : throw new OnnxException("only tensors and numbers are supported as constants, not texts and sparse tensors.");
    }

    private static Tensor Range(Call c)
    {
        if (c[0].DType.IsFloatingPoint())
        {
            double start = One(c, 0), limit = One(c, 1), step = One(c, 2);
            double count = Math.Max(Math.Ceiling((limit - start) / step), 0);
            Limits.Check([Call.Small(double.IsFinite(count) && count < int.MaxValue ? (long)count : long.MaxValue, "a length")]);
            return Tensor.Arange(0, (int)count).To(DType.Float64).Multiply(step).Add(start);
        }

        long first = c.Number(0), end = c.Number(1), by = c.Number(2);
        if (by == 0)
        {
            throw new OnnxException("a step of 0 leads nowhere.");
        }

        Int128 length = by > 0 ? ((Int128)end - first + by - 1) / by : ((Int128)first - end - by - 1) / -by;
        length = length < 0 ? 0 : length;
        Limits.Check([Call.Small(length > int.MaxValue ? long.MaxValue : (long)length, "a length")]);
        return Tensor.Arange(0, (int)length).Multiply(by).Add(first);
    }

    private static double One(Call c, int i) => c[i].To(DType.Float64).Reshape([]).Item<double>();
}
