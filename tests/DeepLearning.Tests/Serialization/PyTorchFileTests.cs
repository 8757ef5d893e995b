using DeepLearning.Layers;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Serialization;

/// <summary>A file of PyTorch tensors (generate.py) loads by key into the same network, and gives PyTorch's answer.</summary>
public sealed class PyTorchFileTests
{
    [Fact]
    public void A_network_of_PyTorch_loads_by_key_and_answers_as_it_did()
    {
        ConvNet model = new();
        using Folder folder = new();
        model.Load(folder.Write("convnet.safetensors", Bytes("convnet.safetensors")));
        model.Eval();
        Assert.Equal(5, model.StateDict()["bn1.num_batches_tracked"].Item<long>());
        OrderedDictionary<string, Tensor> answer = Safetensors.Load(Bytes("convnet-answer.safetensors"));
        using GradMode.Region region = GradMode.NoGrad();
        float[] output = model.Forward(answer["input"]).ToArray<float>(), expected = answer["output"].ToArray<float>();
        Assert.Equal(40, output.Length);
        Assert.All(output.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
    }

    [Fact]
    public void A_file_of_PyTorch_written_again_holds_the_same()
    {
        byte[] original = Bytes("convnet.safetensors");
        using SafetensorsFile file = Safetensors.Open(new MemoryStream(original));
        (List<PlainTensor> before, Dictionary<string, string> metadata) = PlainSafetensors.Read(original);
        (List<PlainTensor> after, _) = PlainSafetensors.Read(Safetensors.ToBytes(file.ReadAll(), file.Metadata));
        Assert.Equal(metadata, file.Metadata);
        Assert.Equal(15, before.Count);
        for (int i = 0; i < before.Count; i++)
        {
            Assert.Equal((before[i].Name, before[i].Type, before[i].Begin), (after[i].Name, after[i].Type, after[i].Begin));
            Assert.Equal(before[i].Shape, after[i].Shape);
            Assert.Equal(before[i].Data, after[i].Data);
        }
    }

    private static byte[] Bytes(string name)
    {
        using Stream stream = typeof(PyTorchFileTests).Assembly.GetManifestResourceStream($"Serialization/{name}")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed class ConvNet : Module<Tensor, Tensor>
    {
        private readonly Conv2d _conv1 = new(3, 8, 3, padding: 1);
        private readonly BatchNorm2d _bn1 = new(8);
        private readonly Conv2d _conv2 = new(8, 16, 3, stride: 2, padding: 1, bias: false);
        private readonly BatchNorm2d _bn2 = new(16);
        private readonly Linear _fc = new(144, 10);

        public override Tensor Forward(Tensor x)
        {
            x = _bn1.Forward(_conv1.Forward(x)).Relu().MaxPool2d(2);
            x = _bn2.Forward(_conv2.Forward(x)).Relu();
            return _fc.Forward(x.Flatten(1));
        }
    }
}
