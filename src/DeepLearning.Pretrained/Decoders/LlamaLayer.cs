using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>What all layers of a call share: the turns of the positions, and what each token sees.</summary>
internal readonly record struct LlamaCall(Tensor Cos, Tensor Sin, Tensor? Mask, bool IsCausal);

/// <summary>x += attention(norm(x)); x += down(act(gate(norm(x))) · up(norm(x))): Touvron et al. 2023, "LLaMA".</summary>
internal sealed class LlamaLayer : Part
{
    private readonly LlamaConfig _config;
    private readonly Norm _attentionNorm;
    private readonly Norm _mlpNorm;
    private readonly Projection _q;
    private readonly Projection _k;
    private readonly Projection _v;
    private readonly Projection _o;
    private readonly Norm? _qNorm;
    private readonly Norm? _kNorm;
    private readonly Projection _gate;
    private readonly Projection _up;
    private readonly Projection _down;
    private readonly Generator? _generator;

    public LlamaLayer(Build build, LlamaConfig config)
        : base(build)
    {
        (_config, _generator) = (config, build.Generator);
        int queries = config.Heads * config.HeadWidth, keys = config.KVHeads * config.HeadWidth;
        _q = Linear("self_attn.q_proj", config.Width, queries, config.QkvBias);
        _k = Linear("self_attn.k_proj", config.Width, keys, config.QkvBias);
        _v = Linear("self_attn.v_proj", config.Width, keys, config.QkvBias);
        _o = Linear("self_attn.o_proj", queries, config.Width, config.OutputBias);
        _qNorm = config.HasHeadNorms ? RmsNorm("self_attn.q_norm", config.HeadWidth, config.Eps) : null;
        _kNorm = config.HasHeadNorms ? RmsNorm("self_attn.k_norm", config.HeadWidth, config.Eps) : null;
        _gate = Linear("mlp.gate_proj", config.Width, config.Intermediate, config.MlpBias);
        _up = Linear("mlp.up_proj", config.Width, config.Intermediate, config.MlpBias);
        _down = Linear("mlp.down_proj", config.Intermediate, config.Width, config.MlpBias);
        _attentionNorm = RmsNorm("input_layernorm", config.Width, config.Eps);
        _mlpNorm = RmsNorm("post_attention_layernorm", config.Width, config.Eps);
    }

    public Tensor Forward(Tensor x, in LlamaCall call, KeyValueLayer? cache)
    {
        using LayerCall running = new(this);
        x += Attend(_attentionNorm.Forward(x), call, cache);
        Tensor y = _mlpNorm.Forward(x);
        return running.Gives(x + _down.Forward(_config.Act(_gate.Forward(y)) * _up.Forward(y)));
    }

    private Tensor Attend(Tensor x, in LlamaCall call, KeyValueLayer? cache)
    {
        Tensor q = HeadAxes.Split(_q.Forward(x), _config.Heads), k = HeadAxes.Split(_k.Forward(x), _config.KVHeads);
        Tensor v = HeadAxes.Split(_v.Forward(x), _config.KVHeads);
        (q, k) = (_qNorm?.Forward(q) ?? q, _kNorm?.Forward(k) ?? k);
        (q, k) = _config.Rotary.Turn(q, k, call.Cos, call.Sin);
        if (cache is not null)
        {
            (k, v) = cache.Append(k, v);
        }

        double dropout = Training ? _config.AttentionDropout : 0;
        int shared = _config.Heads / _config.KVHeads;
        Tensor attended;
        if (shared > 1 && x.Size(1) == 1 && !GradMode.Enabled)
        {
            // A lone token: the heads that share keys are that many queries of one head.
            Tensor groups = q.Reshape(q.Size(0), _config.KVHeads, shared, _config.HeadWidth);
            attended = Tensor.ScaledDotProductAttention(groups, k, v, call.Mask, dropout, generator: _generator)
                .Reshape(q.Size(0), 1, _config.Heads * _config.HeadWidth);
        }
        else
        {
            attended = HeadAxes.Join(Tensor.ScaledDotProductAttention(
                q, k, v, call.Mask, dropout, call.IsCausal, enableGqa: shared > 1, generator: _generator));
        }

        return _o.Forward(attended);
    }
}
