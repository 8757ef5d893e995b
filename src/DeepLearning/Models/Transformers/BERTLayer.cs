using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A layer of an encoder that normalizes behind each part: x = norm(x + dense(attention(x))), x = norm(x + dense(gelu(dense(x))))
/// (Devlin et al. 2019, "BERT: pre-training of deep bidirectional transformers for language understanding"). [batch, length, width] in and
/// out.
/// </summary>
/// <remarks>Keys of the state dictionary: those of a layer of BERT in Hugging Face's transformers.</remarks>
public sealed class BERTLayer : Module<Tensor, Tensor>
{
    private readonly BERTOptions _options;
    private readonly BERTAttention _attention;
    private readonly BERTIntermediate _intermediate;
    private readonly BERTOutput _output;

    /// <summary>Makes the layer.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public BERTLayer(BERTOptions options, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check(nameof(BERTLayer));
        _options = options;
        _attention = new BERTAttention(options, generator);
        _intermediate = new BERTIntermediate(options, generator);
        _output = new BERTOutput(options.Intermediate, options, generator);
    }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{_options.Width}, {_options.NumHeads} heads, feed-forward {_options.Intermediate}";

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, null);

    /// <summary>Computes the output.</summary>
    /// <param name="input">[batch, length, width].</param>
    /// <param name="mask">True where there is a token, [batch, length]; everywhere when null.</param>
    /// <returns>The output, of the input's shape.</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values.</exception>
    public Tensor Forward(Tensor input, Tensor? mask) => NamedCall.Of(this, (input, mask), static (self, given) =>
    {
        BlockChecks.Shape(self, given.input, "input", ("batch", -1), ("length", -1), ("width", self._options.Width));
        BlockChecks.TokenMask(self, given.mask, "mask", given.input.Size(0), given.input.Size(1));
        Tensor x = self._attention.Forward(given.input, given.mask);
        return self._output.Forward(self._intermediate.Forward(x), x);
    });
}

/// <summary>norm(x + dropout(dense(attention(x)))).</summary>
internal sealed class BERTAttention(BERTOptions options, Generator? generator) : Module
{
    private readonly BERTSelfAttention _self = new(options, generator);
    private readonly BERTOutput _output = new(options.Width, options, generator);

    public Tensor Forward(Tensor x, Tensor? mask)
    {
        using LayerCall call = new(this);
        return call.Gives(_output.Forward(_self.Forward(x, mask), x));
    }
}

/// <summary>Attention in several heads, without the last projection.</summary>
internal sealed class BERTSelfAttention(BERTOptions options, Generator? generator) : Module
{
    private readonly Linear _query = WeightInit.Linear(options.Width, options.Width, true, BERTOptions.Std, options.DType, generator);
    private readonly Linear _key = WeightInit.Linear(options.Width, options.Width, true, BERTOptions.Std, options.DType, generator);
    private readonly Linear _value = WeightInit.Linear(options.Width, options.Width, true, BERTOptions.Std, options.DType, generator);
    private readonly double _dropout = options.Dropout;
    private readonly int _heads = options.NumHeads;
    private readonly Generator? _generator = generator;

    public Tensor Forward(Tensor x, Tensor? mask)
    {
        using LayerCall call = new(this);
        Tensor attended = Tensor.ScaledDotProductAttention(
            HeadAxes.Split(_query.Forward(x), _heads), HeadAxes.Split(_key.Forward(x), _heads), HeadAxes.Split(_value.Forward(x), _heads),
            AttentionMasks.OfTokens(mask), Training ? _dropout : 0, generator: _generator);
        return call.Gives(HeadAxes.Join(attended));
    }
}

/// <summary>gelu(dense(x)).</summary>
internal sealed class BERTIntermediate(BERTOptions options, Generator? generator) : Layer
{
    private readonly Linear _dense =
        WeightInit.Linear(options.Width, options.Intermediate, true, BERTOptions.Std, options.DType, generator);

    protected override Tensor Compute(Tensor input) => _dense.Forward(input).Gelu();
}

/// <summary>norm(residual + dropout(dense(x))).</summary>
internal sealed class BERTOutput(int width, BERTOptions options, Generator? generator) : Module
{
    private readonly Linear _dense = WeightInit.Linear(width, options.Width, true, BERTOptions.Std, options.DType, generator);
    [Name("LayerNorm")]
    private readonly LayerNorm _norm = new(options.Width, options.LayerNormEps, dtype: options.DType);
    private readonly Dropout _dropout = new(options.Dropout, generator);

    public Tensor Forward(Tensor x, Tensor residual)
    {
        using LayerCall call = new(this);
        return call.Gives(_norm.Forward(residual + _dropout.Forward(_dense.Forward(x))));
    }
}
