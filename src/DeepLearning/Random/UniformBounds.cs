namespace DeepLearning;

/// <summary>The least and the greatest number of an element type that lie in [low, high).</summary>
internal readonly record struct UniformBounds(double Least, double Greatest)
{
    public static UniformBounds Of(DType dtype, double low, double high)
    {
        double nearest = Round(dtype, low), least = nearest, greatest = Round(dtype, high);
        least = least < low ? Next(dtype, least) : least;
        greatest = greatest >= high ? -Next(dtype, -greatest) : greatest;
        // Where the interval holds no number of the type, or is a point, the nearest to its lower end stands for it.
        return least <= greatest ? new(least, greatest) : new(nearest, nearest);
    }

    /// <summary>
    /// How many steps a fraction of [0, 1) is drawn in, no more than the type's bits tell apart: rounding must not reach the upper end. 0
    /// where float32 and float64 have their own.
    /// </summary>
    public static float Steps(DType dtype) => dtype switch
    {
        DType.Float16 => 1 << 11,
        DType.BFloat16 => 1 << 8,
        DType.Float32 or DType.Float64 => 0,
        _ => throw new NotSupportedException($"{dtype.Name()} is no floating-point type."),
    };

    private static double Round(DType dtype, double value) => dtype switch
    {
        DType.Float64 => value,
        DType.Float32 => (float)value,
        DType.Float16 => (double)(Half)value,
        DType.BFloat16 => (float)(BFloat16)(float)value,
        _ => throw new NotSupportedException($"{dtype.Name()} is no floating-point type."),
    };

    /// <summary>The next greater number of the type.</summary>
    private static double Next(DType dtype, double value) => dtype switch
    {
        DType.Float64 => Math.BitIncrement(value),
        DType.Float32 => MathF.BitIncrement((float)value),
        DType.Float16 => (double)Half.BitIncrement((Half)value),
        DType.BFloat16 => NextBFloat16((BFloat16)(float)value),
        _ => throw new NotSupportedException($"{dtype.Name()} is no floating-point type."),
    };

    private static double NextBFloat16(BFloat16 value)
    {
        ushort bits = value.ToBits();
        return (float)value == 0 ? (float)BFloat16.FromBits(1) : (float)BFloat16.FromBits((ushort)((float)value > 0 ? bits + 1 : bits - 1));
    }
}
