namespace DeepLearning.Onnx.Export;

/// <summary>
/// A number of a traced model as a function of the open lengths: a sum of products of them, each length to the first power at most. Part i
/// is the factor of the product of those lengths whose bits are set in i; a fixed number has part 0 alone.
/// </summary>
internal sealed class Quantity
{
    private readonly double[] _parts;

    private Quantity(double[] parts) => _parts = parts;

    /// <summary>A fixed number.</summary>
    public Quantity(double value) => _parts = [value];

    /// <summary>The factors, by the bits of the lengths that they go with.</summary>
    public IReadOnlyList<double> Parts => _parts;

    /// <summary>Whether it does not depend on any length.</summary>
    public bool IsFixed => !_parts.AsSpan(1).ContainsAnyExcept(0.0);

    /// <summary>The number, of a fixed one.</summary>
    public double Value => _parts[0];

    /// <summary>The number as a whole one, of a fixed one.</summary>
    public long Long => (long)Math.Round(_parts[0]);

    /// <summary>Finds the function from its values at all corners, where bit i of the corner tells the first or second length i.</summary>
    /// <param name="corners">The values.</param>
    /// <param name="first">The lengths whose bit is 0.</param>
    /// <param name="second">The lengths whose bit is 1.</param>
    public static Quantity Through(ReadOnlySpan<double> corners, ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        double[] parts = corners.ToArray();
        for (int symbol = 0; symbol < first.Length; symbol++)
        {
            int bit = 1 << symbol;
            for (int i = 0; i < parts.Length; i++)
            {
                if ((i & bit) == 0)
                {
                    double slope = (parts[i | bit] - parts[i]) / (second[symbol] - first[symbol]);
                    parts[i] -= slope * first[symbol];
                    parts[i | bit] = slope;
                }
            }
        }

        return new Quantity(parts);
    }

    /// <summary>The number at given lengths.</summary>
    public double At(ReadOnlySpan<int> lengths)
    {
        double sum = 0;
        for (int i = 0; i < _parts.Length; i++)
        {
            double product = _parts[i];
            for (int symbol = 0; symbol < lengths.Length; symbol++)
            {
                product *= (i >> symbol & 1) != 0 ? lengths[symbol] : 1;
            }

            sum += product;
        }

        return sum;
    }

    public static Quantity operator +(Quantity a, Quantity b) => Combined(a, b, 1);

    public static Quantity operator -(Quantity a, Quantity b) => Combined(a, b, -1);

    public static Quantity operator *(Quantity a, double factor) => new(Array.ConvertAll(a._parts, part => part * factor));

    /// <summary>Whether two are the same function.</summary>
    public bool IsSame(Quantity other) => Combined(this, other, -1)._parts.All(static part => Math.Abs(part) < 1e-9);

    private static Quantity Combined(Quantity a, Quantity b, double sign)
    {
        double[] parts = new double[Math.Max(a._parts.Length, b._parts.Length)];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = (i < a._parts.Length ? a._parts[i] : 0) + (sign * (i < b._parts.Length ? b._parts[i] : 0));
        }

        return new Quantity(parts);
    }
}
