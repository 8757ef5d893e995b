namespace DeepLearning.Onnx.Import;

/// <summary>Attention and rotary positions.</summary>
internal static class AttentionOperators
{
    public static void Add(Operators to)
    {
        to.AddMany("Attention", Attention);
        to.Add("RotaryEmbedding", static c => c.Keep(0, Rotated(c)));
    }

    private static Tensor Heads(Tensor x, long heads) => x.Rank == 4
        ? x
        : x.Reshape(x.Size(0), x.Size(1), Call.Small(heads, "the number of heads"), -1).Transpose(1, 2);

    private static Value?[] Attention(Call c)
    {
        long queryHeads = c.Int("q_num_heads", 1), keyHeads = c.Int("kv_num_heads", 1);
        Tensor q = Heads(c[0], queryHeads), k = Heads(c[1], keyHeads), v = Heads(c[2], keyHeads);
        int past = c.Has(4) ? c[4].Size(2) : 0;
        k = c.Has(4) ? Tensor.Cat([c[4], k], 2) : k;
        v = c.Has(5) ? Tensor.Cat([c[5], v], 2) : v;
        (Tensor presentKey, Tensor presentValue) = (k, v);
        int queries = q.Size(2), keys = k.Size(2), groups = q.Size(1) / k.Size(1);
        if (groups > 1)
        {
            (k, v) = (k.RepeatInterleave(groups, 1), v.RepeatInterleave(groups, 1));
        }

        double scale = c.Told("scale") ? c.Float("scale", 1) : 1 / Math.Sqrt(q.Size(3)), cap = c.Float("softcap", 0);
        DType dtype = q.DType, compute = dtype.Compute();
        Tensor scores = q.To(compute).Multiply(scale).MatMul(k.To(compute).Transpose(2, 3));
        Tensor raw = scores, capped = cap > 0 ? scores.Divide(cap).Tanh().Multiply(cap) : scores;
        Tensor biased = Masked(c, capped, queries, keys, past);
        Tensor hidden = biased.Detach().EqualTo(double.NegativeInfinity).All(-1, keepDim: true);
        // A query that sees no key gives 0.
        Tensor weights = biased.MaskedFill(hidden, 0.0).Softmax(-1).MaskedFill(hidden, 0.0);
        Tensor y = weights.MatMul(v.To(compute));
        y = c[0].Rank == 3 ? y.Transpose(1, 2).Reshape(y.Size(0), queries, -1) : y;
        Tensor shown = c.Int("qk_matmul_output_mode", 0) switch { 0 => raw, 1 => capped, 2 => biased, _ => weights };
        return [c.Keep(0, y), c.Keep(1, presentKey), c.Keep(2, presentValue), c.Keep(0, shown)];
    }

    private static Tensor Masked(Call c, Tensor scores, int queries, int keys, int past)
    {
        if (c.Has(3))
        {
            Tensor mask = c[3];
            bool isTruth = mask.DType == DType.Bool;
            if (mask.Size(-1) < keys)
            {
                Scalar fill = isTruth ? false : double.NegativeInfinity;
                mask = mask.Pad([0, keys - mask.Size(-1)], PadMode.Constant, fill);
            }

            scores = isTruth ? scores.MaskedFill(mask.LogicalNot(), double.NegativeInfinity) : scores.Add(mask.To(scores.DType));
        }

        Tensor own = Tensor.Arange(0, queries).Unsqueeze(-1), others = Tensor.Arange(0, keys);
        Tensor place = own.Add(past);
        if (c.Has(6))
        {
            Tensor lengths = c[6].To(DType.Int64).Reshape(-1, 1, 1, 1);
            scores = scores.MaskedFill(others.GreaterOrEqual(lengths), double.NegativeInfinity);
            place = own.Add(lengths.Subtract(queries));
        }

        if (c.Flag("is_causal"))
        {
            scores = scores.MaskedFill(others.Greater(place), double.NegativeInfinity);
        }

        long left = c.Int("left_window_size", -1), right = c.Int("right_window_size", -1);
        scores = left < 0 ? scores : scores.MaskedFill(place.Subtract(others).Greater(left), double.NegativeInfinity);
        return right < 0 ? scores : scores.MaskedFill(others.Subtract(place).Greater(right), double.NegativeInfinity);
    }

    private static Tensor Rotated(Call c)
    {
        bool hasHeads = c[0].Rank == 4;
        Tensor x = hasHeads ? c[0].Transpose(1, 2) : c[0].Reshape(c[0].Size(0), c[0].Size(1), c.Int32("num_heads", 1), -1);
        Tensor cos = c[1], sin = c[2];
        if (c.Has(3))
        {
            Tensor places = c[3].To(DType.Int64);
            int[] shape = [.. places.Shape.ToArray(), cos.Size(-1)];
            cos = cos.IndexSelect(0, places.Reshape(-1)).Reshape(shape);
            sin = sin.IndexSelect(0, places.Reshape(-1)).Reshape(shape);
        }

        int width = x.Size(3), turned = c.Int32("rotary_embedding_dim", 0);
        turned = turned == 0 ? width : turned;
        Tensor part = x.Narrow(3, 0, turned), rest = x.Narrow(3, turned, width - turned);
        bool interleaved = c.Flag("interleaved");
        Tensor pairs = interleaved
            ? part.Reshape(x.Size(0), x.Size(1), x.Size(2), turned / 2, 2)
            : part.Reshape(x.Size(0), x.Size(1), x.Size(2), 2, turned / 2).Transpose(3, 4);
        Tensor a = pairs.Select(-1, 0), b = pairs.Select(-1, 1);
        (cos, sin) = (cos.Unsqueeze(2), sin.Unsqueeze(2));
        Tensor real = cos.Multiply(a).Subtract(sin.Multiply(b)), imaginary = sin.Multiply(a).Add(cos.Multiply(b));
        Tensor joined = interleaved
            ? Tensor.Stack([real, imaginary], -1).Reshape(part.Shape)
            : Tensor.Cat([real, imaginary], -1);
        Tensor y = Tensor.Cat([joined, rest], -1);
        return hasHeads ? y.Transpose(1, 2) : y.Reshape(c[0].Shape);
    }
}
