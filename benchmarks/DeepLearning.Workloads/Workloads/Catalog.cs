using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Workloads.Models;

namespace DeepLearning.Workloads;

/// <summary>The workloads by name, in the order of <c>peers/torch_workloads.py</c>, which defines them.</summary>
internal static class Catalog
{
    private const int Pointwise = 1 << 24;

    public static IReadOnlyDictionary<string, Func<Training>> Trainings { get; } = new OrderedDictionary<string, Func<Training>>
    {
        ["xor"] = Xor,
        ["mlp"] = Mlp,
        ["lenet"] = LeNet,
        ["resnet20"] = ResNet,
        ["lstm"] = RecurrentModels.Lstm,
        ["gru"] = RecurrentModels.Gru,
        ["gpt_nano"] = static () => Gpt(65, 64, 128, 4, 4, 12),
        ["gpt_small"] = static () => Gpt(65, 256, 384, 6, 6, 4),
        ["vae"] = VaeModel.Training,
        ["dcgan"] = Dcgan.Training,
        ["embedding"] = SkipGram.Training,
    };

    public static IReadOnlyDictionary<string, Func<Workload>> Kernels { get; } = new OrderedDictionary<string, Func<Workload>>
    {
        ["gemm_64"] = static () => Products.Gemm(64, 64, 64, "nn", null),
        ["gemm_256"] = static () => Products.Gemm(256, 256, 256, "nn", null),
        ["gemm_1024"] = static () => Products.Gemm(1024, 1024, 1024, "nn", null),
        ["gemm_2048"] = static () => Products.Gemm(2048, 2048, 2048, "nn", null),
        ["conv3x3"] = static () => Convolution([32, 64, 32, 32], [64, 64, 3, 3], padding: 1),
        ["conv1x1"] = static () => Convolution([32, 256, 14, 14], [128, 256, 1, 1]),
        ["conv_depthwise"] = static () => Convolution([32, 128, 28, 28], [128, 1, 3, 3], padding: 1, groups: 128),
        ["exp"] = static () => Elementwise(static x => x.Exp(), 2),
        ["add"] = static () => Elementwise(static x => x + x, 2),
        ["sum"] = static () => Elementwise(static x => x.Sum(), 1),
        ["softmax"] = static () => Elementwise(static x => x.View(-1, 1024).Softmax(-1), 2),
    };

    /// <summary>The models of the inference workloads, each with an input of batch size 1.</summary>
    public static IReadOnlyDictionary<string, Func<(Module<Tensor, Tensor> Model, Tensor Input)>> Inferences { get; } =
        new OrderedDictionary<string, Func<(Module<Tensor, Tensor> Model, Tensor Input)>>
        {
            ["mlp_infer_b1"] = static () => (MlpModule(), Tensor.Randn(1, 784)),
            ["lenet_infer_b1"] = static () => (LeNetModule(), Tensor.Randn(1, 1, 28, 28)),
            ["resnet20_infer_b1"] = static () => (ResNet20.Create(), Tensor.Randn(1, 3, 32, 32)),
            ["lstm_infer_b1"] = static () => (new RecurrentModels.LstmClassifier(), Tensor.Randn(1, 64, 128)),
            ["gpt_small_infer_b1"] = static () => (new GptModel(65, 256, 384, 6, 6), Tensor.RandInt(0, 65, [1, 256])),
        };

    /// <summary>The rows beside the processor's peaks, which the peers' own script does not have.</summary>
    public static IReadOnlyDictionary<string, Func<Workload>> Rows { get; } = new OrderedDictionary<string, Func<Workload>>(
        [
            KeyValuePair.Create<string, Func<Workload>>("copy", static () => Elementwise(static x => x.Clone(), 2)),
            .. Products.OneThread().Concat(Products.Skinny()).Select(static p => KeyValuePair.Create(p.Name, p.Create)),
        ]);

    /// <summary>What a name on the command line may stand for besides one workload.</summary>
    public static IReadOnlyDictionary<string, IEnumerable<string>> Groups { get; } = new Dictionary<string, IEnumerable<string>>
    {
        ["training"] = Trainings.Keys,
        ["kernels"] = Kernels.Keys,
        ["inference"] = Inferences.Keys,
        ["rows"] = Rows.Keys,
    };

