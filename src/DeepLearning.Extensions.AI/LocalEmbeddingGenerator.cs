using DeepLearning.Pretrained;
using DeepLearning.Tokenizers;
using Microsoft.Extensions.AI;

namespace DeepLearning.Extensions.AI;

/// <summary>How the vectors of a text's tokens become one.</summary>
public enum EmbeddingPooling
{
    /// <summary>Their mean, padding left out (Reimers and Gurevych 2019, "Sentence-BERT").</summary>
    Mean,

    /// <summary>That of the first token.</summary>
    FirstToken,

    /// <summary>What the model's pooler makes of the first token.</summary>
    Pooler,
}

/// <summary>An encoder on this machine as any other embedding generator of Microsoft.Extensions.AI.</summary>
public sealed class LocalEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly TextEncoderModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly EmbeddingPooling _pooling;
    private readonly bool _normalizes;
    private readonly int _batchSize;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Makes a generator.</summary>
    /// <param name="model">The model, in evaluation mode, with its tokenizer.</param>
    /// <param name="pooling">How one vector is made of many.</param>
    /// <param name="normalize">Whether vectors have length 1, so that their products are cosines.</param>
    /// <param name="maxTokens">How many tokens of a text count; the rest is cut off.</param>
    /// <param name="batchSize">How many texts are computed together.</param>
    /// <param name="modelId">The name of the model.</param>
    /// <exception cref="InvalidOperationException">The model has no tokenizer, is in training mode, or has no pooler where one is asked
    /// for.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or there is no such pooling.</exception>
    public LocalEmbeddingGenerator(
        TextEncoderModel model, EmbeddingPooling pooling = EmbeddingPooling.Mean, bool normalize = true, int maxTokens = 256,
        int batchSize = 32, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxTokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (!Enum.IsDefined(pooling))
        {
            throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "There is no such pooling.");
        }

        Tokenizer given = model.Tokenizer
            ?? throw new InvalidOperationException("LocalEmbeddingGenerator: the model has no tokenizer; set Tokenizer.");
        if (model.Training || (pooling == EmbeddingPooling.Pooler && !model.HasPooler))
        {
            throw new InvalidOperationException(model.Training
                ? "LocalEmbeddingGenerator: the model is in training mode; call Eval() first."
                : "LocalEmbeddingGenerator: the model has no pooler; take another pooling.");
        }

        // A tokenizer of its own, since that of the model may be told otherwise.
        _tokenizer = Tokenizer.FromJson(given.ToJson());
        _tokenizer.Truncation = new TruncationOptions { MaxLength = Math.Min(maxTokens, model.MaxLength) };
        _tokenizer.Padding = null;
        (_model, _pooling, _normalizes, _batchSize) = (model, pooling, normalize, batchSize);
        _metadata = new EmbeddingGeneratorMetadata("DeepLearning", null, modelId ?? model.Architecture, model.Width);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The options ask for another number of dimensions than the model's.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != _model.Width)
        {
            throw new NotSupportedException(
                $"LocalEmbeddingGenerator: the vectors of the model have {_model.Width} dimensions, not {dimensions}.");
        }

        string[] texts = [.. values];
        GeneratedEmbeddings<Embedding<float>> results = new(texts.Length);
        long tokens = 0;
        foreach (string[] batch in texts.Chunk(_batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            (float[][] vectors, long read) = await Task.Run(() => Embed(batch), cancellationToken).ConfigureAwait(false);
            tokens += read;
            foreach (float[] vector in vectors)
            {
                results.Add(new Embedding<float>(vector) { ModelId = _metadata.DefaultModelId });
            }
        }

        results.Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens };
        return results;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_model) ? _model
            : null;
    }

    /// <summary>The model and the width of its vectors.</summary>
    public override string ToString() => $"LocalEmbeddingGenerator({_metadata.DefaultModelId}, {_model.Width} dimensions)";

    /// <summary>Does nothing: the model is its owner's.</summary>
    public void Dispose()
    {
    }

    private (float[][] Vectors, long Tokens) Embed(string[] texts)
    {
        using TensorScope scope = new();
        using GradMode.Region none = GradMode.NoGrad();
        IReadOnlyList<TokenEncoding> encodings = _tokenizer.EncodeBatch(texts);
        int rows = texts.Length, length = Math.Max(1, encodings.Max(static encoding => encoding.Length));
        long[] ids = new long[rows * length];
        bool[] isThere = new bool[rows * length];
        Array.Fill(ids, _model.PadToken);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < encodings[row].Length; i++)
            {
                (ids[(row * length) + i], isThere[(row * length) + i]) = (encodings[row].Ids[i], true);
            }
        }

        Tensor mask = Tensor.From(isThere, rows, length);
        ModelOutput output = _model.Forward(new ModelInputs { Tokens = Tensor.From(ids, rows, length), Mask = mask });
        Tensor weights = mask.To(output.Hidden!.DType).Unsqueeze(2);
        Tensor pooled = _pooling switch
        {
            EmbeddingPooling.Mean => (output.Hidden * weights).Sum(1) / weights.Sum(1).Clamp(min: 1e-9),
            EmbeddingPooling.FirstToken => output.Hidden.Select(1, 0),
            _ => output.Pooled!,
        };
        pooled = (_normalizes ? pooled.Normalize(2, 1) : pooled).To(DType.Float32);
        float[] all = pooled.ToArray<float>();
        return ([.. all.Chunk(_model.Width)], isThere.Count(static x => x));
    }
}
