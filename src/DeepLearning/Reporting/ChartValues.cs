namespace DeepLearning.Reporting;

/// <summary>The elements of a tensor as the charts take them.</summary>
internal static class ChartValues
{
    public static double[] Of(Tensor tensor)
    {
        using TensorScope scope = new();
        return tensor.Detach().To(DType.Float64).ToArray<double>();
    }
}
