using System.Numerics;
using System.Numerics.Tensors;

namespace DeepLearning;

internal static class RandomNumbers
{
    /// <summary>x · scale + offset, in two roundings on every processor.</summary>
    public static void Scale<T>(Span<T> x, T scale, T offset)
        where T : INumber<T>
    {
        TensorPrimitives.Multiply(x, scale, x);
        TensorPrimitives.Add(x, offset, x);
    }
}

/// <summary>Elements that depend on their position only.</summary>
internal interface IPositionFill<T>
{
    /// <summary>Writes the elements <paramref name="first"/> …</summary>
    void Fill(Span<T> destination, long first);
}

internal readonly struct UniformFloats(float low, float high, UniformBounds bounds, float steps, GeneratorState range)
    : IPositionFill<float>
{
    public void Fill(Span<float> destination, long first)
    {
        Philox.Uniform(destination, range, first);
        if (steps > 0)
        {
            TensorPrimitives.Multiply(destination, steps, destination);
            TensorPrimitives.Floor(destination, destination);
            TensorPrimitives.Divide(destination, steps, destination);
        }

        if (low != 0 || high != 1)
        {
            RandomNumbers.Scale(destination, high - low, low);

            // Rounding, here or to 16 bits, may reach the upper end, which does not belong to the interval, or a number below the lower.
            TensorPrimitives.Clamp(destination, (float)bounds.Least, (float)bounds.Greatest, destination);
        }
    }
}

internal readonly struct UniformDoubles(double low, double high, UniformBounds bounds, GeneratorState range) : IPositionFill<double>
{
    public void Fill(Span<double> destination, long first)
    {
        Philox.Uniform(destination, range, first);
        if (low != 0 || high != 1)
        {
            RandomNumbers.Scale(destination, high - low, low);
            TensorPrimitives.Clamp(destination, bounds.Least, bounds.Greatest, destination);
        }
    }
}

internal readonly struct NormalFloats(float mean, float std, GeneratorState range) : IPositionFill<float>
{
    public void Fill(Span<float> destination, long first)
    {
        Philox.Normal(destination, range, first);
        if (mean != 0 || std != 1)
        {
            RandomNumbers.Scale(destination, std, mean);
        }
    }
}

internal readonly struct NormalDoubles(double mean, double std, GeneratorState range) : IPositionFill<double>
{
    public void Fill(Span<double> destination, long first)
    {
        Philox.Normal(destination, range, first);
        if (mean != 0 || std != 1)
        {
            RandomNumbers.Scale(destination, std, mean);
        }
    }
}

/// <summary>Integers in [low, high); clamped where bounds are given, which a type of few digits holds.</summary>
internal readonly struct RandomIntegers(long low, long high, (long Least, long Greatest)? bounds, GeneratorState range)
    : IPositionFill<long>
{
    public void Fill(Span<long> destination, long first)
    {
        Philox.Integers(destination, low, high, range, first);
        if (bounds is { } ends)
        {
            TensorPrimitives.Clamp(destination, ends.Least, ends.Greatest, destination);
        }
    }
}

internal readonly struct BernoulliBytes(double probability, GeneratorState range) : IPositionFill<byte>
{
    public void Fill(Span<byte> destination, long first) => Philox.Bernoulli(destination, probability, range, first);
}

internal readonly struct LinearDoubles(double start, double step) : IPositionFill<double>
{
    public void Fill(Span<double> destination, long first)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = start + ((first + i) * step);
        }
    }
}

internal readonly struct LinearIntegers(long start, long step) : IPositionFill<long>
{
    public void Fill(Span<long> destination, long first)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = start + ((first + i) * step);
        }
    }
}

/// <summary>Counted from the nearer end, so that both are exact.</summary>
internal readonly struct InterpolatedDoubles(double start, double end, long count) : IPositionFill<double>
{
    public void Fill(Span<double> destination, long first)
    {
        // Divided before subtracted where the distance itself is too large for a double.
        double distance = end - start, gaps = count - 1;
        double step = count == 1 ? 0 : double.IsFinite(distance) ? distance / gaps : (end / gaps) - (start / gaps);
        for (int i = 0; i < destination.Length; i++)
        {
            long position = first + i;
            destination[i] = position < count / 2 || count == 1 ? start + (position * step) : end - ((count - 1 - position) * step);
        }
    }
}
