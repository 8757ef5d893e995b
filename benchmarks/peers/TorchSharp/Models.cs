using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace TorchSharp.Workloads;

/// <summary>The networks of <c>torch_workloads.py</c>, layer by layer.</summary>
internal static class Models
{
    public static Sequential Mlp() => Sequential(Linear(784, 512), ReLU(), Linear(512, 256), ReLU(), Linear(256, 10));

    public static Sequential LeNet() => Sequential(
        Conv2d(1, 32, 5), ReLU(), MaxPool2d(2), Conv2d(32, 64, 5), ReLU(), MaxPool2d(2),
        Flatten(), Linear(1024, 128), ReLU(), Linear(128, 10));

    public static Sequential ResNet20()
    {
        List<Layer> layers = [Conv2d(3, 16, 3, 1, 1, bias: false), BatchNorm2d(16), ReLU()];
        int width = 16;
        foreach ((int channels, int stride) in new[] { (16, 1), (32, 2), (64, 2) })
        {
            for (int k = 0; k < 3; k++)
            {
                layers.Add(new Block(width, channels, k == 0 ? stride : 1));
                width = channels;
            }
        }

        return Sequential([.. layers, AdaptiveAvgPool2d(1), Flatten(), Linear(64, 10)]);
    }

    public static Sequential Generator() => Sequential(
        Linear(100, 128 * 49), Unflatten(1, [128, 7, 7]), BatchNorm2d(128), ReLU(),
        ConvTranspose2d(128, 64, 4, 2, 1), BatchNorm2d(64), ReLU(), ConvTranspose2d(64, 1, 4, 2, 1), Tanh());

    public static Sequential Discriminator() => Sequential(
        Conv2d(1, 64, 4, 2, 1), LeakyReLU(0.2), Conv2d(64, 128, 4, 2, 1), BatchNorm2d(128), LeakyReLU(0.2),
        Flatten(), Linear(128 * 49, 1));
}

/// <summary>A residual block of two 3×3 convolutions, with a projection where the shape changes.</summary>
internal sealed class Block : Layer
{
    private readonly Layer c1, b1, c2, b2, shortcut;

    public Block(int input, int channels, int stride)
        : base(nameof(Block))
    {
        c1 = Conv2d(input, channels, 3, stride, 1, bias: false);
        b1 = BatchNorm2d(channels);
        c2 = Conv2d(channels, channels, 3, 1, 1, bias: false);
        b2 = BatchNorm2d(channels);
        shortcut = stride == 1 && input == channels
            ? Identity()
            : Sequential(Conv2d(input, channels, 1, stride, bias: false), BatchNorm2d(channels));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) =>
        F.relu(b2.call(c2.call(F.relu(b1.call(c1.call(x))))) + shortcut.call(x));
}

/// <summary>Two layers of LSTM; the last step's output to ten classes.</summary>
internal sealed class LstmClassifier : Layer
{
    private readonly LSTM r;
    private readonly Linear h;

    public LstmClassifier()
        : base(nameof(LstmClassifier))
    {
        r = LSTM(128, 256, 2, batchFirst: true);
        h = Linear(256, 10);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => h.call(r.call(x).Item1.select(1, -1));
}

/// <summary>Pre-norm GPT with learned positions, causal attention, exact GELU, biases everywhere but the untied head.</summary>
internal sealed class Gpt : Layer
{
    private readonly Embedding tok, pos;
    private readonly ModuleList<Layer> blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;
    private readonly Tensor idx;

    public Gpt(int vocabulary, int steps, int width, int heads, int layers)
        : base(nameof(Gpt))
    {
        tok = Embedding(vocabulary, width);
        pos = Embedding(steps, width);
        Tensor mask = triu(ones(steps, steps, ScalarType.Bool), 1);
        idx = arange(steps);
        blocks = ModuleList<Layer>([.. Enumerable.Range(0, layers).Select(_ => new GptBlock(width, heads, mask))]);
        norm = LayerNorm(width);
        head = Linear(width, vocabulary, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens)
    {
        Tensor x = tok.call(tokens) + pos.call(idx);
        foreach (Layer block in blocks)
        {
            x = block.call(x);
        }

        return head.call(norm.call(x));
    }

    private sealed class GptBlock : Layer
    {
        private readonly int _heads;
        private readonly Tensor _mask;
        private readonly LayerNorm n1, n2;
        private readonly Linear qkv, output, up, down;

        public GptBlock(int width, int heads, Tensor mask)
            : base(nameof(GptBlock))
        {
            _heads = heads;
            _mask = mask;
            n1 = LayerNorm(width);
            n2 = LayerNorm(width);
            qkv = Linear(width, 3 * width);
            output = Linear(width, width);
            up = Linear(width, 4 * width);
            down = Linear(4 * width, width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            long b = x.shape[0], t = x.shape[1], d = x.shape[2];
            Tensor[] parts = qkv.call(n1.call(x)).view(b, t, 3, _heads, d / _heads).permute(2, 0, 3, 1, 4).unbind(0);
            Tensor scores = parts[0].matmul(parts[1].transpose(-2, -1)) / Math.Sqrt(d / _heads);
            Tensor a = scores.masked_fill(_mask, float.NegativeInfinity).softmax(-1);
            x = x + output.call(a.matmul(parts[2]).transpose(1, 2).reshape(b, t, d));
            return x + down.call(F.gelu(up.call(n2.call(x))));
        }
    }
}
