namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The power mean without its division, (Σ xᵖ)^(1/p), of each window of a sequence, channel by channel.</summary>
    /// <param name="normType">The power p: 1 gives sums, a large one comes near to the greatest element.</param>
    /// <param name="kernelSize">The length of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="ceilMode">
    /// Whether a last window that reaches over the end counts too; its sum is then raised to a whole window's.
    /// </param>
    /// <returns>[N, C, ⌊(L − kernel) / stride⌋ + 1] for an input [N, C, L], or without N.</returns>
    /// <remarks>As in PyTorch, powers are of the elements, not of their magnitudes. The gradient of a sum of 0 is 0.</remarks>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size or stride is below 1, or the power 0 or not finite.</exception>
    public Tensor LpPool1d(double normType, PerAxis kernelSize, PerAxis? stride = null, bool ceilMode = false) =>
        LpPooling.Run(this, normType, kernelSize, stride, ceilMode, 1);

    /// <summary>(Σ xᵖ)^(1/p) of each window of an image, channel by channel; see <see cref="LpPool1d"/>.</summary>
    /// <param name="normType">The power p.</param>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <returns>[N, C, H', W'] for an input [N, C, H, W], or without N.</returns>
    /// <inheritdoc cref="LpPool1d" path="/exception"/>
    public Tensor LpPool2d(double normType, PerAxis kernelSize, PerAxis? stride = null, bool ceilMode = false) =>
        LpPooling.Run(this, normType, kernelSize, stride, ceilMode, 2);

    /// <summary>(Σ xᵖ)^(1/p) of each window of a volume, channel by channel; see <see cref="LpPool1d"/>.</summary>
    /// <param name="normType">The power p.</param>
    /// <param name="kernelSize">The depth, height and width of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <returns>[N, C, D', H', W'] for an input [N, C, D, H, W], or without N.</returns>
    /// <inheritdoc cref="LpPool1d" path="/exception"/>
    public Tensor LpPool3d(double normType, PerAxis kernelSize, PerAxis? stride = null, bool ceilMode = false) =>
        LpPooling.Run(this, normType, kernelSize, stride, ceilMode, 3);
}

/// <summary>Power sums of windows over one to three spatial axes.</summary>
internal static class LpPooling
{
    /// <summary>(Σ xᵖ)^(1/p) of each window, by way of the means that average pooling gives.</summary>
    public static Tensor Run(Tensor x, double power, PerAxis kernel, PerAxis? stride, bool ceilMode, int axes)
    {
        string operation = $"LpPool{axes}d";
        CheckPower(power, operation);
        Backends.PoolWindows windows = Pooling.Regular(x, kernel, stride, 0, 1, ceilMode, true, axes, operation);
        long elements = 1;
        for (int axis = 0; axis < axes; axis++)
        {
            elements *= kernel[axis];
        }

        Tensor sums = AveragePooling.Run(x.To(x.DType.Compute()).Pow(power), windows, null) * (double)elements;

        // The root has no derivative at 0, where that of a norm is taken to be 0.
        Tensor isZero = sums.Detach().EqualTo(0.0);
        return sums.MaskedFill(isZero, 1.0).Pow(1 / power).MaskedFill(isZero, power > 0 ? 0.0 : double.PositiveInfinity).To(x.DType);
    }

    /// <summary>Refuses a power that has no root.</summary>
    public static void CheckPower(double normType, string operation)
    {
        if (normType == 0 || !double.IsFinite(normType))
        {
            throw new ArgumentOutOfRangeException(
                nameof(normType), normType, $"{operation}: a power of {normType} does not fit; it must be a finite number other than 0"
                + (double.IsPositiveInfinity(normType) ? " (MaxPool gives the greatest elements)." : "."));
        }
    }
}
