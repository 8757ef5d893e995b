namespace DeepLearning.Onnx.Import;

/// <summary>Activations.</summary>
internal static class ActivationOperators
{
    public static void Add(Operators to)
    {
        to.Add("Relu", static c => c.Keep(0, c[0].Relu()));
        to.Add("Sigmoid", static c => c.Keep(0, c[0].Sigmoid()));
        to.Add("HardSigmoid", static c => c.Keep(
            0, c[0].Multiply(c.Float("alpha", 0.2f)).Add(c.Float("beta", 0.5f)).Clamp(0.0, 1.0)));
        to.Add("HardSwish", static c => c.Keep(0, c[0].Hardswish()));
        to.Add("Elu", static c => c.Keep(0, c[0].Elu(c.Float("alpha", 1))));
        to.Add("Celu", static c => c.Keep(0, c[0].Celu(c.Float("alpha", 1))));
        to.Add("Selu", static c => c.Keep(0, Selu(c[0], c.Float("alpha", 1.67326319f), c.Float("gamma", 1.05070102f))));
        to.Add("LeakyRelu", static c => c.Keep(0, c[0].LeakyRelu(c.Float("alpha", 0.01f))));
        to.Add("PRelu", static c => c.Keep(0, c[0].Relu().Subtract(c[0].Negate().Relu().Multiply(c[1]))));
        to.Add("ThresholdedRelu", static c => c.Keep(0, c[0].Threshold(c.Float("alpha", 1), 0)));
        to.Add("Softplus", static c => c.Keep(0, c[0].Softplus()));
        to.Add("Softsign", static c => c.Keep(0, c[0].Softsign()));
        to.Add("Mish", static c => c.Keep(0, c[0].Mish()));
        to.Add("Gelu", static c => c.Keep(0, c[0].Gelu(c.Text("approximate", "none") == "tanh")));
        to.Add("Swish", static c => c.Keep(0, c[0].Multiply(c[0].Multiply(c.Float("alpha", 1)).Sigmoid())));
        to.Add("Shrink", static c => c.Keep(0, Shrink(c[0], c.Float("lambd", 0.5f), c.Float("bias", 0))));
        to.Add("Softmax", static c => c.Keep(0, Rows(c, static (x, axis) => x.Softmax(axis))));
        to.Add("LogSoftmax", static c => c.Keep(0, Rows(c, static (x, axis) => x.LogSoftmax(axis))));
        to.Add("Hardmax", static c => c.Keep(0, Rows(c, static (x, axis) =>
            Tensor.ZerosLike(x).Scatter(axis, x.ArgMax(axis, keepDim: true), 1))));
        to.AddMany("Dropout", Dropout);
    }

    private static Tensor Selu(Tensor x, double alpha, double gamma) => x.Elu(alpha).Multiply(gamma);

    private static Tensor Shrink(Tensor x, double limit, double bias)
    {
        Tensor zero = Tensor.FromScalar(0, x.DType);
        return Tensor.Where(x.Less(-limit), x.Add(bias).To(x.DType), Tensor.Where(x.Greater(limit), x.Subtract(bias).To(x.DType), zero));
    }

    /// <summary>Along one axis; before opset 13, over all axes from one on.</summary>
    private static Tensor Rows(Call c, Func<Tensor, int, Tensor> function)
    {
        Tensor x = c[0];
        if (c.Opset >= 13)
        {
            return function(x, c.Axis("axis", -1, x.Rank));
        }

        int axis = c.Axis("axis", 1, x.Rank), rows = 1;
        for (int i = 0; i < axis; i++)
        {
            rows *= x.Size(i);
        }

        return function(x.Reshape(rows, rows == 0 ? 0 : (int)(x.Count / rows)), 1).Reshape(x.Shape);
    }

    private static Value?[] Dropout(Call c)
    {
        Tensor x = c[0];
        double ratio = c.Opset < 12 ? c.Float("ratio", 0.5f) : c.Has(1) ? c[1].To(DType.Float64).Item<double>() : 0.5;
        bool trains = c.Opset >= 12 && c.Has(2) && c[2].Reshape([]).Item<bool>();
        if (!trains || ratio == 0)
        {
            return [c.Value(0), Tensor.Ones(x.Shape, DType.Bool)];
        }

        Tensor kept = Tensor.Rand(x.Shape).GreaterOrEqual(ratio);
        return [c.Keep(0, Tensor.Where(kept, x.Divide(1 - ratio), Tensor.FromScalar(0, x.DType))), kept];
    }
}
