namespace DeepLearning.Onnx.Import;

/// <summary>Normalizations.</summary>
internal static class NormalizationOperators
{
    public static void Add(Operators to)
    {
        to.AddMany("BatchNormalization", BatchNormalization);
        to.Add("InstanceNormalization", static c => c.Keep(
            0, c[0].InstanceNorm(null, null, c[1], c[2], true, 0.1, c.Float("epsilon", 1e-5f))));
        to.AddMany("LayerNormalization", LayerNormalization);
        to.Add("GroupNormalization", static c =>
        {
            Tensor x = c[0], scale = c[1], bias = c[2];
            int groups = c.Int32("num_groups", 1), each = x.Size(1) / groups;
            if (c.Opset < 21)
            {
                // A number for each group.
                (scale, bias) = (scale.RepeatInterleave(each, 0), bias.RepeatInterleave(each, 0));
            }

            return c.Keep(0, x.GroupNorm(groups, scale.To(x.DType), bias.To(x.DType), c.Float("epsilon", 1e-5f)));
        });
        to.Add("RMSNormalization", static c =>
        {
            Tensor x = c[0];
            int axis = c.Axis("axis", -1, x.Rank);
            return c.Keep(0, x.RmsNorm(x.Shape.ToArray().AsSpan(axis), null, c.Float("epsilon", 1e-5f)).Multiply(c[1]));
        });
        to.Add("LpNormalization", static c =>
        {
            Tensor x = c[0];
            Tensor norm = x.Norm(c.Int("p", 2), [c.Axis("axis", -1, x.Rank)], keepDim: true);
            return c.Keep(0, Tensor.Where(norm.EqualTo(0), Tensor.ZerosLike(x), x.Divide(norm)));
        });
        to.Add("MeanVarianceNormalization", static c =>
        {
            Tensor x = c[0];
            int[] axes = c.Ints("axes") is { } given ? Call.Axes(given, x.Rank) : [0, 2, 3];
            Tensor centered = x.Subtract(x.Mean(axes, keepDim: true));
            return c.Keep(0, centered.Divide(centered.Square().Mean(axes, keepDim: true).Sqrt().Add(1e-9)));
        });
        to.Add("LRN", static c =>
        {
            Tensor x = c[0];
            int size = c.Int32("size", 1), channels = x.Size(1), before = (size - 1) / 2;
            Tensor squares = x.Square().MoveAxis(1, -1).Pad([before, size - 1 - before]);
            Tensor sums = squares.Unfold(-1, size, 1).Sum(-1).MoveAxis(-1, 1);
            return c.Keep(0, x.Divide(sums.Multiply(c.Float("alpha", 1e-4f) / size).Add(c.Float("bias", 1)).Pow(c.Float("beta", 0.75f))));
        });
    }

    private static Value?[] BatchNormalization(Call c)
    {
        Tensor x = c[0], scale = c[1].To(x.DType), bias = c[2].To(x.DType), mean = c[3], variance = c[4];
        double eps = c.Float("epsilon", 1e-5f), momentum = c.Float("momentum", 0.9f);
        bool trains = c.Opset >= 14 ? c.Flag("training_mode") : c.Opset < 7 && !c.Flag("is_test");
        if (x.Rank == 1)
        {
            // One channel of a batch.
            x = x.Unsqueeze(1);
        }

        if (!trains)
        {
            return [c.Keep(0, x.BatchNorm(mean.To(x.DType), variance.To(x.DType), scale, bias, false, 0, eps).Reshape(c[0].Shape))];
        }

        int[] axes = [.. Enumerable.Range(0, x.Rank).Where(static axis => axis != 1)];
        Tensor own = x.Mean(axes), spread = x.Var(axes, correction: 0);
        Tensor y = Standardized(x, own, spread, scale, bias, eps);
        return [
            c.Keep(0, y.Reshape(c[0].Shape)), c.Keep(3, mean.Multiply(momentum).Add(own.Multiply(1 - momentum))),
            c.Keep(4, variance.Multiply(momentum).Add(spread.Multiply(1 - momentum)))];
    }

    private static Tensor Standardized(Tensor x, Tensor mean, Tensor variance, Tensor scale, Tensor bias, double eps)
    {
        int[] shape = [.. Enumerable.Repeat(1, x.Rank)];
        shape[1] = x.Size(1);
        return x.Subtract(mean.Reshape(shape)).Divide(variance.Reshape(shape).Add(eps).Sqrt()).Multiply(scale.Reshape(shape))
            .Add(bias.Reshape(shape));
    }

    private static Value?[] LayerNormalization(Call c)
    {
        Tensor x = c[0];
        int axis = c.Axis("axis", -1, x.Rank);
        int[] axes = [.. Enumerable.Range(axis, x.Rank - axis)];
        double eps = c.Float("epsilon", 1e-5f);
        Tensor y = x.LayerNorm(x.Shape.ToArray().AsSpan(axis), null, null, eps).Multiply(c[1]);
        y = c.Has(2) ? y.Add(c[2]) : y;
        if (!c.Wants(1) && !c.Wants(2))
        {
            return [c.Keep(0, y)];
        }

        Tensor mean = x.Mean(axes, keepDim: true), variance = x.Var(axes, keepDim: true, correction: 0);
        return [c.Keep(0, y), c.Keep(0, mean), c.Keep(0, variance.Add(eps).Rsqrt())];
    }
}
