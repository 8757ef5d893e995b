using DeepLearning.Layers;

namespace DeepLearning.Workloads.Models;

/// <summary>Pre-norm GPT with learned positions, causal attention, exact GELU, biases everywhere but the untied head.</summary>
internal sealed class GptModel : Module<Tensor, Tensor>
{
    private readonly Embedding _tok;
    private readonly Embedding _pos;
    private readonly ModuleList<Block> _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _head;

    [Buffer(Persistent = false)]
    private readonly Tensor _idx;

    public GptModel(int vocabulary, int steps, int width, int heads, int layers)
    {
        _tok = new Embedding(vocabulary, width);
        _pos = new Embedding(steps, width);
        _blocks = new ModuleList<Block>(Enumerable.Range(0, layers).Select(_ => new Block(width, heads)));
        _norm = new LayerNorm(width);
        _head = new Linear(width, vocabulary, bias: false);
        _idx = Tensor.Arange(steps);
    }

    public override Tensor Forward(Tensor tokens)
    {
        Tensor x = _tok.Forward(tokens) + _pos.Forward(_idx);
        foreach (Block block in _blocks)
        {
            x = block.Forward(x);
        }

        return _head.Forward(_norm.Forward(x));
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly int _heads;
        private readonly LayerNorm _n1;
        private readonly LayerNorm _n2;
        private readonly Linear _qkv;
        private readonly Linear _out;
        private readonly Linear _up;
        private readonly Linear _down;

        public Block(int width, int heads)
        {
            _heads = heads;
            _n1 = new LayerNorm(width);
            _n2 = new LayerNorm(width);
            _qkv = new Linear(width, 3 * width);
            _out = new Linear(width, width);
            _up = new Linear(width, 4 * width);
            _down = new Linear(4 * width, width);
        }

        public override Tensor Forward(Tensor x)
        {
            Tensor qkv = _qkv.Forward(_n1.Forward(x));
            Tensor mixed = Tensor.ScaledDotProductAttention(Heads(qkv, 0), Heads(qkv, 1), Heads(qkv, 2), isCausal: true);
            x += _out.Forward(mixed.Transpose(1, 2).Flatten(2));
            return x + _down.Forward(_up.Forward(_n2.Forward(x)).Gelu());
        }

        /// <summary>The queries, keys or values, [batch, heads, steps, width of a head].</summary>
        private Tensor Heads(Tensor qkv, int part)
        {
            int width = qkv.Size(-1) / 3;
            return qkv.Narrow(-1, part * width, width).Unflatten(-1, _heads, width / _heads).Transpose(1, 2);
        }
    }
}
