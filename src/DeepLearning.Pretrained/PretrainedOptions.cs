namespace DeepLearning.Pretrained;

/// <summary>How a model is loaded.</summary>
public sealed record PretrainedOptions
{
    /// <summary>The type of the parameters, whatever the file has; null keeps float32, which every kernel is fastest in.</summary>
    public DType? DType { get; init; }

    /// <summary>
    /// The architecture by its name in Hugging Face's transformers, such as <c>BertForSequenceClassification</c>, in place of the first of
    /// the configuration's <c>architectures</c>. Parameters of its head that the file lacks start anew, and
    /// <see cref="PretrainedModel.StartedAnew"/> lists them: what fine-tuning begins with.
    /// </summary>
    public string? Architecture { get; init; }

    /// <summary>The number of classes of the head, in place of the configuration's.</summary>
    public int? NumLabels { get; init; }

    /// <summary>Keys of <c>config.json</c> that are not known to the library and do not matter.</summary>
    public IReadOnlyCollection<string> IgnoredConfigKeys { get; init; } = [];

    /// <summary>
    /// Patterns of the names of tensors in the file that are to be passed over; * stands for any characters. Others that the model has no
    /// place for are an error.
    /// </summary>
    public IReadOnlyCollection<string> IgnoredTensors { get; init; } = [];

    /// <summary>The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</summary>
    public Generator? Generator { get; init; }

    /// <summary>The type and the architecture, where they are given.</summary>
    public override string ToString() =>
        $"PretrainedOptions({DType?.Name() ?? "float32"}{(Architecture is null ? "" : $", {Architecture}")})";
}
