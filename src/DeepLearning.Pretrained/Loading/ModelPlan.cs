namespace DeepLearning.Pretrained;

/// <summary>A model about to be built: its configuration is read and checked, no memory is taken.</summary>
/// <param name="BasePrefix">What stands before the names of the body in a model with a head, as in <c>bert.</c>.</param>
/// <param name="Make">Builds it.</param>
internal sealed record ModelPlan(string BasePrefix, Func<Build, PretrainedModel> Make)
{
    /// <summary>The deviation with which weights start.</summary>
    public double Std { get; init; } = 0.02;

    /// <summary>Patterns of tensors that files have and that the model computes or does without.</summary>
    public IReadOnlyList<string> PassedOver { get; init; } = [];

    /// <exception cref="DeepLearning.Formats.ModelFileException">The family or architecture is not supported.</exception>
    public static ModelPlan Of(ModelContext context) => context.ModelType switch
    {
        "bert" => TextEncoderModel.Plan(context, TextFamily.Bert, "Bert", "bert."),
        "roberta" => TextEncoderModel.Plan(context, TextFamily.Roberta, "Roberta", "roberta."),
        "xlm-roberta" => TextEncoderModel.Plan(context, TextFamily.Roberta, "XLMRoberta", "roberta."),
        "distilbert" => TextEncoderModel.Plan(context, TextFamily.DistilBert, "DistilBert", "distilbert."),
        "albert" => TextEncoderModel.Plan(context, TextFamily.Albert, "Albert", "albert."),
        "gpt2" => GptModel.Plan(context),
        "llama" => LlamaModel.Plan(context, "Llama"),
        "mistral" => LlamaModel.Plan(context, "Mistral"),
        "qwen2" => LlamaModel.Plan(context, "Qwen2"),
        "qwen3" => LlamaModel.Plan(context, "Qwen3"),
        "t5" => T5Model.Plan(context),
        "vit" => VitModel.Plan(context),
        "resnet" => ResNetModel.Plan(context),
        "clip" => ClipModel.Plan(context),
        string other =>
            throw context.Config.Bad("model_type", $"the family '{other}' is not supported; what is: bert, roberta, xlm-roberta, "
            + "distilbert, albert, gpt2, llama, mistral, qwen2, qwen3, t5, vit, resnet and clip."),
    };
}
