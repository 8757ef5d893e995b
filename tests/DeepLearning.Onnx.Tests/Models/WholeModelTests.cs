using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Onnx;

namespace DeepLearning.Tests.Onnx.Models;

/// <summary>
/// Whole models, exported with open lengths: ONNX Runtime and the imported file give the library's outputs at the example's lengths and at
/// others, and the file has the parameters' names.
/// </summary>
public class WholeModelTests
{
    private readonly Generator _random = new(7);

    [Fact]
    public void A_residual_network()
    {
        ResNet model = ResNet.ResNet20(generator: _random);
        Warm(model, Tensor.Randn([4, 3, 32, 32], generator: _random));
        Check(
            model, x => [model.Forward(x[0])], [Images(1, 32)], [new("input", 0, "batch")],
            [Images(3, 32)]);
    }

    [Fact]
    public void A_residual_network_of_any_size_of_image()
    {
        ResNet model = new(new ResNetOptions([1, 1], Classes: 5, Width: 8, SmallImages: true), _random);
        Warm(model, Images(4, 16));
        Check(
            model, x => [model.Forward(x[0])], [Images(2, 16)],
            [new("input", 0, "batch"), new("input", 2, "height", 4), new("input", 3, "width", 4)], [Images(3, 24, 32)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_classifier_of_sequences(bool isBidirectional)
    {
        SequenceClassifier model = new(isBidirectional, _random);
        Check(
            model, x => [model.Forward(x[0])], [Tensor.Randn([5, 2, 3], generator: _random)],
            [new("input", 0, "steps"), new("input", 1, "batch")], [Tensor.Randn([9, 4, 3], generator: _random)]);
    }

    [Fact]
    public void A_recurrent_network_is_ONNX_s_own_operator()
    {
        SequenceClassifier model = new(false, _random);
        OnnxModel exported = model.ToOnnx(Tensor.Randn([5, 2, 3], generator: _random));
        Assert.Equal(2, exported.Proto.Graph.Node.Count(static node => node.OpType == "LSTM"));
    }

    [Fact]
    public void Sequences_of_different_lengths()
    {
        GRU model = new(3, 4, bidirectional: true, generator: _random);
        // Lengths 5, 3, 3 and 1: so many sequences run in each step.
        PackedSequence packed = new(Tensor.Randn([12, 3], generator: _random), [4, 3, 3, 1, 1]);
        Check(
            model, x => [model.Forward(packed.With(x[0])).Item1.Data, model.Forward(packed.With(x[0])).Item2], [packed.Data], [],
            [Tensor.Randn(packed.Data.Shape, generator: _random)]);
    }

    [Fact]
    public void GPT()
    {
        GPT model = new(new GPTOptions(BlockSize: 16, VocabSize: 50, NumLayers: 2, NumHeads: 2, Width: 16), _random);
        Check(
            model, x => [model.Forward(x[0])], [Tokens(2, 8)], [new("input", 0, "batch"), new("input", 1, "length")], [Tokens(3, 13)]);
    }

    [Fact]
    public void BERT()
    {
        BERTForSequenceClassification model = new(
            new BERTOptions(VocabSize: 50, Width: 16, NumLayers: 2, NumHeads: 2, Intermediate: 32, MaxLength: 32), 3, _random);
        OnnxDynamicAxis[] open = [.. new[] { "tokens", "segments", "mask" }.SelectMany(
            static name => new OnnxDynamicAxis[] { new(name, 0, "batch"), new(name, 1, "length") })];
        Check(
            model, x => [model.Forward(x[0], x[1], x[2])], [Tokens(2, 6), Segments(2, 6), Mask(2, 6)], open,
            [Tokens(3, 9), Segments(3, 9), Mask(3, 9)], ["tokens", "segments", "mask"]);
    }

    [Fact]
    public void A_variational_autoencoder()
    {
        VariationalAutoencoder model = new(
            new Sequential(new Linear(12, 8, generator: _random), new ReLU()), new GaussianHead(8, 3, generator: _random),
            new Sequential(new Linear(3, 8, generator: _random), new ReLU(), new Linear(8, 12, generator: _random)));
        Check(
            model,
            x =>
            {
                VAEOutput output = model.Forward(x[0], sample: false);
                return [output.Output, output.Mean, output.LogVariance];
            },
            [Tensor.Rand([2, 12], generator: _random)], [new("input", 0, "batch")], [Tensor.Rand([5, 12], generator: _random)]);
    }

    [Fact]
    public void A_U_Net()
    {
        DiffusionUNet model = new(new DiffusionUNetOptions(Channels: 1, Width: 16, AttentionLevels: [1], Groups: 4), _random);
        Check(
            model, x => [model.Forward(x[0], x[1])], [Images(2, 8, 8, 1), Tensor.From([3L, 70L])],
            [new("image", 0, "batch"), new("step", 0, "batch")], [Images(3, 8, 8, 1), Tensor.From([1L, 50L, 99L])], ["image", "step"]);
    }

    [Fact]
    public void A_transformer()
    {
        Transformer model = new(16, 2, 1, 1, 32, batchFirst: true, generator: _random);
        Check(
            model, x => [model.Forward(x[0], x[1])],
            [Tensor.Randn([2, 5, 16], generator: _random), Tensor.Randn([2, 3, 16], generator: _random)],
            [new("source", 0, "batch"), new("source", 1, "source_length"), new("target", 0, "batch"), new("target", 1, "target_length")],
            [Tensor.Randn([3, 7, 16], generator: _random), Tensor.Randn([3, 4, 16], generator: _random)], ["source", "target"]);
    }

    [Fact]
    public void What_cannot_stay_open_is_named()
    {
        Lambda model = new(static x => x.Multiply(Tensor.From(new float[x.Size(0)])));
        OnnxException error = Assert.Throws<OnnxException>(
            () => model.ToOnnx(Tensor.Ones(3), new() { DynamicAxes = [new("input", 0, "length")] }));
        Assert.Contains("constant", error.Message, StringComparison.Ordinal);
        Lambda branches = new(static x => x.Size(0) > 3 ? x.Exp() : x.Abs());
        error = Assert.Throws<OnnxException>(
            () => branches.ToOnnx(Tensor.Ones(3), new() { DynamicAxes = [new("input", 0, "length")] }));
        Assert.Contains("other operations", error.Message, StringComparison.Ordinal);
        Lambda scales = new(static x => x.Multiply(1.0 / x.Size(0)));
        error = Assert.Throws<OnnxException>(
            () => scales.ToOnnx(Tensor.Ones(3), new() { DynamicAxes = [new("input", 0, "length")] }));
        Assert.Contains("length", error.Message, StringComparison.Ordinal);
    }

    private static void Warm(Module<Tensor, Tensor> model, Tensor images)
    {
        // Running figures other than those a network begins with.
        using GradMode.Region region = GradMode.NoGrad();
        model.Train();
        model.Forward(images);
        model.Eval();
    }

    private static void Check(
        Module model, Func<Tensor[], Tensor[]> forward, Tensor[] example, OnnxDynamicAxis[] open, Tensor[] others, string[]? names = null)
    {
        model.Eval();
        foreach (int opset in (int[])[17, 18, 23])
        {
            OnnxModel exported = OnnxExport.Trace(
                model, forward, example, new() { Opset = opset, DynamicAxes = open, InputNames = names ?? [] });
            byte[] file = exported.ToArray();
            OnnxModule imported = OnnxModel.Load(file).Import();
            foreach (Tensor[] inputs in (Tensor[][])[example, others])
            {
                Tensor[] expected = forward(inputs), actual = Ort.Run(file, inputs), back = imported.Run(inputs);
                for (int i = 0; i < expected.Length; i++)
                {
                    Compare.Same(expected[i].Detach(), actual[i], 1e-4, 1e-5);
                    Compare.Same(expected[i].Detach(), back[i].Detach(), 1e-4, 1e-5);
                }
            }

            // Every parameter that the outputs depend on, under its own name.
            string[] own = [.. model.NamedParameters().Select(static parameter => parameter.Name)];
            string[] written = [.. imported.NamedParameters().Select(static parameter => parameter.Name)];
            Assert.NotEmpty(own.Intersect(written));
            Assert.True(own.Intersect(written).Count() >= 0.9 * own.Length, string.Join(" ", own.Except(written)));
        }
    }

    private Tensor Images(int count, int height, int? width = null, int channels = 3) =>
        Tensor.Randn([count, channels, height, width ?? height], generator: _random);

    private Tensor Tokens(int batch, int length) => Tensor.RandInt(0, 50, [batch, length], generator: _random);

    private Tensor Segments(int batch, int length) => Tensor.RandInt(0, 2, [batch, length], generator: _random);

    private static Tensor Mask(int batch, int length) =>
        Tensor.Arange(0, length).Less(length - 2).Expand(batch, length).Clone();

    private sealed class SequenceClassifier(bool isBidirectional, Generator random) : Layer
    {
        private readonly LSTM _lstm = new(3, 6, numLayers: isBidirectional ? 1 : 2, bidirectional: isBidirectional, generator: random);
        private readonly Linear _head = new(isBidirectional ? 12 : 6, 2, generator: random);

        protected override Tensor Compute(Tensor input) => _head.Forward(_lstm.Forward(input).Item1[-1]);
    }
}
