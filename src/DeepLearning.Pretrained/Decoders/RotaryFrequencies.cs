using DeepLearning.Formats;

namespace DeepLearning.Pretrained;

/// <summary>By how much a position turns each pair of numbers, as a configuration says.</summary>
/// <param name="Usual">The angle a position, for each pair, in texts of at most <paramref name="Limit"/> tokens.</param>
/// <param name="Factor">What cosines and sines are multiplied by.</param>
/// <param name="Limit">The longest text with these frequencies.</param>
/// <param name="Beyond">The frequencies of a longer text, of its length; null where there are no others.</param>
internal sealed record RotaryFrequencies(double[] Usual, double Factor, int Limit = int.MaxValue, Func<int, double[]>? Beyond = null)
{

    /// <summary>Reads <c>rope_theta</c> and <c>rope_scaling</c> (or <c>rope_parameters</c>).</summary>
    /// <exception cref="ModelFileException">The kind of scaling is not supported, or lacks a setting.</exception>
    public static RotaryFrequencies Read(ConfigReader config, int width, int maxPositions, double[]? divisors)
    {
        ConfigReader? scaling = config.Part("rope_scaling") ?? config.Part("rope_parameters");
        double theta = scaling?.Has("rope_theta") == true ? scaling.Positive("rope_theta", 10000) : config.Positive("rope_theta", 10000);
        int? original = config.SizeOrNull("original_max_position_embeddings");
        double[] plain = Of(theta);
        if (scaling is null)
        {
            return new RotaryFrequencies(plain, 1);
        }

        string kind = scaling.Has("rope_type") ? scaling.Text("rope_type") : scaling.Text("type", "default");
        RotaryFrequencies frequencies = kind switch
        {
            "default" => new RotaryFrequencies(plain, 1),
            "linear" => Linear(plain, scaling),
            "dynamic" => Dynamic(Of, theta, width, scaling, maxPositions),
            "llama3" => Llama3(plain, scaling),
            "yarn" => Yarn(plain, scaling, theta, original ?? maxPositions),
            "longrope" or "su" => LongRope(plain, scaling, original, maxPositions),
            _ => throw scaling.Bad("rope_type",
                $"the scaling '{kind}' of rotary positions is not supported; what is: default, linear, dynamic, llama3, yarn, "
                + "longrope."),
        };
        scaling.Has("type");
        scaling.Finish([]);
        return frequencies;

        double[] Of(double @base) =>
            [.. Enumerable.Range(0, width / 2).Select(i => Math.Pow(@base, -2.0 * i / width) / (divisors?[i] ?? 1))];
    }

    /// <summary>The frequencies in a text of so many tokens.</summary>
    public double[] For(int length) => Beyond is null || length <= Limit ? Usual : Beyond(length);

    /// <summary>
    /// All positions are nearer (Chen et al. 2023, "Extending context window of large language models via position interpolation").
    /// </summary>
    private static RotaryFrequencies Linear(double[] plain, ConfigReader scaling)
    {
        double factor = NeededFactor(scaling);
        return new RotaryFrequencies([.. plain.Select(x => x / factor)], 1);
    }

    /// <summary>
    /// Beyond the length of training the base grows with the length, so that the slowest pair turns as far as it did (NTK-aware scaling by
    /// the length, as in Transformers' "dynamic"): base · (factor · length / trained − (factor − 1))^(width / (width − 2)).
    /// </summary>
    private static RotaryFrequencies Dynamic(Func<double, double[]> of, double theta, int width, ConfigReader scaling, int maxPositions)
    {
        double factor = NeededFactor(scaling);
        int trained = scaling.SizeOrNull("original_max_position_embeddings") ?? maxPositions;
        if (width <= 2)
        {
            throw scaling.Bad("rope_type", $"heads of a width of {width} have no second pair, whose base could grow.");
        }

        return new RotaryFrequencies(
            of(theta), 1, trained,
            length => of(theta * Math.Pow((factor * length / trained) - (factor - 1), (double)width / (width - 2))));
    }

