using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx.Import;

/// <summary>Quantized numbers and operators on them. Sums of products are exact.</summary>
internal static class QuantizationOperators
{
    public static void Add(Operators to)
    {
        to.Add("QuantizeLinear", QuantizeLinear);
        to.Add("DequantizeLinear", DequantizeLinear);
        to.AddMany("DynamicQuantizeLinear", DynamicQuantizeLinear);
        to.Add("MatMulInteger", static c => ((Tensor)Centered(c, 0, 2, row: true).MatMul(Centered(c, 1, 3, row: false))).To(DType.Int32));
        to.Add("ConvInteger", static c => ConvolutionOperators.Convolved(
            c, Centered(c, 0, 2, row: false), CenteredFilters(c, 1, 3), null).To(DType.Int32));
        to.Add("QLinearMatMul", static c =>
        {
            Tensor product = Dequantized(c, 0, 1, 2, row: true).MatMul(Dequantized(c, 3, 4, 5, row: false));
            return Quantized(product, c[6].To(DType.Float64), c.Value(7));
        });
        to.Add("QLinearConv", static c =>
        {
            Tensor x = c[0].To(DType.Float64).Subtract(c[2].To(DType.Float64)), w = CenteredFilters(c, 3, 5);
            Tensor scale = c[1].To(DType.Float64).Multiply(c[4].To(DType.Float64));
            Tensor y = ConvolutionOperators.Convolved(c, x, w, c.TensorOrNull(8)?.To(DType.Float64));
            y = y.Multiply(scale.Count == 1 ? scale.Reshape([]) : scale.Reshape([-1, .. Enumerable.Repeat(1, y.Rank - 2)]));
            return Quantized(y, c[6].To(DType.Float64), c.Value(7));
        });
    }

    /// <summary>A number, one for each slice of an axis, or one for each block of it, laid out beside a tensor.</summary>
    private static Tensor Beside(Tensor numbers, Tensor x, int axis, int block)
    {
        if (numbers.Count == 1)
        {
            return numbers.Reshape([]);
        }

        if (block > 0 && numbers.Rank == x.Rank)
        {
            return numbers.RepeatInterleave(block, axis).Narrow(axis, 0, x.Size(axis));
        }

        int[] shape = [.. Enumerable.Repeat(1, x.Rank)];
        shape[axis] = numbers.Rank == 1 && numbers.Size(0) == x.Size(axis)
            ? x.Size(axis)
            : throw new OnnxException($"numbers {numbers.Shape} do not fit axis {axis} of a tensor {x.Shape}.");
        return numbers.Reshape(shape);
    }

    private static int Axis(Call c, Tensor x) => x.Rank == 0 ? 0 : Call.Axis(c.Int("axis", 1) is var axis && axis >= x.Rank ? x.Rank - 1
        : axis, x.Rank);

    private static Value QuantizeLinear(Call c)
    {
        Tensor x = c[0];
        int axis = Axis(c, x), block = c.Int32("block_size", 0);
        DataType type = c.Has(2) ? c.Type(2) : c.Told("output_dtype") ? ElementTypes.From((int)c.Int("output_dtype")) : DataType.Uint8;
        if (ElementTypes.Range(type) is null)
        {
            throw new OnnxException($"numbers of type {ElementTypes.Name(type)} are not supported.");
        }

        // The quotient is rounded in the type of the scale before it is rounded to a whole number.
        DType compute = x.DType == DType.Float64 ? DType.Float64 : DType.Float32;
        Tensor quotient = x.To(compute).Divide(Beside(c[1].To(compute), x, axis, block));
        return Rounded(quotient.To(DType.Float64), c.Has(2) ? Beside(c[2].To(DType.Float64), x, axis, block) : null, type);
    }

    private static Value DequantizeLinear(Call c)
    {
        Tensor x = c[0], scale = c[1];
        int axis = Axis(c, x), block = c.Int32("block_size", 0);
        DataType type = c.Told("output_dtype") ? ElementTypes.From((int)c.Int("output_dtype")) : c.Type(1);
        Tensor whole = x.To(DType.Float64);
        whole = c.Has(2) ? whole.Subtract(Beside(c[2].To(DType.Float64), x, axis, block)) : whole;
        return Call.As(whole.To(scale.DType.Compute()).Multiply(Beside(scale.To(scale.DType.Compute()), x, axis, block)), type);
    }

    private static Value?[] DynamicQuantizeLinear(Call c)
    {
        Tensor x = c[0].Detach();
        float least = Math.Min(x.Count == 0 ? 0 : x.Min().Item<float>(), 0), most = Math.Max(x.Count == 0 ? 0 : x.Max().Item<float>(), 0);
        float scale = (most - least) / 255;
        scale = scale == 0 ? 1 : scale;
        float zero = Math.Clamp(MathF.Round(-least / scale, MidpointRounding.ToEven), 0, 255);
        Tensor y = x.Divide(scale).Round().Add(zero).Clamp(0, 255);
        return [
            new Value(y.To(DType.UInt8), DataType.Uint8), Tensor.FromScalar(scale, DType.Float32),
            Tensor.FromScalar((long)zero, DType.Int64).To(DType.UInt8)];
    }

    private static Value Rounded(Tensor quotient, Tensor? zero, DataType type)
    {
        (long least, long most) = ElementTypes.Range(type)!.Value;
        Tensor whole = quotient.Round();
        whole = zero is null ? whole : whole.Add(zero);
        return new Value(whole.Clamp((double)least, (double)most).To(DType.Int64).To(ElementTypes.Held(type)), type);
    }

    private static Value Quantized(Tensor y, Tensor scale, Value zero) =>
        Rounded(y.Divide(scale.Count == 1 ? scale.Reshape([]) : scale).To(DType.Float32).To(DType.Float64),
            zero.Tensor.To(DType.Float64), zero.Type);

    /// <summary>Whole numbers less their zero point: one, or one for each row or column.</summary>
    private static Tensor Centered(Call c, int operand, int zero, bool row)
    {
        Tensor x = c[operand].To(DType.Float64);
        if (!c.Has(zero))
        {
            return x;
        }

        Tensor point = c[zero].To(DType.Float64);
        return x.Subtract(point.Rank == 1 && point.Count > 1 && row ? point.Unsqueeze(-1) : point.Count == 1 ? point.Reshape([]) : point);
    }

    private static Tensor CenteredFilters(Call c, int operand, int zero)
    {
        Tensor w = c[operand].To(DType.Float64);
        if (!c.Has(zero))
        {
            return w;
        }

        Tensor point = c[zero].To(DType.Float64);
        return w.Subtract(point.Count == 1 ? point.Reshape([]) : point.Reshape([-1, .. Enumerable.Repeat(1, w.Rank - 1)]));
    }

    private static Tensor Dequantized(Call c, int operand, int scale, int zero, bool row)
    {
        Tensor factor = c[scale].To(DType.Float64), x = Centered(c, operand, zero, row);
        return x.Multiply(factor.Rank == 1 && factor.Count > 1 && row ? factor.Unsqueeze(-1) : factor.Count == 1 ? factor.Reshape([])
            : factor);
    }
}
