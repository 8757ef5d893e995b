using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>dropout(norm(token + segment + position)), the vectors of each looked up: what BERT and ALBERT begin with.</summary>
internal sealed class BERTEmbeddings : Module
{
    private readonly Embedding _wordEmbeddings;
    private readonly LearnedPositions _positionEmbeddings;
    private readonly Embedding _tokenTypeEmbeddings;
    [Name("LayerNorm")]
    private readonly LayerNorm _norm;
    private readonly Dropout _dropout;

    public BERTEmbeddings(
        int vocabSize, int width, int maxLength, int segments, double dropout, double eps, DType dtype, Generator? generator)
    {
        _wordEmbeddings = WeightInit.Embedding(vocabSize, width, BERTOptions.Std, dtype, generator);
        _positionEmbeddings = new LearnedPositions(maxLength, width, BERTOptions.Std, dtype, generator);
        _tokenTypeEmbeddings = WeightInit.Embedding(segments, width, BERTOptions.Std, dtype, generator);
        _norm = new LayerNorm(width, eps, dtype: dtype);
        _dropout = new Dropout(dropout, generator);
    }

    /// <summary>The table of tokens.</summary>
    public Parameter Tokens => _wordEmbeddings.Weight;

    public Tensor Forward(Module model, Tensor tokens, Tensor? segments, Tensor? mask)
    {
        BlockChecks.Tokens(model, tokens);
        BlockChecks.TokenMask(model, mask, "mask", tokens.Size(0), tokens.Size(1));
        if (segments is not null)
        {
            BlockChecks.Tokens(model, segments, "segments");
            BlockChecks.Shape(model, segments, "segments", ("batch", tokens.Size(0)), ("length", tokens.Size(1)));
        }

        using LayerCall call = new(this);
        Tensor segment = _tokenTypeEmbeddings.Forward(segments ?? Tensor.ZerosLike(tokens));
        return call.Gives(_dropout.Forward(_norm.Forward(_positionEmbeddings.Forward(_wordEmbeddings.Forward(tokens) + segment))));
    }
}
