namespace DeepLearning.Workloads;

/// <summary>Where a step's random numbers come from: drawn anew, or, in a check, those that the reference has.</summary>
internal static class Noise
{
    private static Func<Shape, Tensor>? s_source;

    public static Tensor Draw(params ReadOnlySpan<int> shape) => s_source is null ? Tensor.Randn(shape) : s_source(new Shape(shape));

    /// <summary>From here on numbers come from a function of the shape; null: they are drawn.</summary>
    public static void From(Func<Shape, Tensor>? source) => s_source = source;
}
