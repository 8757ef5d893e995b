using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Backends.Cpu;

namespace DeepLearning.Tests.Invariants;

/// <summary>The same bits on any number of threads, and from any thread.</summary>
[Collection("Thread setting")]
[Trait("Rerun", "Simd")]
public class ThreadCountTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_convolutional_network_trains_to_the_same_bits(int threads) =>
        Assert.Equal(With(1, TrainConvolutions), With(threads, TrainConvolutions));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_transformer_block_trains_to_the_same_bits(int threads) =>
        Assert.Equal(With(1, TrainTransformer), With(threads, TrainTransformer));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Large_operations_give_the_same_bits(int threads) => Assert.Equal(With(1, Operations), With(threads, Operations));

    [Fact]
    public void One_model_serves_many_threads_with_the_same_bits()
    {
        using ThreadSetting setting = new(2);
        Generator.Default.ManualSeed(1);
        Sequential model = Convolutions().Eval();
        Tensor[] inputs = [.. Enumerable.Range(0, 8).Select(static i => Tensor.Randn(4, 3, 16, 16))];
        float[][] serial = [.. inputs.Select(x => Infer(model, x))];
        float[][] concurrent = new float[inputs.Length][];
        RunAll(inputs.Length, i =>
        {
            for (int repeat = 0; repeat < 10; repeat++)
            {
                concurrent[i] = Infer(model, inputs[i]);
                Assert.Equal(serial[i], concurrent[i]);
            }
        });
        Assert.Equal(serial, concurrent);
    }

    [Fact]
    public void Models_train_side_by_side_as_they_do_alone()
    {
        using ThreadSetting setting = new(3);
        // A seeded generator of its own for each: the default one is shared.
        float[] Train(int seed)
        {
            Generator random = new((ulong)seed);
            Sequential model = new(
                new Linear(40, 300, generator: random), new ReLU(), new Dropout(0.2, random), new Linear(300, 5, generator: random));
            Tensor x = Tensor.Randn([64, 40], generator: random), y = Tensor.RandInt(0, 5, [64], generator: random);
            Adam optimizer = new(model.Parameters(), 1e-2);
            for (int step = 0; step < 10; step++)
            {
                using TensorScope scope = new();
                optimizer.ZeroGrad();
                Loss.CrossEntropy(model.Forward(x), y).Backward();
                optimizer.Step();
            }

            return Numbers(model);
        }

        float[][] alone = [.. Enumerable.Range(0, 6).Select(Train)];
        float[][] together = new float[alone.Length][];
        RunAll(together.Length, i => together[i] = Train(i));
        Assert.Equal(alone, together);
    }

    private static Sequential Convolutions() => new(
        new Conv2d(3, 16, 3, padding: 1), new BatchNorm2d(16), new ReLU(), new MaxPool2d(2), new Conv2d(16, 24, 3, stride: 2, groups: 2),
        new GELU(), new AvgPool2d(2, 1), new Flatten(), new Dropout(0.3), new Linear(96, 10));

    private static float[] TrainConvolutions()
    {
        Generator.Default.ManualSeed(11);
        Sequential model = Convolutions();
        Tensor x = Tensor.Randn(24, 3, 16, 16), y = Tensor.RandInt(0, 10, [24]);
        return Train(model, new Adam(model.Parameters(), 1e-2), () => Loss.CrossEntropy(model.Forward(x), y));
    }

    private static float[] TrainTransformer()
    {
        Generator.Default.ManualSeed(12);
        Block model = new(50, 96, 4);
        Tensor tokens = Tensor.RandInt(0, 50, [6, 40]), next = Tensor.RandInt(0, 50, [240]);
        return Train(model, new AdamW(model.Parameters(), 1e-2), () => Loss.CrossEntropy(model.Forward(tokens), next));
    }

    private static float[] Train(Module model, Optimizer optimizer, Func<Tensor> loss)
    {
        for (int step = 0; step < 3; step++)
        {
            optimizer.ZeroGrad();
            loss().Backward();
            optimizer.Step();
        }

        return Numbers(model);
    }

    private static float[] Operations()
    {
        Generator.Default.ManualSeed(13);
        Tensor x = Tensor.Randn(517, 389), y = Tensor.Randn(389, 301), wide = x.Repeat(3, 1);
        Tensor[] results =
        [
            x.MatMul(y), x.T.MatMul(x), x.MatMul(y.Select(1, 3)), x.Sum(), x.Sum(0), wide.Sum(1), x.Mean(), x.Std(0), x.Norm(),
            wide.Prod(0), x.Softmax(0), wide.LogSoftmax(1), wide.CumSum(0), x.CumSum(1), x.LogCumSumExp(1), x.LogSumExp(0),
            wide.Flatten().Sort(0).Values, wide.Flatten().TopK(9).Values, x.Gelu(), x.T.Exp(), (wide.T + 1.0).Sum(), wide.LayerNorm([389]),
            x.Var(), x.Median(), x.Quantile(0.3),
            Tensor.Zeros(50, 389).IndexAdd(0, Tensor.Arange(517).Remainder(50), x), x.Cdist(wide.Narrow(0, 5, 60)),
            wide.ScatterAdd(0, Tensor.Arange(517).Unsqueeze(1).Expand(517, 389), x), Linalg.Inverse(x.T.MatMul(x)), x.MaskedSelect(x > 0.3),
        ];
        return [.. results.SelectMany(static r => r.ToArray<float>())];
    }

    private static float[] Numbers(Module model) =>
    [
        .. model.Parameters().SelectMany(static p => p.ToArray<float>()),
        .. model.Buffers().SelectMany(static b => b.To(DType.Float32).ToArray<float>()),
    ];

    private static float[] Infer(Sequential model, Tensor x)
    {
        using GradMode.Region inference = GradMode.Inference();
        return model.Forward(x).ToArray<float>();
    }

    private static float[] With(int threads, Func<float[]> run)
    {
        using ThreadSetting setting = new(threads);
        return run();
    }

    private static void RunAll(int count, Action<int> run)
    {
        Exception? failure = null;
        Thread[] threads =
        [
            .. Enumerable.Range(0, count).Select(i => new Thread(() => failure = Record.Exception(() => run(i)) ?? failure)),
        ];
        Array.ForEach(threads, static t => t.Start());
        Array.ForEach(threads, static t => t.Join());
        Assert.Null(failure);
    }

    /// <summary>Embeddings, causal attention with several heads, and a feed-forward net, each behind a normalization.</summary>
    private sealed class Block(int words, int width, int heads) : Module<Tensor, Tensor>
    {
        private readonly Embedding _embedding = new(words, width);
        private readonly LayerNorm _norm1 = new(width);
        private readonly Linear _qkv = new(width, 3 * width);
        private readonly Linear _proj = new(width, width);
        private readonly LayerNorm _norm2 = new(width);
        private readonly Sequential _feedForward = new(new Linear(width, 4 * width), new GELU(), new Linear(4 * width, width));
        private readonly Linear _head = new(width, words);

        public override Tensor Forward(Tensor input)
        {
            int n = input.Size(0), t = input.Size(1), size = width / heads;
            Tensor x = _embedding.Forward(input);
            Tensor[] parts = _qkv.Forward(_norm1.Forward(x)).Reshape(n, t, 3, heads, size).Permute(2, 0, 3, 1, 4).Unbind();
            Tensor scores = parts[0].MatMul(parts[1].Transpose(-2, -1)) / Math.Sqrt(size);
            Tensor future = Tensor.Ones(t, t).Triu(1) > 0;
            Tensor mixed = scores.MaskedFill(future, double.NegativeInfinity).Softmax(-1).MatMul(parts[2]);
            x += _proj.Forward(mixed.Transpose(1, 2).Reshape(n, t, width));
            x += _feedForward.Forward(_norm2.Forward(x));
            return _head.Forward(x).Reshape(n * t, -1);
        }
    }
}
