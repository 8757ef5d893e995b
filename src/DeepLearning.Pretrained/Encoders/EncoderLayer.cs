using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>
/// Attention in several heads and a feed-forward part, each beside a sum, with norms before them (x + f(norm(x))) or behind the sums
/// (norm(x + f(x))): Vaswani et al. 2017, in the variants of BERT, DistilBERT, ALBERT, ViT and CLIP.
/// </summary>
internal sealed class EncoderLayer : Part
{
    private readonly EncoderSizes _sizes;
    private readonly EncoderNames _names;
    private readonly Projection _query;
    private readonly Projection _key;
    private readonly Projection _value;
    private readonly Projection _output;
    private readonly Norm _attentionNorm;
    private readonly Projection _up;
    private readonly Projection _down;
    private readonly Norm _feedForwardNorm;
    private readonly Generator? _generator;

    public EncoderLayer(Build build, EncoderNames names, EncoderSizes sizes)
        : base(build)
    {
        (_names, _sizes, _generator) = (names, sizes, build.Generator);
        int width = sizes.Width;
        _query = Linear(names.Query, width, width, sizes.QkvBias);
        _key = Linear(names.Key, width, width, sizes.QkvBias);
        _value = Linear(names.Value, width, width, sizes.QkvBias);
        _output = Linear(names.Output, width, width);
        _attentionNorm = Norm(names.AttentionNorm, width, sizes.Eps);
        _up = Linear(names.Up, width, sizes.Intermediate);
        _down = Linear(names.Down, sizes.Intermediate, width);
        _feedForwardNorm = Norm(names.FeedForwardNorm, width, sizes.Eps);
    }

    /// <param name="x">[batch, length, width].</param>
    /// <param name="mask">True where a key takes part, broadcast to [batch, heads, length, length]; or null.</param>
    public Tensor Forward(Tensor x, Tensor? mask)
    {
        using LayerCall call = new(this);
        if (_names.IsPreNorm)
        {
            x += Attend(_attentionNorm.Forward(x), mask);
            return call.Gives(x + FeedForward(_feedForwardNorm.Forward(x)));
        }

        x = _attentionNorm.Forward(x + Attend(x, mask));
        return call.Gives(_feedForwardNorm.Forward(x + FeedForward(x)));
    }

    private Tensor Attend(Tensor x, Tensor? mask)
    {
        Tensor attended = Tensor.ScaledDotProductAttention(
            HeadAxes.Split(_query.Forward(x), _sizes.Heads), HeadAxes.Split(_key.Forward(x), _sizes.Heads),
            HeadAxes.Split(_value.Forward(x), _sizes.Heads), mask, Training ? _sizes.AttentionDropout : 0, generator: _generator);
        Tensor y = _output.Forward(HeadAxes.Join(attended));
        return _names.DropsAttention ? y.Dropout(_sizes.Dropout, Training, _generator) : y;
    }

    private Tensor FeedForward(Tensor x)
    {
        Tensor y = _down.Forward(_sizes.Act(_up.Forward(x)));
        return _names.DropsFeedForward ? y.Dropout(_sizes.Dropout, Training, _generator) : y;
    }
}
