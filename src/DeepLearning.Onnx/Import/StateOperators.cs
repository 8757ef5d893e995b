namespace DeepLearning.Onnx.Import;

/// <summary>Operators of decoders that carry a state from one call to the next, and their gate.</summary>
internal static class StateOperators
{
    public static void Add(Operators to)
    {
        to.Add("SwiGLU", static c => c.Keep(0, c[0].Multiply(c[0].Multiply(c.Float("alpha", 1)).Sigmoid()).Multiply(c[1])));
        to.AddMany("CausalConvWithState", CausalConvolution);
        to.AddMany("LinearAttention", LinearAttention);
    }

    /// <summary>A convolution of each channel over what came before, and the end of its input for the next call.</summary>
    private static Value?[] CausalConvolution(Call c)
    {
        Tensor x = c[0], weight = c[1];
        int before = weight.Size(2) - 1;
        Tensor past = c.TensorOrNull(3) ?? Tensor.Zeros([x.Size(0), x.Size(1), before], x.DType);
        Tensor padded = Tensor.Cat([past, x], 2), y = padded.Conv1d(weight, c.TensorOrNull(2), groups: x.Size(1));
        y = c.Text("activation", "none") switch
        {
            "none" => y,
            "silu" or "swish" => y.Silu(),
            var other => throw new OnnxException($"the activation {OnnxException.Quote(other)} is not known."),
        };
        return [c.Keep(0, y), c.Keep(0, padded.Narrow(2, padded.Size(2) - before, before))];
    }

    /// <summary>
    /// S ← exp(g) S + β k ⊗ (v − exp(g) Sᵀ k), y = scale Sᵀ q: with decay g and correction where the rule has them, else S ← S + k ⊗ v.
    /// </summary>
    private static Value?[] LinearAttention(Call c)
    {
        int queryHeads = c.Int32("q_num_heads", 0), heads = c.Int32("kv_num_heads", 0);
        string rule = c.Text("update_rule", "gated_delta");
        bool decays = rule is "gated" or "gated_delta", corrects = rule is "delta" or "gated_delta";
        if (queryHeads < 1 || heads < 1 || queryHeads % heads != 0 || (rule != "linear" && !decays && !corrects))
        {
            throw new OnnxException($"{queryHeads} heads of queries, {heads} of keys and the rule {OnnxException.Quote(rule)} do not fit.");
        }

        DType compute = c[0].DType.Compute();
        Tensor q = Split(c[0], queryHeads, compute), k = Split(c[1], heads, compute), v = Split(c[2], heads, compute);
        int batch = q.Size(0), steps = q.Size(1), keyWidth = q.Size(3), valueWidth = v.Size(3), group = queryHeads / heads;
        double scale = c.Float("scale", 0) is var given && given != 0 ? given : 1 / Math.Sqrt(keyWidth);
        Tensor? decay = decays ? Split(c[4], heads, compute).Exp() : null, rate = corrects ? c[5].To(compute).Unsqueeze(-1) : null;
        Tensor state = c.TensorOrNull(3)?.To(compute) ?? Tensor.Zeros([batch, heads, keyWidth, valueWidth], compute);
        Tensor[] outputs = new Tensor[steps];
        for (int i = 0; i < steps; i++)
        {
            Tensor key = k.Select(1, i).Unsqueeze(-1), value = v.Select(1, i).Unsqueeze(-2);
            state = decay is null ? state : state.Multiply(decay.Select(1, i).Unsqueeze(-1));
            Tensor added = rate is null
                ? value
                : value.Subtract(state.Multiply(key).Sum(2, keepDim: true)).Multiply(rate.Select(1, i).Unsqueeze(-1));
            state = state.Add(key.Multiply(added));
            Tensor seen = group == 1 ? state : state.RepeatInterleave(group, 1);
            outputs[i] = q.Select(1, i).Unsqueeze(-1).Multiply(seen).Sum(2).Multiply(scale);
        }

        Tensor y = Tensor.Stack(outputs, 1).Reshape(batch, steps, queryHeads * valueWidth);
        return [c.Keep(0, y), c.Has(3) ? c.Keep(3, state) : c.Keep(0, state)];
    }

    /// <summary>[batch, steps, heads · width] as [batch, steps, heads, width].</summary>
    private static Tensor Split(Tensor x, int heads, DType dtype) => x.To(dtype).Reshape(x.Size(0), x.Size(1), heads, -1);
}
