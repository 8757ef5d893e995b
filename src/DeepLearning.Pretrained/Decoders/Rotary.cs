using DeepLearning.Formats;
using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>
/// Turns pairs of numbers of queries and keys by angles that grow with the position (Su et al. 2021, "RoFormer"), with the frequencies as a
/// configuration scales them for texts longer than the model was trained on.
/// </summary>
internal sealed class Rotary
{
    private readonly double[] _frequencies;
    private readonly double _factor;
    private readonly RotaryLayout _layout;
    private readonly Lock _growing = new();
    private (Tensor Cos, Tensor Sin)? _tables;

    private Rotary(double[] frequencies, double factor, RotaryLayout layout) =>
        (_frequencies, _factor, _layout) = (frequencies, factor, layout);

    /// <summary>Reads <c>rope_theta</c> and <c>rope_scaling</c> (or <c>rope_parameters</c>).</summary>
    /// <exception cref="ModelFileException">The kind of scaling is not supported.</exception>
    public static Rotary Read(ConfigReader config, int width, int maxPositions, RotaryLayout layout, double[]? divisors)
    {
        ConfigReader? scaling = config.Part("rope_scaling") ?? config.Part("rope_parameters");
        double theta = scaling?.Has("rope_theta") == true ? scaling.Positive("rope_theta", 10000) : config.Positive("rope_theta", 10000);
        double[] plain = [.. Enumerable.Range(0, width / 2).Select(i => Math.Pow(theta, -2.0 * i / width) / (divisors?[i] ?? 1))];
        if (scaling is null)
        {
            return new Rotary(plain, 1, layout);
        }

        string kind = scaling.Has("rope_type") ? scaling.Text("rope_type") : scaling.Text("type", "default");
        Rotary rotary = kind switch
        {
            "default" => new Rotary(plain, 1, layout),
            "linear" => Linear(plain, scaling, layout),
            "llama3" => Llama3(plain, scaling, layout),
            "yarn" => Yarn(plain, scaling, theta, maxPositions, layout),
            _ => throw scaling.Bad("rope_type",
                $"the scaling '{kind}' of rotary positions is not supported; what is: default, linear, llama3 "
                + "and yarn."),
        };
        scaling.Has("type");
        scaling.Finish([]);
        return rotary;
    }

    /// <summary>Turns queries and keys, [batch, heads, length, width], by positions [batch or 1, length].</summary>
    public (Tensor Queries, Tensor Keys) Turn(Tensor q, Tensor k, Tensor cos, Tensor sin) => (Turn(q, cos, sin), Turn(k, cos, sin));

    /// <summary>Cosines and sines of positions, [batch or 1, 1, length, width / 2].</summary>
    /// <param name="positions">[batch or 1, length].</param>
    /// <param name="last">The greatest of them.</param>
    public (Tensor Cos, Tensor Sin) At(Tensor positions, int last)
    {
        (Tensor cos, Tensor sin) = Tables(last + 1);
        return (Rows(cos), Rows(sin));

        Tensor Rows(Tensor table) => Tensor.Embedding(table, positions).Unsqueeze(1);
    }

    private (Tensor Cos, Tensor Sin) Tables(int length)
    {
        lock (_growing)
        {
            if (_tables is { } known && known.Cos.Size(0) >= length)
            {
                return known;
            }

            int room = Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length)), half = _frequencies.Length;
            float[] cos = new float[room * half], sin = new float[room * half];
            for (int position = 0; position < room; position++)
            {
                for (int i = 0; i < half; i++)
                {
                    (double s, double c) = Math.SinCos(position * _frequencies[i]);
                    cos[(position * half) + i] = (float)(c * _factor);
                    sin[(position * half) + i] = (float)(s * _factor);
                }
            }

            using TensorScope.Suspension none = TensorScope.Suspend();
            _tables = (Tensor.From(cos, room, half), Tensor.From(sin, room, half));
            return _tables.Value;
        }
    }

    private Tensor Turn(Tensor x, Tensor cos, Tensor sin)
    {
        Tensor wide = x.To(DType.Float32);
        int half = x.Size(-1) / 2;
        bool isHalves = _layout == RotaryLayout.Halves;
        Tensor pairs = isHalves ? wide.Unflatten(-1, 2, half) : wide.Unflatten(-1, half, 2);
        Tensor a = pairs.Select(isHalves ? -2 : -1, 0), b = pairs.Select(isHalves ? -2 : -1, 1);
        (a, b) = ((a * cos) - (b * sin), (a * sin) + (b * cos));
        return (isHalves ? Tensor.Cat([a, b], -1) : Tensor.Stack([a, b], -1).Flatten(-2)).To(x.DType);
    }

    /// <summary>
    /// All positions are nearer (Chen et al. 2023, "Extending context window of large language models via position interpolation").
    /// </summary>
    private static Rotary Linear(double[] plain, ConfigReader scaling, RotaryLayout layout)
    {
        double factor = Factor(scaling);
        return new Rotary([.. plain.Select(x => x / factor)], 1, layout);
    }

    /// <summary>Slow turns are slower, fast ones stay, those between are between (Llama 3.1).</summary>
    private static Rotary Llama3(double[] plain, ConfigReader scaling, RotaryLayout layout)
    {
        double factor = Factor(scaling), low = scaling.Positive("low_freq_factor", 1), high = scaling.Positive("high_freq_factor", 4);
        double old = scaling.Size("original_max_position_embeddings", 8192);
        return new Rotary(
            [
                .. plain.Select(x =>
                {
                    double length = 2 * Math.PI / x;
                    double part = ((old / length) - low) / (high - low);
                    return length < old / high ? x : length > old / low ? x / factor : ((1 - part) * x / factor) + (part * x);
                }),
            ], 1, layout);
    }

    /// <summary>Peng et al. 2023, "YaRN: efficient context window extension of large language models".</summary>
    private static Rotary Yarn(double[] plain, ConfigReader scaling, double theta, int maxPositions, RotaryLayout layout)
    {
        double factor = Factor(scaling), fast = scaling.Positive("beta_fast", 32), slow = scaling.Positive("beta_slow", 1);
        double old = scaling.Size("original_max_position_embeddings", maxPositions);
        scaling.Only("mscale", "1", "1.0");
        scaling.Only("mscale_all_dim", "1", "1.0");
        scaling.Only("truncate", "true");
        double attention = scaling.Positive("attention_factor", (0.1 * Math.Log(Math.Max(factor, 1))) + 1);
        int width = 2 * plain.Length;
        double first = Math.Max(Math.Floor(Turns(fast)), 0), last = Math.Min(Math.Ceiling(Turns(slow)), width - 1);
        last = first == last ? last + 0.001 : last;
        return new Rotary(
            [
                .. plain.Select((x, i) =>
                {
                    double ramp = Math.Clamp((i - first) / (last - first), 0, 1);
                    return (x / factor * ramp) + (x * (1 - ramp));
                }),
            ], attention, layout);

        // The pair that turns so often in the old length.
        double Turns(double count) => width * Math.Log(old / (count * 2 * Math.PI)) / (2 * Math.Log(theta));
    }

    private static double Factor(ConfigReader scaling) => scaling.Number("factor", double.NaN) is >= 1 and var factor ? factor
        : throw scaling.Bad("factor", "it must be there and 1 or more.");
}
