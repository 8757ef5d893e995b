using DeepLearning.Backends.Cpu;

namespace DeepLearning.Initializers;

/// <summary>Random tensors of any floating-point type.</summary>
internal static class RandomFill
{
    public static Tensor Uniform(ReadOnlySpan<int> shape, double low, double high, DType dtype, Generator? generator)
    {
        generator ??= Generator.Default;
        double range = high - low;
        if (dtype == DType.Float64)
        {
            double[] wide = new double[new Shape(shape).Count];
            Philox.Uniform(wide, generator.Reserve(Philox.Blocks64(wide.Length)), 0);
            for (int i = 0; i < wide.Length; i++)
            {
                wide[i] = low + (wide[i] * range);
            }

            return Tensor.From(wide, shape);
        }

        float[] values = new float[new Shape(shape).Count];
        Philox.Uniform(values, generator.Reserve(Philox.Blocks32(values.Length)), 0);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)low + (values[i] * (float)range);
        }

        return Tensor.From(values, shape).To(dtype);
    }

    public static Tensor Normal(ReadOnlySpan<int> shape, double mean, double std, DType dtype, Generator? generator)
    {
        generator ??= Generator.Default;
        if (dtype == DType.Float64)
        {
            double[] wide = new double[new Shape(shape).Count];
            Philox.Normal(wide, generator.Reserve(Philox.Blocks64(wide.Length)), 0);
            for (int i = 0; i < wide.Length; i++)
            {
                wide[i] = mean + (wide[i] * std);
            }

            return Tensor.From(wide, shape);
        }

        float[] values = new float[new Shape(shape).Count];
        Philox.Normal(values, generator.Reserve(Philox.Blocks32(values.Length)), 0);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)mean + (values[i] * (float)std);
        }

        return Tensor.From(values, shape).To(dtype);
    }
}
