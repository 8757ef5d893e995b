using DeepLearning.Layers;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Serialization;

/// <summary>A ResNet-20 that PyTorch saved (generate_resnet.py) loads by key and gives PyTorch's outputs.</summary>
public sealed class ResNetFileTests
{
    [Fact]
    public void A_ResNet20_of_PyTorch_loads_by_key_and_answers_as_it_did_in_evaluation_and_in_training()
    {
        ResNet20 model = new();
        OrderedDictionary<string, Tensor> state = Safetensors.Load(Bytes("resnet20.safetensors"));
        Assert.Equal(state.Keys.Order(StringComparer.Ordinal), model.StateDict().Keys.Order(StringComparer.Ordinal));
        Assert.All(model.StateDict(), pair => Assert.Equal(state[pair.Key].Shape, pair.Value.Shape));
        StateDictMismatch mismatch = model.LoadStateDict(state);
        Assert.Empty(mismatch.Missing);
        Assert.Empty(mismatch.Unexpected);
        Assert.Equal(272_474, model.Parameters().Sum(static parameter => parameter.Count));

        OrderedDictionary<string, Tensor> answer = Safetensors.Load(Bytes("resnet20-answer.safetensors"));
        using GradMode.Region region = GradMode.NoGrad();
        model.Eval();
        Same("evaluation", answer["evaluation"], model.Forward(answer["input"]));
        model.Train();
        Same("training", answer["training"], model.Forward(answer["input"]));
        Dictionary<string, Tensor> buffers = model.NamedBuffers().ToDictionary(static item => item.Name, static item => item.Buffer);
        Assert.Equal(3 * 21, buffers.Count);
        Assert.All(buffers, buffer => Same(buffer.Key, answer["buffers." + buffer.Key], buffer.Value));
    }

    private static void Same(string name, Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.DType, actual.DType);
        double error = (actual - expected).To(DType.Float64).Norm().Item<double>() / expected.To(DType.Float64).Norm().Item<double>();
        Assert.True(error <= 2e-6, $"{name} differs by {error}.");
    }

    private static byte[] Bytes(string name)
    {
        using Stream stream = typeof(ResNetFileTests).Assembly.GetManifestResourceStream($"Serialization/{name}")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The network of generate_resnet.py.</summary>
    private sealed class ResNet20 : Layer
    {
        private readonly Conv2d _conv1 = new(3, 16, 3, padding: 1, bias: false);
        private readonly BatchNorm2d _bn1 = new(16);
        private readonly Sequential _layer1 = Stage(16, 16, 1);
        private readonly Sequential _layer2 = Stage(16, 32, 2);
        private readonly Sequential _layer3 = Stage(32, 64, 2);
        private readonly AdaptiveAvgPool2d _avgpool = new(1);
        private readonly Linear _fc = new(64, 10);

        protected override Tensor Compute(Tensor input)
        {
            Tensor x = _bn1.Forward(_conv1.Forward(input)).Relu();
            x = _layer3.Forward(_layer2.Forward(_layer1.Forward(x)));
            return _fc.Forward(_avgpool.Forward(x).Flatten(1));
        }

        private static Sequential Stage(int inputs, int outputs, int stride) =>
            new(new BasicBlock(inputs, outputs, stride), new BasicBlock(outputs, outputs, 1), new BasicBlock(outputs, outputs, 1));
    }

    private sealed class BasicBlock(int inputs, int outputs, int stride) : Layer
    {
        private readonly Conv2d _conv1 = new(inputs, outputs, 3, stride, 1, bias: false);
        private readonly BatchNorm2d _bn1 = new(outputs);
        private readonly Conv2d _conv2 = new(outputs, outputs, 3, padding: 1, bias: false);
        private readonly BatchNorm2d _bn2 = new(outputs);
        private readonly Sequential? _downsample = stride == 1 && inputs == outputs
            ? null
            : new Sequential(new Conv2d(inputs, outputs, 1, stride, bias: false), new BatchNorm2d(outputs));

        protected override Tensor Compute(Tensor input)
        {
            Tensor y = _bn2.Forward(_conv2.Forward(_bn1.Forward(_conv1.Forward(input)).Relu()));
            return (y + (_downsample?.Forward(input) ?? input)).Relu();
        }
    }
}
