namespace DeepLearning.Optimizers;

/// <summary>Euclidean norms of whole parameters, for optimizers whose step depends on them.</summary>
internal static class LayerNorms
{
    /// <summary>The norm, computed in float32 for a 16-bit tensor.</summary>
    public static double Of(Tensor tensor) => Wide(tensor).Norm().Item<double>();

    /// <summary>The root of the mean of squares; 0 of nothing.</summary>
    public static double RootMeanSquare(Tensor tensor) => tensor.Count == 0 ? 0 : Of(tensor) / Math.Sqrt(tensor.Count);

    /// <summary>Whether norms of a device's tensors stay there, so that nothing is waited for.</summary>
    public static bool StayOn(Tensor tensor) => tensor.Backend.DefersChecks;

    /// <summary>As <see cref="Of"/>, unread.</summary>
    public static Tensor Unread(Tensor tensor) => Wide(tensor).Norm();

    /// <summary>As <see cref="RootMeanSquare"/>, unread.</summary>
    public static Tensor UnreadRootMeanSquare(Tensor tensor) => Unread(tensor) / Math.Sqrt(Math.Max(tensor.Count, 1));

    /// <summary>
    /// A tensor without its record in the type that it is computed in, contiguous, so that sums do not depend on the order of memory; the
    /// same memory where it is so already.
    /// </summary>
    public static Tensor Wide(Tensor tensor) => tensor.Detach().To(tensor.DType.Compute()).Contiguous();
}
