using DeepLearning.Formats;

namespace DeepLearning.Pretrained;

/// <summary>How texts are gone on with.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens to add.</summary>
    public int MaxNewTokens { get; init; } = 256;

    /// <summary>Whether tokens are drawn, and not always the likeliest taken.</summary>
    public bool Sample { get; init; }

    /// <summary>Divides the logits before tokens are drawn: below 1 the likeliest are drawn more often.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How many of the likeliest may be drawn; all when null.</summary>
    public int? TopK { get; init; }

    /// <summary>The probability that those that may be drawn reach together (Holtzman et al. 2020, "nucleus"); all when null.</summary>
    public double? TopP { get; init; }

    /// <summary>
    /// Divides positive logits of tokens that the text has, and multiplies negative ones (Keskar et al. 2019, "CTRL"): above 1 the text
    /// repeats itself less.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>The tokens that end a text; they are not part of what is given.</summary>
    public IReadOnlyCollection<int> StopTokens { get; init; } = [];

    /// <summary>Texts that end a text where they appear; they are not part of what is given. They are found in streams alone.</summary>
    public IReadOnlyList<string> StopTexts { get; init; } = [];

    /// <summary>The source of randomness; <see cref="DeepLearning.Generator.Default"/> when null.</summary>
    public Generator? Generator { get; init; }

    /// <summary>
    /// The options of a model's <c>generation_config.json</c>, and the end tokens of its <c>config.json</c>; the defaults where it has
    /// none.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ModelFileException">The file asks for what is not supported, such as beams; it is named.</exception>
    public static GenerationOptions Of(PretrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        int[] ends = [.. model.Context.EndTokens];
        if (model.Companion("generation_config.json") is not { } text)
        {
            return new GenerationOptions { StopTokens = ends };
        }

        ConfigReader config = ConfigReader.Parse(text, "generation_config.json");
        config.Only("num_beams", "1");
        config.Only("num_beam_groups", "1");
        config.Only("no_repeat_ngram_size", "0");
        config.Only("typical_p", "1", "1.0");
        config.Only("min_p", "0", "0.0");
        config.Only("epsilon_cutoff", "0", "0.0");
        config.Only("eta_cutoff", "0", "0.0");
        config.Only("penalty_alpha", "0", "0.0");
        config.Only("encoder_repetition_penalty", "1", "1.0");
        foreach (string key in (string[])["bad_words_ids", "suppress_tokens", "begin_suppress_tokens", "forced_bos_token_id",
            "forced_eos_token_id", "sequence_bias", "guidance_scale"])
        {
            config.Only(key);
        }

        IReadOnlyList<int> own = config.Wholes("eos_token_id");
        int topK = config.WholeOrNull("top_k") ?? 50;
        double topP = config.Number("top_p", 1);
        return new GenerationOptions
        {
            MaxNewTokens = config.SizeOrNull("max_new_tokens") ?? 256,
            Sample = config.Flag("do_sample", false),
            Temperature = config.Positive("temperature", 1),
            TopK = topK > 0 ? topK : null,
            TopP = topP < 1 ? topP : null,
            RepetitionPenalty = config.Positive("repetition_penalty", 1),
            StopTokens = own.Count > 0 ? [.. own] : ends,
        };
    }

    /// <summary>What matters in short.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"GenerationOptions(at most {MaxNewTokens} tokens, {(Sample ? $"sampled at temperature {Temperature}" : "greedy")})");

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxNewTokens);
        if (!(Temperature > 0) || !double.IsFinite(Temperature))
        {
            throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "The temperature must be greater than 0 and finite.");
        }

        if (TopK is < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(TopK), TopK, "At least one token must be left to draw.");
        }

        if (TopP is { } p && !(p > 0 && p <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(TopP), TopP, "The probability is greater than 0 and at most 1.");
        }

        if (!(RepetitionPenalty > 0) || !double.IsFinite(RepetitionPenalty))
        {
            throw new ArgumentOutOfRangeException(nameof(RepetitionPenalty), RepetitionPenalty,
                "The penalty must be greater than 0 and finite.");
        }

        if (StopTexts.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A text that ends a text is not empty.", nameof(StopTexts));
        }
    }
}
