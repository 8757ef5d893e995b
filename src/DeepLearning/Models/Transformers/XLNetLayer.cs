using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>Both streams through attention with relative positions and through the feed-forward part.</summary>
internal sealed class XLNetLayer(XLNetOptions options, Generator? generator) : Module
{
    private readonly XLNetAttention _relAttn = new(options, generator);
    private readonly XLNetFeedForward _ff = new(options, generator);

    public (Tensor Content, Tensor? Query) Forward(Tensor content, Tensor? query, Tensor distances, XLNetSight sight)
    {
        using LayerCall call = new(this);
        (content, query) = _relAttn.Forward(content, query, distances, sight);
        return call.Gives((_ff.Forward(content), query is null ? null : _ff.Forward(query)));
    }
}

/// <summary>
/// score = ((q + u) · k + (q + w) · r[i − j] + (q + s) · segment) / √d (Yang et al. 2019, appendix A.2; Dai et al. 2019, section 3.3).
/// </summary>
internal sealed class XLNetAttention : Module
{
    private readonly Parameter _q;
    private readonly Parameter _k;
    private readonly Parameter _v;
    private readonly Parameter _o;
    private readonly Parameter _r;
    private readonly Parameter _rRBias;
    private readonly Parameter _rSBias;
    private readonly Parameter _rWBias;
    private readonly Parameter _segEmbed;
    private readonly LayerNorm _layerNorm;
    private readonly Dropout _dropout;
    private readonly int _heads;

    public XLNetAttention(XLNetOptions options, Generator? generator)
    {
        int heads = options.NumHeads, width = options.Width / heads;
        _heads = heads;
        _q = New(options.Width, heads, width);
        _k = New(options.Width, heads, width);
        _v = New(options.Width, heads, width);
        _o = New(options.Width, heads, width);
        _r = New(options.Width, heads, width);
        _rRBias = New(heads, width);
        _rSBias = New(heads, width);
        _rWBias = New(heads, width);
        _segEmbed = New(2, heads, width);
        _layerNorm = new LayerNorm(options.Width, options.LayerNormEps, dtype: options.DType);
        _dropout = new Dropout(options.Dropout, generator);

        Parameter New(params ReadOnlySpan<int> shape) =>
            new(Initialize.Normal(Tensor.Empty(shape, options.DType), 0, BERTOptions.Std, generator));
    }

    public (Tensor Content, Tensor? Query) Forward(Tensor content, Tensor? query, Tensor distances, XLNetSight sight)
    {
        using LayerCall call = new(this);
        Tensor k = Heads(content, _k), v = Heads(content, _v);
        Tensor r = distances.MatMul(_r.Flatten(1)).Unflatten(-1, _heads, -1).Transpose(0, 1);
        Tensor newContent = Attend(content, k, v, r, sight.Content, sight.IsOtherSegment);
        return call.Gives((newContent, query is null ? null : Attend(query, k, v, r, sight.Query, sight.IsOtherSegment)));
    }

    private static Tensor OfHeads(Parameter bias) => bias.Unsqueeze(1);

    private Tensor Heads(Tensor x, Parameter map) => HeadAxes.Split(x.MatMul(map.Flatten(1)), _heads);

    private Tensor Attend(Tensor x, Tensor k, Tensor v, Tensor r, Tensor? mask, Tensor? isOther)
    {
        Tensor q = Heads(x, _q);
        Tensor scores = (q + OfHeads(_rWBias)).MatMul(k.Transpose(-1, -2))
            + AtDistances((q + OfHeads(_rRBias)).MatMul(r.Transpose(-1, -2)));
        if (isOther is not null)
        {
            Tensor segment = (q + OfHeads(_rSBias)).MatMul(_segEmbed.Permute(1, 2, 0));
            scores += Tensor.Where(isOther, segment.Narrow(-1, 1, 1), segment.Narrow(-1, 0, 1));
        }

        Tensor weights = AttentionWeights.OfScores(scores * (1 / Math.Sqrt(q.Size(-1))), mask, emptyAsZero: mask is not null);
        Tensor attended = HeadAxes.Join(_dropout.Forward(weights).MatMul(v));
        return _layerNorm.Forward(_dropout.Forward(attended.Linear(_o.Flatten(1))) + x);
    }

    /// <summary>Of products with the distances length, …, −length + 1 those with the distance i − j of each pair.</summary>
    private static Tensor AtDistances(Tensor products)
    {
        int length = products.Size(2);
        long[] places = new long[length * length];
        for (int i = 0; i < length; i++)
        {
            for (int j = 0; j < length; j++)
            {
                places[(i * length) + j] = length - i + j;
            }
        }

        Tensor index = Tensor.From(places, length, length).To(products.Device);
        return products.Gather(-1, index.Expand(products.Size(0), products.Size(1), length, length));
    }
}

/// <summary>norm(x + layer_2(gelu(layer_1(x)))).</summary>
internal sealed class XLNetFeedForward(XLNetOptions options, Generator? generator) : Layer
{
    private readonly LayerNorm _layerNorm = new(options.Width, options.LayerNormEps, dtype: options.DType);
    [Name("layer_1")]
    private readonly Linear _layer1 =
        WeightInit.Linear(options.Width, options.Intermediate, true, BERTOptions.Std, options.DType, generator);
    [Name("layer_2")]
    private readonly Linear _layer2 =
        WeightInit.Linear(options.Intermediate, options.Width, true, BERTOptions.Std, options.DType, generator);
    private readonly Dropout _dropout = new(options.Dropout, generator);

    protected override Tensor Compute(Tensor input) => _layerNorm.Forward(
        _dropout.Forward(_layer2.Forward(_dropout.Forward(_layer1.Forward(input).Gelu()))) + input);
}
