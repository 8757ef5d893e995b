namespace DeepLearning.Tests.Ops.Convolution;

/// <summary>Operands of the tests of convolution and pooling.</summary>
internal static class Images
{
    /// <summary>Numbers in ±1, all different, the same for the same seed.</summary>
    public static Tensor Numbers(int[] shape, int seed = 1, DType dtype = DType.Float64, bool grad = false)
    {
        Random random = new(seed);
        double[] values = new double[shape.Aggregate(1, static (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (random.NextDouble() * 2) - 1;
        }

        Tensor x = Tensor.From(values, shape).To(dtype);
        x.RequiresGrad = grad;
        return x;
    }

    public static void AssertClose(Tensor expected, Tensor actual, double relative = 1e-10)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.True(expected.AllClose(actual, relative, relative), $"{expected} but {actual}");
    }
}
