using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchSharp.Workloads;

/// <summary>The workloads by the names that <c>torch_workloads.py</c> gives them, in the same sizes.</summary>
internal static class Catalog
{
    private const int Pointwise = 1 << 24;

    public static IReadOnlyDictionary<string, Func<Training>> Trainings { get; } = new Dictionary<string, Func<Training>>
    {
        ["xor"] = Xor,
        ["mlp"] = static () => Classifier(Models.Mlp(), randn(128, 784), Adam),
        ["lenet"] = static () => Classifier(Models.LeNet(), randn(64, 1, 28, 28), Adam),
        ["resnet20"] = static () => Classifier(
            Models.ResNet20(), randn(32, 3, 32, 32), static ps => optim.SGD(ps, 0.1, momentum: 0.9, weight_decay: 1e-4)),
        ["lstm"] = static () => Classifier(new LstmClassifier(), randn(32, 64, 128), Adam),
        ["gru"] = Gru,
        ["gpt_nano"] = static () => GptTraining(65, 64, 128, 4, 4, 12),
        ["gpt_small"] = static () => GptTraining(65, 256, 384, 6, 6, 4),
        ["vae"] = Vae,
        ["dcgan"] = Dcgan,
        ["embedding"] = SkipGram,
    };

    /// <summary>A call, its metric, and what a call counts as.</summary>
    public static IReadOnlyDictionary<string, Func<(Func<Tensor> Call, string Metric, double Scale)>> Kernels { get; } =
        new Dictionary<string, Func<(Func<Tensor> Call, string Metric, double Scale)>>
        {
            ["gemm_64"] = static () => Gemm(64),
            ["gemm_256"] = static () => Gemm(256),
            ["gemm_1024"] = static () => Gemm(1024),
            ["gemm_2048"] = static () => Gemm(2048),
            ["conv3x3"] = static () => Convolution([32, 64, 32, 32], [64, 64, 3, 3], 1, 1),
            ["conv1x1"] = static () => Convolution([32, 256, 14, 14], [128, 256, 1, 1], 0, 1),
            ["conv_depthwise"] = static () => Convolution([32, 128, 28, 28], [128, 1, 3, 3], 1, 128),
            ["exp"] = static () => Elementwise(static x => x.exp(), 2),
            ["add"] = static () => Elementwise(static x => x + x, 2),
            ["sum"] = static () => Elementwise(static x => x.sum(), 1),
            ["softmax"] = static () => Elementwise(static x => x.view(-1, 1024).softmax(-1), 2),
            ["mlp_infer_b1"] = static () => Inference(Models.Mlp(), randn(1, 784)),
            ["lenet_infer_b1"] = static () => Inference(Models.LeNet(), randn(1, 1, 28, 28)),
            ["resnet20_infer_b1"] = static () => Inference(Models.ResNet20(), randn(1, 3, 32, 32)),
            ["lstm_infer_b1"] = static () => Inference(new LstmClassifier(), randn(1, 64, 128)),
            ["gpt_small_infer_b1"] = static () => Inference(new Gpt(65, 256, 384, 6, 6), randint(65, [1, 256])),
        };

    private static optim.Optimizer Adam(IEnumerable<Parameter> parameters) => optim.Adam(parameters, 1e-3, 0.9, 0.999);

    private static Training Classifier(Layer model, Tensor x, Func<IEnumerable<Parameter>, optim.Optimizer> optimizer)
    {
        Tensor y = randint(10, [x.shape[0]]);
        return Training.Of(model.parameters(), optimizer, () => F.cross_entropy(model.call(x), y));
    }

