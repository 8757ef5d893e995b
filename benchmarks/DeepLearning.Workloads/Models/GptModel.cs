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
    private readonly Tensor _mask;

    [Buffer(Persistent = false)]
    private readonly Tensor _idx;

    public GptModel(int vocabulary, int steps, int width, int heads, int layers)
    {
        _tok = new Embedding(vocabulary, width);
        _pos = new Embedding(steps, width);
        _blocks = new ModuleList<Block>(Enumerable.Range(0, layers).Select(_ => new Block(width, heads)));
        _norm = new LayerNorm(width);
        _head = new Linear(width, vocabulary, bias: false);
        _mask = Tensor.Ones([steps, steps], DType.Bool).Triu(1);
        _idx = Tensor.Arange(steps);
    }

    public override Tensor Forward(Tensor tokens)
    {
        Tensor x = _tok.Forward(tokens) + _pos.Forward(_idx);
        foreach (Block block in _blocks)
        {
            x = block.Forward(x, _mask);
        }

        return _head.Forward(_norm.Forward(x));
    }

    private sealed class Block : Module<Tensor, Tensor, Tensor>
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

        public override Tensor Forward(Tensor x, Tensor mask)
        {
            int batch = x.Size(0), steps = x.Size(1), width = x.Size(2);
            Tensor qkv = _qkv.Forward(_n1.Forward(x)).View(batch, steps, 3, _heads, width / _heads).Permute(2, 0, 3, 1, 4);
            Tensor q = qkv[0], k = qkv[1], v = qkv[2];
            Tensor scores = (q.MatMul(k.T) / Math.Sqrt(width / _heads)).MaskedFill(mask, double.NegativeInfinity);
            Tensor mixed = scores.Softmax(-1).MatMul(v).Transpose(1, 2).Reshape(batch, steps, width);
            x += _out.Forward(mixed);
            return x + _down.Forward(_up.Forward(_n2.Forward(x)).Gelu());
        }
    }
}