    public static IEnumerable<string> Names => [.. Trainings.Keys, .. Kernels.Keys, .. Inferences.Keys, .. Rows.Keys];

    public static Workload Create(string name) =>
        Trainings.TryGetValue(name, out Func<Training>? training) ? training()
        : Inferences.ContainsKey(name) ? Infer(name)
        : (Kernels.GetValueOrDefault(name) ?? Rows[name])();

    private static Adam Adam(IEnumerable<Tensor> parameters) => new Adam(parameters, 1e-3);

    public static Sequential MlpModule() => new(
        new Linear(784, 512), new ReLU(), new Linear(512, 256), new ReLU(), new Linear(256, 10));

    private static Sequential LeNetModule() => new(
        new Conv2d(1, 32, 5), new ReLU(), new MaxPool2d(2), new Conv2d(32, 64, 5), new ReLU(), new MaxPool2d(2),
        new Flatten(), new Linear(1024, 128), new ReLU(), new Linear(128, 10));

    private static Training Xor()
    {
        Sequential model = new(new Linear(2, 8), new Tanh(), new Linear(8, 1));
        return new Training(
            [("m", model)],
            [
                ("x", Tensor.From(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } })),
                ("y", Tensor.From(new float[,] { { 0 }, { 1 }, { 1 }, { 0 } })),
            ],
            xs => Loss.BCEWithLogits(model.Forward(xs[0]), xs[1]),
            static parameters => new SGD(parameters, 0.1));
    }

    private static Training Mlp()
    {
        Sequential model = MlpModule();
        return Classifier(model, Tensor.Randn(128, 784), Adam);
    }

    private static Training LeNet() => Classifier(LeNetModule(), Tensor.Randn(64, 1, 28, 28), Adam);

    private static Training ResNet() => Classifier(
        ResNet20.Create(), Tensor.Randn(32, 3, 32, 32),
        static parameters => new SGD(parameters, 0.1, momentum: 0.9, weightDecay: 1e-4));

    private static Training Classifier(Sequential model, Tensor x, Func<IEnumerable<Tensor>, Optimizer> optimizer) => new(
        [("m", model)], [("x", x), ("y", Tensor.RandInt(0, 10, [x.Size(0)]))],
        xs => Loss.CrossEntropy(model.Forward(xs[0]), xs[1]), optimizer);

    private static Training Gpt(int vocabulary, int steps, int width, int heads, int layers, int batch)
    {
        GptModel model = new(vocabulary, steps, width, heads, layers);
        return new Training(
            [("m", model)],
            [("x", Tensor.RandInt(0, vocabulary, [batch, steps])), ("y", Tensor.RandInt(0, vocabulary, [batch, steps]))],
            xs => Loss.CrossEntropy(model.Forward(xs[0]).View(-1, vocabulary), xs[1].View(-1)),
            static parameters => new AdamW(parameters, 1e-3));
    }

    private static Kernel Convolution(int[] input, int[] filter, int padding = 0, int groups = 1)
    {
        Tensor x = Tensor.Randn(input), w = Tensor.Randn(filter);
        double results = x.Conv2d(w, padding: padding, groups: groups).Count;
        Work work = new(2 * results * filter[1] * filter[2] * filter[3], 4 * (x.Count + w.Count + results));
        return new Kernel("gflops", work, () => x.Conv2d(w, padding: padding, groups: groups));
    }

    private static Kernel Elementwise(Func<Tensor, Tensor> function, int moved)
    {
        Tensor x = Tensor.Randn(Pointwise);
        return new Kernel("gb_per_s", new Work(0, moved * 4.0 * Pointwise), () => function(x));
    }

    private static Inference Infer(string name)
    {
        (Module<Tensor, Tensor> model, Tensor x) = Inferences[name]();
        CompiledModel compiled = model.Compile(x);
        return new Inference(() => compiled.Forward(x), () => Counting.Of(model, x));
    }
}