    /// <summary>Slow turns are slower, fast ones stay, those between are between (Llama 3.1).</summary>
    private static RotaryFrequencies Llama3(double[] plain, ConfigReader scaling)
    {
        double factor = NeededFactor(scaling), low = scaling.Positive("low_freq_factor", 1), high = scaling.Positive("high_freq_factor", 4);
        double old = scaling.Size("original_max_position_embeddings", 8192);
        return new RotaryFrequencies(
            [
                .. plain.Select(x =>
                {
                    double length = 2 * Math.PI / x;
                    double part = ((old / length) - low) / (high - low);
                    return length < old / high ? x : length > old / low ? x / factor : ((1 - part) * x / factor) + (part * x);
                }),
            ], 1);
    }

    /// <summary>Peng et al. 2023, "YaRN: efficient context window extension of large language models".</summary>
    private static RotaryFrequencies Yarn(double[] plain, ConfigReader scaling, double theta, int trained)
    {
        double factor = NeededFactor(scaling), fast = scaling.Positive("beta_fast", 32), slow = scaling.Positive("beta_slow", 1);
        double old = scaling.Size("original_max_position_embeddings", trained);
        bool isWhole = scaling.Flag("truncate", true);

        // DeepSeek's two scales: the one for cosines over the one that its attention has besides.
        double mscale = scaling.Number("mscale", 0), mscaleAll = scaling.Number("mscale_all_dim", 0);
        double attention = scaling.Positive(
            "attention_factor", mscale != 0 && mscaleAll != 0 ? Scale(mscale) / Scale(mscaleAll) : Scale(1));
        int width = 2 * plain.Length;
        double first = Turns(fast), last = Turns(slow);
        (first, last) = isWhole ? (Math.Floor(first), Math.Ceiling(last)) : (first, last);
        (first, last) = (Math.Max(first, 0), Math.Min(last, width - 1));
        last = first == last ? last + 0.001 : last;
        return new RotaryFrequencies(
            [
                .. plain.Select((x, i) =>
                {
                    double ramp = Math.Clamp((i - first) / (last - first), 0, 1);
                    return (x / factor * ramp) + (x * (1 - ramp));
                }),
            ], attention);

        double Scale(double weight) => factor <= 1 ? 1 : (0.1 * weight * Math.Log(factor)) + 1;

        // The pair that turns so often in the old length.
        double Turns(double count) => width * Math.Log(old / (count * 2 * Math.PI)) / (2 * Math.Log(theta));
    }

    /// <summary>
    /// Each pair has a divisor of its own, found by search, one for texts as long as in training and one for longer ones (Ding et al. 2024,
    /// "LongRoPE"); cosines and sines grow by √(1 + ln(factor) / ln(trained length)).
    /// </summary>
    private static RotaryFrequencies LongRope(double[] plain, ConfigReader scaling, int? original, int maxPositions)
    {
        int trained = original ?? scaling.SizeOrNull("original_max_position_embeddings") ?? maxPositions;
        double given = scaling.Number("factor", (double)maxPositions / trained);
        double factor = original is null ? given : (double)maxPositions / trained;
        double attention = scaling.Positive(
            "attention_factor", factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(trained))));
        double[] brief = Divided("short_factor"), far = Divided("long_factor");
        return new RotaryFrequencies(brief, attention, trained, _ => far);

        double[] Divided(string key)
        {
            IReadOnlyList<double> divisors = scaling.Numbers(key);
            return divisors.Count == plain.Length && divisors.All(static divisor => divisor > 0)
                ? [.. plain.Zip(divisors, static (x, divisor) => x / divisor)]
                : throw scaling.Bad(key, $"it has {divisors.Count} numbers; {plain.Length}, one a pair, each above 0, would fit.");
        }
    }

    private static double NeededFactor(ConfigReader scaling) => scaling.Number("factor", double.NaN) is >= 1 and var factor ? factor
        : throw scaling.Bad("factor", "it must be there and 1 or more.");
}
