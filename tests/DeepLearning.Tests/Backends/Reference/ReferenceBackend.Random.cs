using System.Numerics;

namespace DeepLearning.Tests.Backends.Reference;

internal sealed partial class ReferenceBackend
{
    public override void Uniform(Tensor y, double low, double high, Generator generator)
    {
        UniformBounds bounds = UniformBounds.Of(y.DType, low, high);
        if (y.DType == DType.Float64)
        {
            Draw<double>(y, new UniformDoubles(low, high, bounds, generator.Reserve(Philox.Blocks64(y.Count))));
            return;
        }

        float steps = y.DType switch
        {
            DType.Float16 => 1 << 11,
            DType.BFloat16 => 1 << 8,
            DType.Float32 => 0,
            _ => throw DTypes.Unsupported(y.DType),
        };
        Draw<float>(y, new UniformFloats((float)low, (float)high, bounds, steps, generator.Reserve(Philox.Blocks32(y.Count))));
    }

    public override void Normal(Tensor y, double mean, double std, Generator generator)
    {
        if (y.DType == DType.Float64)
        {
            Draw<double>(y, new NormalDoubles(mean, std, generator.Reserve(Philox.Blocks64(y.Count))));
        }
        else
        {
            Draw<float>(y, new NormalFloats((float)mean, (float)std, generator.Reserve(Philox.Blocks32(y.Count))));
        }
    }

    public override void Integers(Tensor y, long low, long high, Generator generator)
    {
        (long, long)? ends = null;
        if (y.DType.IsFloatingPoint())
        {
            UniformBounds bounds = UniformBounds.Of(y.DType, low, high);
            ends = ((long)Math.Ceiling(bounds.Least), (long)Math.Floor(bounds.Greatest));
        }

        Draw<long>(y, new RandomIntegers(low, high, ends, generator.Reserve(Philox.Blocks64(y.Count))));
    }

    public override void Sequence(Tensor y, Scalar start, Scalar step)
    {
        if (y.DType.IsFloatingPoint() || start.DType.IsFloatingPoint() || step.DType.IsFloatingPoint())
        {
            Draw<double>(y, new LinearDoubles(start.ToDouble(), step.ToDouble()));
        }
        else
        {
            Draw<long>(y, new LinearIntegers(start.ToInt64(), step.ToInt64()));
        }
    }

    private void Draw<T>(Tensor y, IPositionFill<T> source)
        where T : unmanaged, INumber<T>
    {
        T[] values = new T[y.Count];
        source.Fill(values, 0);
        Store(values, y);
    }
}
