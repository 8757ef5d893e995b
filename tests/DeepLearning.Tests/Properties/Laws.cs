namespace DeepLearning.Tests.Properties;

/// <summary>What a law says of two tensors.</summary>
internal static class Laws
{
    public static void Same(Tensor expected, Tensor actual)
    {
        Assert.Equal([.. expected.Shape], (int[])[.. actual.Shape]);
        Assert.Equal(expected.ToArray<double>(), actual.ToArray<double>());
    }

    public static void Near(Tensor expected, Tensor actual, double tolerance = 1e-10)
    {
        Assert.Equal([.. expected.Shape], (int[])[.. actual.Shape]);
        double[] a = expected.ToArray<double>(), b = actual.ToArray<double>();
        for (int i = 0; i < a.Length; i++)
        {
            Assert.True(Math.Abs(a[i] - b[i]) <= tolerance * (1 + Math.Abs(a[i])), $"element {i}: {a[i]} is not near {b[i]}");
        }
    }
}
