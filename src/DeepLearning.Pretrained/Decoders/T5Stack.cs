using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>What a T5 decoder has written: keys and values of its own text by position, and those of the text that was read.</summary>
internal sealed class T5Cache(int layers)
{
    public KeyValueCache Own { get; } = new(layers);

    public (Tensor Keys, Tensor Values)?[] Read { get; } = new (Tensor, Tensor)?[layers];
}

/// <summary>The blocks of T5's encoder or decoder.</summary>
internal sealed class T5Stack : Part
{
    private readonly T5Config _config;
    private readonly bool _isDecoder;
    private readonly Table _tokens;
    private readonly RelativePositionBias _distances;
    private readonly T5Block[] _blocks;
    private readonly Norm _norm;
    private readonly Generator? _generator;

    public T5Stack(Build build, T5Config config, int layers, bool isDecoder, Table tokens)
        : base(build)
    {
        (_config, _isDecoder, _generator) = (config, isDecoder, build.Generator);
        _tokens = tokens;
        Build first = build.At("block.0.layer.0.SelfAttention.relative_attention_bias");
        Parameter numbers = first.Parameter("weight", [config.Buckets, config.Heads]);
        _distances = new RelativePositionBias(config.Heads, config.Buckets, config.MaxDistance, !isDecoder);
        _distances.RelativeAttentionBias.Weight = numbers;
        List<T5Block> blocks = [];
        for (int i = 0; i < layers; i++)
        {
            int number = i;
            blocks.Add(Add($"block.{i}", part => new T5Block(part, config, isDecoder)));
            if (number == 0)
            {
                Add("block.0.layer.0.SelfAttention", _distances);
            }
        }

        _blocks = [.. blocks];
        _norm = RmsNorm("final_layer_norm", config.Width, config.Eps);
    }

    /// <param name="tokens">[batch, length].</param>
    /// <param name="mask">Of an encoder: true where there is a token.</param>
    /// <param name="read">Of a decoder: the encoder's hidden states.</param>
    /// <param name="readMask">Of a decoder: true where the text that was read has a token.</param>
    /// <param name="cache">Of a decoder: what it has written.</param>
    public Tensor Forward(Tensor tokens, Tensor? mask, Tensor? read, Tensor? readMask, T5Cache? cache)
    {
        using LayerCall running = new(this);
        Tensor x = _tokens.Forward(tokens).Dropout(_config.Dropout, Training, _generator);
        int queries = tokens.Size(1), keys = queries + (cache?.Own.Length ?? 0);
        Tensor? seen = _isDecoder ? queries > 1 ? AttentionMasks.Causal(queries, keys, tokens.Device) : null
            : AttentionMasks.OfTokens(mask);
        Tensor bias = _distances.Of(queries, keys, x.DType, x.Device);
        bias = seen is null ? bias : bias.MaskedFill(seen.LogicalNot(), double.NegativeInfinity);
        for (int i = 0; i < _blocks.Length; i++)
        {
            x = _blocks[i].Forward(x, bias, read, AttentionMasks.OfTokens(readMask), cache, i);
        }

        return running.Gives(_norm.Forward(x).Dropout(_config.Dropout, Training, _generator));
    }
}

/// <summary>x += attention(norm(x)); in a decoder x += attention of what was read; x += feed-forward(norm(x)).</summary>
internal sealed class T5Block : Part
{
    private readonly T5Config _config;
    private readonly T5Attention _self;
    private readonly Norm _selfNorm;
    private readonly T5Attention? _cross;
    private readonly Norm? _crossNorm;
    private readonly Projection? _gate;
    private readonly Projection _up;
    private readonly Projection _down;
    private readonly Norm _norm;
    private readonly Generator? _generator;

    public T5Block(Build build, T5Config config, bool isDecoder)
        : base(build)
    {
        (_config, _generator) = (config, build.Generator);
        _self = Add("layer.0.SelfAttention", part => new T5Attention(part, config));
        _selfNorm = RmsNorm("layer.0.layer_norm", config.Width, config.Eps);
        if (isDecoder)
        {
            _cross = Add("layer.1.EncDecAttention", part => new T5Attention(part, config));
            _crossNorm = RmsNorm("layer.1.layer_norm", config.Width, config.Eps);
        }

        string last = $"layer.{(isDecoder ? 2 : 1)}";
        _gate = config.IsGated ? Linear($"{last}.DenseReluDense.wi_0", config.Width, config.Inner, bias: false) : null;
        _up = Linear($"{last}.DenseReluDense.{(config.IsGated ? "wi_1" : "wi")}", config.Width, config.Inner, bias: false);
        _down = Linear($"{last}.DenseReluDense.wo", config.Inner, config.Width, bias: false);
        _norm = RmsNorm($"{last}.layer_norm", config.Width, config.Eps);
    }

    public Tensor Forward(Tensor x, Tensor bias, Tensor? read, Tensor? readMask, T5Cache? cache, int layer)
    {
        using LayerCall running = new(this);
        Tensor y = _selfNorm.Forward(x);
        (Tensor k, Tensor v) = _self.KeysAndValues(y);
        if (cache is not null)
        {
            (k, v) = cache.Own[layer].Append(k, v);
        }

        x += Dropped(_self.Forward(y, k, v, bias));
        if (_cross is not null)
        {
            (Tensor Keys, Tensor Values) other = cache?.Read[layer] ?? _cross.KeysAndValues(read!);
            if (cache is not null && cache.Read[layer] is null)
            {
                other.Keys.LeaveScope();
                other.Values.LeaveScope();
                cache.Read[layer] = other;
            }

            x += Dropped(_cross.Forward(_crossNorm!.Forward(x), other.Keys, other.Values, readMask));
        }

        y = _norm.Forward(x);
        Tensor inner = _gate is null ? _config.Act(_up.Forward(y)) : _config.Act(_gate.Forward(y)) * _up.Forward(y);
        return running.Gives(x + Dropped(_down.Forward(Dropped(inner))));
    }

    private Tensor Dropped(Tensor x) => x.Dropout(_config.Dropout, Training, _generator);
}

/// <summary>Attention without biases of its maps and without a scale.</summary>
internal sealed class T5Attention : Part
{
    private readonly T5Config _config;
    private readonly Projection _q;
    private readonly Projection _k;
    private readonly Projection _v;
    private readonly Projection _o;
    private readonly Generator? _generator;

    public T5Attention(Build build, T5Config config)
        : base(build)
    {
        (_config, _generator) = (config, build.Generator);
        int inner = config.Heads * config.HeadWidth;
        _q = Linear("q", config.Width, inner, bias: false);
        _k = Linear("k", config.Width, inner, bias: false);
        _v = Linear("v", config.Width, inner, bias: false);
        _o = Linear("o", inner, config.Width, bias: false);
    }

    public (Tensor Keys, Tensor Values) KeysAndValues(Tensor x) =>
        (HeadAxes.Split(_k.Forward(x), _config.Heads), HeadAxes.Split(_v.Forward(x), _config.Heads));

    public Tensor Forward(Tensor x, Tensor keys, Tensor values, Tensor? mask)
    {
        using LayerCall running = new(this);
        Tensor attended = Tensor.ScaledDotProductAttention(
            HeadAxes.Split(_q.Forward(x), _config.Heads), keys, values, mask, Training ? _config.Dropout : 0, scale: 1,
            generator: _generator);
        return running.Gives(_o.Forward(HeadAxes.Join(attended)));
    }
}
