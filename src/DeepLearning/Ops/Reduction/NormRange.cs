using System.Numerics;
using System.Numerics.Tensors;
using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// The norms (Σ |x|ᵖ)^(1/p) whose sum of powers lies well inside the range of the type it is added in: the others may have lost digits, or
/// everything.
/// </summary>
internal readonly record struct NormRange(double Low, double High)
{
    public static NormRange Of(double order, DType dtype)
    {
        // The smallest normal number, with room for the digits of a sum of that size.
        double exponent = dtype.Compute() == DType.Float64 ? -1022 + 53 : -126 + 24;
        (double least, double greatest) = dtype switch
        {
            DType.Float64 => (double.Epsilon, double.MaxValue),
            DType.Float16 => ((double)Half.Epsilon, (double)Half.MaxValue),
            DType.BFloat16 => (float.Epsilon, (float)BFloat16.MaxValue),
            DType.Float32 => (float.Epsilon, float.MaxValue),
            _ => throw new DTypeException($"Norm: not defined for {dtype.Name()}."),
        };
        double bound = Math.Pow(2, exponent / order);
        return order > 0
            ? new NormRange(Math.Max(bound, least), greatest)
            : new NormRange(least, Math.Min(bound, greatest));
    }

    /// <summary>Whether all norms are inside; NaN is not.</summary>
    public bool HoldsAll(Tensor norms)
    {
        Tensor y = norms.To(norms.DType.Compute());
        return y.DType == DType.Float64 ? HoldsAll<double>(y) : HoldsAll<float>(y);
    }

    public Tensor Outside(Tensor norms) => norms.Less(Low).LogicalOr(norms.Greater(High));

    private bool HoldsAll<T>(Tensor norms)
        where T : unmanaged, INumber<T>
    {
        if (norms.Storage is not HostStorage || norms.Count > Array.MaxLength)
        {
            return !Outside(norms).Any().Item<bool>();
        }

        using Lease<T> lease = new(norms);
        ReadOnlySpan<T> values = lease.Span;
        return values.IsEmpty || (double.CreateTruncating(TensorPrimitives.Min(values)) >= Low
            && double.CreateTruncating(TensorPrimitives.Max(values)) <= High);
    }
}
