using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class LayerBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["Linear"] = c => c.Run(new Linear(c.Int("in_features"), c.Int("out_features"), c.Bool("bias", true), DType.Float64)),
        ["Embedding"] = c => c.Run(new Embedding(
            c.Int("num_embeddings"), c.Int("embedding_dim"), c.Has("padding_idx") ? c.Int("padding_idx") : null, dtype: DType.Float64)),
        ["Softmax"] = c => c.Run(new Softmax(c.Int("dim"))),
        ["LogSoftmax"] = c => c.Run(new LogSoftmax(c.Int("dim"))),
        ["ReLU"] = c => c.Run(new ReLU()),
        ["LeakyReLU"] = c => c.Run(new LeakyReLU(c.Double("negative_slope"))),
        ["ELU"] = c => c.Run(new ELU(c.Double("alpha"))),
        ["GELU"] = c => c.Run(new GELU(c.Text("approximate", "none") == "tanh")),
        ["SiLU"] = c => c.Run(new SiLU()),
        ["Sigmoid"] = c => c.Run(new Sigmoid()),
        ["Tanh"] = c => c.Run(new Tanh()),
        ["Softplus"] = c => c.Run(new Softplus(c.Double("beta"), c.Double("threshold"))),
        ["network"] = Network,
        ["Flatten"] = c => c.Run(new Flatten(c.Int("start_dim", 1), c.Int("end_dim", -1))),
        ["BatchNorm1d"] = c => c.Run(new BatchNorm1d(
            c.Int("num_features"), c.Double("eps", 1e-5), Momentum(c), c.Bool("affine", true), c.Bool("track_running_stats", true),
                DType.Float64)),
        ["BatchNorm2d"] = c => c.Run(new BatchNorm2d(
            c.Int("num_features"), c.Double("eps", 1e-5), Momentum(c), c.Bool("affine", true), c.Bool("track_running_stats", true),
                DType.Float64)),
        ["BatchNorm1d.steps"] = c => BatchNormSteps(c),
        ["LayerNorm"] = c => c.Run(new LayerNorm(
            c.Ints("normalized_shape"), c.Double("eps", 1e-5), c.Bool("elementwise_affine", true), c.Bool("bias", true), DType.Float64)),
    };

    /// <summary>The momentum where it is given: 0.1 without, and null where Python's None stands.</summary>
    private static double? Momentum(GoldenCall c) => c.Case.Has("momentum") && !c.Has("momentum") ? null : c.Double("momentum", 0.1);

    /// <summary>Each batch but the last in training, the last in evaluation, then the buffers.</summary>
    private static Tensor[] BatchNormSteps(GoldenCall c)
    {
        BatchNorm1d layer = new BatchNorm1d(3, momentum: Momentum(c), dtype: DType.Float64).To(c[0].Device);
        Tensor[] outputs = [.. c.All.Select((x, i) => (i == c.All.Length - 1 ? layer.Eval() : layer).Forward(x))];
        return [.. outputs, .. layer.NamedBuffers().Select(b => b.Buffer)];
    }

    private static Tensor[] Network(GoldenCall c)
    {
        Tensor h = c[0].Conv2d(c[2], c[3], padding: 1).BatchNorm(null, null, c[4], c[5], training: true).Relu().MaxPool2d(2);
        return [DeepLearning.Losses.Loss.CrossEntropy(h.Flatten(1).Linear(c[6], c[7]), c[1])];
    }
}
