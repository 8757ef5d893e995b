using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Golden;

internal static class EmbeddingBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["embedding_options"] = c =>
        {
            // A write to a leaf counts as a new version of it; what is compared is a table that the operation shortened.
            Tensor y = Tensor.Embedding(
                c[0], c[1], Padding(c), MaxNorm(c), c.Double("norm_type", 2), c.Bool("scale_grad_by_freq", false));
            return [y, c[0].Detach().Clone()];
        },
        ["embedding_bag"] = c => Bag(c, null, null),
        ["embedding_bag_offsets"] = c => Bag(c, c[2], null),
        ["embedding_bag_factors"] = c => Bag(c, null, c[2]),
        ["embedding_bag_offsets_factors"] = c => Bag(c, c[2], c[3]),
        ["Bilinear"] = c =>
        {
            Bilinear layer = new(
                c.Int("in1_features"), c.Int("in2_features"), c.Int("out_features"), c.Bool("bias", true), DType.Float64);
            c.Load(layer);
            return [layer.Forward(c[0], c[1])];
        },
        ["embedding_rows.SGD"] = c => Rows(c, w => new SGD([w], c.Double("lr"), maximize: c.Bool("maximize", false))),
        ["embedding_rows.Adagrad"] = c => Rows(c, w => new AdaGrad(
            [w], c.Double("lr"), c.Double("lr_decay", 0), initialAccumulator: c.Double("initial_accumulator_value", 0))),
        ["embedding_rows.SparseAdam"] = c =>
        {
            double[] betas = c.Has("betas") ? [.. c.Case.Argument("betas").EnumerateArray().Select(b => b.GetDouble())] : [0.9, 0.999];
            return Rows(c, w => new SparseAdam(
                [w], c.Double("lr"), betas[0], betas[1], c.Double("eps", 1e-8), c.Bool("maximize", false)));
        },
    };

    private static int? Padding(GoldenCall c) => c.Has("padding_idx") ? c.Int("padding_idx") : null;

    private static double? MaxNorm(GoldenCall c) => c.Has("max_norm") ? c.Double("max_norm") : null;

    private static Tensor[] Bag(GoldenCall c, Tensor? offsets, Tensor? factors)
    {
        Tensor y = Tensor.EmbeddingBag(
            c[0], c[1], offsets, Enum.Parse<BagMode>(c.Text("mode"), ignoreCase: true), factors, c.Bool("include_last_offset", false),
            Padding(c), MaxNorm(c), c.Double("norm_type", 2), c.Bool("scale_grad_by_freq", false));
        return [y, c[0].Detach().Clone()];
    }

    /// <summary>The steps of embedding.py, with gradients by rows.</summary>
    private static Tensor[] Rows(GoldenCall c, Func<Parameter, Optimizer> make)
    {
        Parameter table = new(c[0].Detach().Clone());
        Optimizer optimizer = make(table);
        List<Tensor> kept = [];
        for (int step = 0; step < c[1].Size(0); step++)
        {
            optimizer.ZeroGrad();
            Tensor x = c[1][step], weights = c[2][step];
            Tensor y = (Tensor.Embedding(table, x[0], sparse: true) * weights[0])
                + (Tensor.Embedding(table, x[1], paddingIdx: 3, sparse: true).Tanh() * weights[1]);
            y.Sum().Backward();
            optimizer.Step();
            if (step % 10 == 9)
            {
                kept.Add(table.Detach().Clone());
            }
        }

        return [.. kept];
    }
}
