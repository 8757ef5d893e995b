namespace DeepLearning.Pretrained;

/// <summary>What a <see cref="PretrainedModel"/> reads; each model asks for what it needs and refuses what it has no use for.</summary>
public sealed record ModelInputs
{
    /// <summary>The numbers of the tokens, [batch, length]; Hugging Face's <c>input_ids</c>.</summary>
    public Tensor? Tokens { get; init; }

    /// <summary>True where there is a token, [batch, length]; everywhere when null. <c>attention_mask</c>.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>The segment of each token, [batch, length]; 0 when null. <c>token_type_ids</c>.</summary>
    public Tensor? Segments { get; init; }

    /// <summary>The images, [batch, channels, height, width], scaled as the model was trained. <c>pixel_values</c>.</summary>
    public Tensor? Pixels { get; init; }

    /// <summary>The tokens of the text that is written, [batch, length], of models that read one text and write another.</summary>
    public Tensor? DecoderTokens { get; init; }

    /// <summary>Tokens without more.</summary>
    /// <param name="tokens">[batch, length].</param>
    public static implicit operator ModelInputs(Tensor tokens) => FromTensor(tokens);

    /// <summary>Tokens where the numbers are whole, images where they are not.</summary>
    /// <param name="tensor">[batch, length], or [batch, channels, height, width].</param>
    public static ModelInputs FromTensor(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.DType.IsFloatingPoint() ? new ModelInputs { Pixels = tensor } : new ModelInputs { Tokens = tensor };
    }
}

/// <summary>What a <see cref="PretrainedModel"/> gives; what a model does not compute is null.</summary>
public sealed record ModelOutput
{
    /// <summary>
    /// The last layer's result, [batch, length, width]; <c>last_hidden_state</c>. Of ResNet [batch, channels, height, width].
    /// </summary>
    public Tensor? Hidden { get; init; }

    /// <summary>One vector of each example, [batch, width]; <c>pooler_output</c>.</summary>
    public Tensor? Pooled { get; init; }

    /// <summary>
    /// What the head computes: of tokens [batch, length, vocabulary or classes], of whole examples [batch, classes], of CLIP
    /// [images, texts].
    /// </summary>
    public Tensor? Logits { get; init; }

    /// <summary>Where an answer starts, [batch, length], of models that answer questions.</summary>
    public Tensor? StartLogits { get; init; }

    /// <summary>Where an answer ends, [batch, length].</summary>
    public Tensor? EndLogits { get; init; }

    /// <summary>Whether the second segment follows the first, [batch, 2], of BERT's pre-training.</summary>
    public Tensor? NextLogits { get; init; }

    /// <summary>CLIP's vectors of the texts, of length 1, [texts, width].</summary>
    public Tensor? TextEmbeddings { get; init; }

    /// <summary>CLIP's vectors of the images, of length 1, [images, width].</summary>
    public Tensor? ImageEmbeddings { get; init; }
}
