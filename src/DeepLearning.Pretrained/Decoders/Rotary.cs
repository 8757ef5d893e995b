using DeepLearning.Formats;
using DeepLearning.Models;

namespace DeepLearning.Pretrained;

/// <summary>
/// Turns pairs of numbers of queries and keys by angles that grow with the position (Su et al. 2021, "RoFormer"), with the frequencies as a
/// configuration scales them for texts longer than the model was trained on.
/// </summary>
/// <remarks>
/// Where the frequencies depend on the length of the text (dynamic, longrope), keys that are in a cache keep those they were turned by.
/// </remarks>
internal sealed class Rotary
{
    private readonly RotaryFrequencies _frequencies;
    private readonly RotaryLayout _layout;
    private readonly Lock _growing = new();
    private (bool IsBeyond, int Length, Tensor Cos, Tensor Sin)? _tables;

    public Rotary(RotaryFrequencies frequencies, RotaryLayout layout) => (_frequencies, _layout) = (frequencies, layout);

    /// <summary>Reads <c>rope_theta</c> and <c>rope_scaling</c> (or <c>rope_parameters</c>).</summary>
    /// <exception cref="ModelFileException">The kind of scaling is not supported.</exception>
    public static Rotary Read(ConfigReader config, int width, int maxPositions, RotaryLayout layout, double[]? divisors) =>
        new(RotaryFrequencies.Read(config, width, maxPositions, divisors), layout);

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
            // Beyond the limit each length may have frequencies of its own; what is computed for more than one, is for a power of two.
            bool isBeyond = _frequencies.Beyond is not null && length > _frequencies.Limit;
            if (_tables is { } known && known.IsBeyond == isBeyond && (isBeyond ? known.Length == length : known.Length >= length))
            {
                return (known.Cos, known.Sin);
            }

            double[] frequencies = _frequencies.For(length);
            int room = isBeyond
                ? length
                : Math.Min(_frequencies.Limit, Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length)));
            int half = frequencies.Length;
            float[] cos = new float[room * half], sin = new float[room * half];
            for (int position = 0; position < room; position++)
            {
                for (int i = 0; i < half; i++)
                {
                    (double s, double c) = Math.SinCos(position * frequencies[i]);
                    cos[(position * half) + i] = (float)(c * _frequencies.Factor);
                    sin[(position * half) + i] = (float)(s * _frequencies.Factor);
                }
            }

            using TensorScope.Suspension none = TensorScope.Suspend();
            _tables = (isBeyond, room, Tensor.From(cos, room, half), Tensor.From(sin, room, half));
            return (_tables.Value.Cos, _tables.Value.Sin);
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
}