    private static Training Xor()
    {
        Sequential model = Sequential(Linear(2, 8), Tanh(), Linear(8, 1));
        Tensor x = tensor(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } }), y = tensor(new float[,] { { 0 }, { 1 }, { 1 }, { 0 } });
        return Training.Of(
            model.parameters(), static ps => optim.SGD(ps, 0.1), () => F.binary_cross_entropy_with_logits(model.call(x), y));
    }

    private static Training Gru()
    {
        GRU recurrent = GRU(128, 256, 1, batchFirst: true, bidirectional: true);
        Linear head = Linear(512, 10);
        Tensor x = randn(32, 64, 128), y = randint(10, [32]);
        return Training.Of(
            [.. recurrent.parameters(), .. head.parameters()], Adam,
            () => F.cross_entropy(head.call(recurrent.call(x).Item1.mean([1])), y));
    }

    private static Training GptTraining(int vocabulary, int steps, int width, int heads, int layers, int batch)
    {
        Gpt model = new(vocabulary, steps, width, heads, layers);
        Tensor x = randint(vocabulary, [batch, steps]), y = randint(vocabulary, [batch, steps]);
        return Training.Of(
            model.parameters(), static ps => optim.AdamW(ps, 1e-3), () => F.cross_entropy(model.call(x).view(-1, vocabulary), y.view(-1)));
    }

    private static Training Vae()
    {
        Linear encoder = Linear(784, 400), mean = Linear(400, 20), logVariance = Linear(400, 20);
        Sequential decoder = Sequential(Linear(20, 400), ReLU(), Linear(400, 784));
        Tensor x = rand(128, 784);
        return Training.Of(
            [.. encoder.parameters(), .. mean.parameters(), .. logVariance.parameters(), .. decoder.parameters()], Adam,
            () =>
            {
                Tensor h = F.relu(encoder.call(x)), a = mean.call(h), b = logVariance.call(h);
                Tensor z = a + (randn(128, 20) * exp(0.5 * b));
                return F.binary_cross_entropy_with_logits(decoder.call(z), x, reduction: Reduction.Sum)
                    - (0.5 * (1 + b - (a * a) - b.exp()).sum());
            });
    }

    private static Training Dcgan()
    {
        Sequential generator = Models.Generator(), discriminator = Models.Discriminator();
        optim.Optimizer forGenerator = optim.Adam(generator.parameters(), 2e-4, 0.5, 0.999);
        optim.Optimizer forDiscriminator = optim.Adam(discriminator.parameters(), 2e-4, 0.5, 0.999);
        Tensor x = randn(64, 1, 28, 28), one = ones(64, 1), zero = zeros(64, 1);
        return new Training(() =>
        {
            Tensor fake = generator.call(randn(64, 100));
            forDiscriminator.zero_grad();
            (F.binary_cross_entropy_with_logits(discriminator.call(x), one)
                + F.binary_cross_entropy_with_logits(discriminator.call(fake.detach()), zero)).backward();
            forDiscriminator.step();
            forGenerator.zero_grad();
            Tensor loss = F.binary_cross_entropy_with_logits(discriminator.call(fake), one);
            loss.backward();
            forGenerator.step();
            return loss;
        });
    }

    private static Training SkipGram()
    {
        Embedding u = Embedding(20000, 128, sparse: true), v = Embedding(20000, 128, sparse: true);
        Tensor c = randint(20000, [1024]), o = randint(20000, [1024, 6]);
        return Training.Of(
            [.. u.parameters(), .. v.parameters()], static ps => optim.SGD(ps, 0.05),
            () =>
            {
                Tensor s = v.call(o).matmul(u.call(c).unsqueeze(-1)).squeeze(-1);
                return -(F.logsigmoid(s.narrow(1, 0, 1)).sum() + F.logsigmoid(-s.narrow(1, 1, 5)).sum()) / 1024;
            });
    }

    private static (Func<Tensor>, string, double) Gemm(int n)
    {
        Tensor a = randn(n, n), b = randn(n, n);
        return (() => a.mm(b), "gflops", 2.0 * n * n * n);
    }

    private static (Func<Tensor>, string, double) Convolution(long[] input, long[] filter, long padding, long groups)
    {
        Tensor x = randn(input), w = randn(filter);
        Tensor Call() => F.conv2d(x, w, strides: [1, 1], padding: [padding, padding], groups: groups);
        return (Call, "gflops", 2.0 * Call().numel() * filter[1] * filter[2] * filter[3]);
    }

    private static (Func<Tensor>, string, double) Elementwise(Func<Tensor, Tensor> function, int moved)
    {
        Tensor x = randn(Pointwise);
        return (() => function(x), "gb_per_s", moved * 4.0 * Pointwise);
    }

    private static (Func<Tensor>, string, double) Inference(Layer model, Tensor x)
    {
        model.eval();
        return (() =>
        {
            using (inference_mode())
            {
                return model.call(x);
            }
        }, "ms_per_step", 1e3);
    }
}
