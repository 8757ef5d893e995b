using System.Text.Json;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Formats.Keras;

/// <summary>The recorded files of Keras, with modules of the same structure.</summary>
internal static class KerasFixtures
{
    /// <summary>Layer by layer as the generator has it; Keras' defaults where they are not this library's.</summary>
    public static Module Model(string name) => name switch
    {
        "image" => new Sequential(
            new Conv2d(2, 4, 2), new BatchNorm2d(4, eps: 1e-3), new ReLU(), new Conv2d(4, 6, 2, groups: 2), new Conv2d(6, 12, 2, groups: 6),
            new PReLU(12), new Flatten(), new Linear(48, 5), new ReLU(), new Linear(5, 3)),
        "upward" => new Sequential(
            new ConvTranspose2d(3, 2, 3, stride: 2), new GroupNorm(2, 2, eps: 1e-3), new SeparableConv2d(2, 4, 2, depthMultiplier: 3)),
        "line" => new Sequential(new Conv1d(3, 4, 2), new Conv1d(4, 2, 3)),
        "volume" => new Sequential(new Conv3d(2, 3, 2)),
        "text" => new TextModel(),
        "many" => new Sequential([.. Enumerable.Range(0, 12).Select(static _ => new Linear(2, 2))]),
        "nested" => new Sequential(new Sequential(new Linear(3, 4), new Linear(4, 4)), new Linear(4, 2)),
        _ => throw new ArgumentException(name),
    };

    /// <summary>Computes the recorded input, channels last, and compares the output.</summary>
    public static void Check(string name, Module model)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Fixtures.PathOf($"{name}.json")));
        Tensor input = Numbers("input"), expected = Numbers("output");
        model.Eval();
        Tensor output = model is TextModel text
            ? text.Forward(input.To(DType.Int64))
            : ((Module<Tensor, Tensor>)model).Forward(ChannelsFirst(input));
        output = output.Rank > 2 && model is not TextModel ? output.MoveAxis(1, -1) : output;
        Assert.Equal(expected.Shape, output.Shape);
        float[] wanted = expected.ToArray<float>(), found = output.ToArray<float>();
        for (int i = 0; i < wanted.Length; i++)
        {
            Assert.Equal(wanted[i], found[i], 2e-5f * Math.Max(1, Math.Abs(wanted[i])));
        }

        Tensor Numbers(string key) => Tensor.From(
            [.. json.RootElement.GetProperty(key).EnumerateArray().Select(static value => value.GetSingle())],
            [.. json.RootElement.GetProperty(key + "Shape").EnumerateArray().Select(static value => value.GetInt32())]);
    }

    private static Tensor ChannelsFirst(Tensor x) => x.Rank > 2 ? x.MoveAxis(-1, 1) : x;

    /// <summary>Recurrent layers give states beside their outputs, attention takes three inputs: no Sequential.</summary>
    public sealed class TextModel : Layer
    {
        private readonly Embedding _embedding = new(7, 4);
        private readonly LSTM _lstm = new(4, 3, batchFirst: true);
        private readonly GRU _gru = new(3, 5, batchFirst: true);
        private readonly RNN _rnn = new(5, 4, batchFirst: true);
        private readonly LayerNorm _norm = new(4, eps: 1e-3);
        private readonly LSTM _both = new(4, 3, batchFirst: true, bidirectional: true);
        private readonly GRU _bothGates = new(6, 2, batchFirst: true, bidirectional: true);
        private readonly MultiheadAttention _attention = new(4, 2, batchFirst: true);
        private readonly Linear _head = new(4, 2);

        protected override Tensor Compute(Tensor input)
        {
            Tensor x = _rnn.Forward(_gru.Forward(_lstm.Forward(_embedding.Forward(input)).Output).Output).Output;
            x = _bothGates.Forward(_both.Forward(_norm.Forward(x)).Output).Output;
            return _head.Forward(_attention.Forward(x, x, x).Output);
        }
    }
}
