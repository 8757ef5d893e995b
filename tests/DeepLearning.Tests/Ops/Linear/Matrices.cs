namespace DeepLearning.Tests.Ops.Linear;

/// <summary>Inputs and comparisons that the tests of products and linear algebra share.</summary>
internal static class Matrices
{
    /// <summary>Fixed numbers between −1 and 1 without pattern.</summary>
    public static Tensor Numbers(int[] shape, int seed = 1)
    {
        double[] values = new double[new Shape(shape).Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Sin(((i + 1) * 1.7 * seed) + (i * i * 0.37) + seed);
        }

        return Tensor.From(values, shape);
    }

    public static Tensor Identity(int size) => Tensor.Ones([size], DType.Float64).DiagEmbed();

    /// <summary>Square and far from singular.</summary>
    public static Tensor Regular(params int[] shape) =>
        Numbers(shape.Length == 1 ? [shape[0], shape[0]] : shape) + (2 * Identity(shape[^1]));

    public static Tensor Symmetric(Tensor x) => (x + x.T) * 0.5;

    public static Tensor Positive(Tensor x) => x.MatMul(x.T) + Identity(x.Size(-2));

    /// <summary>First and second derivatives over inputs of the given shapes, once contiguous and once as views.</summary>
    public static void Check(Func<Tensor[], Tensor> function, params int[][] shapes)
    {
        CheckOn(function, [.. shapes.Select((s, i) => Numbers(s, i + 1))]);
        CheckOn(function, [.. shapes.Select((s, i) => Transposed(Numbers(s, i + 1)))]);
    }

    public static void CheckOn(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        foreach (Tensor input in inputs)
        {
            input.RequiresGrad = true;
        }

        GradCheck.First(function, inputs);
        GradCheck.Second(function, inputs, absolute: 1e-5);
    }

    public static void Near(Tensor expected, Tensor actual, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Near(expected.ToArray<double>(), actual.ToArray<double>(), tolerance);
    }

    public static void Near(double[] expected, double[] actual, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"[{i}]: {actual[i]}, not {expected[i]}");
        }
    }

    private static Tensor Transposed(Tensor x) => x.Rank < 2 ? x : x.T.Contiguous().T.Detach();
}
