namespace DeepLearning.Optimizers;

/// <summary>Bounds or disturbs gradients between the backward pass and the optimizer's step.</summary>
public static partial class Gradients
{
    /// <summary>
    /// Scales all gradients down by one factor so that the norm of all of them together is at most a bound: factor = min(1, bound / (norm +
    /// 10⁻⁶)).
    /// </summary>
    /// <param name="parameters">The parameters; those without a gradient are passed over.</param>
    /// <param name="maxNorm">The bound.</param>
    /// <param name="normType">The order of the norm: 2, 1, any other, or infinity for the largest absolute value.</param>
    /// <param name="errorIfNonFinite">Whether a norm that is infinite or NaN is an error, before any gradient is changed.</param>
    /// <returns>
    /// The norm before, a zero-dimensional tensor of the widest type that a gradient is computed in (float32 for 16-bit ones). The bound
    /// holds also where the norm, or a square in it, is outside that type. On a device it is not read: nothing is waited for, unless a
    /// norm that is not finite is to be an error.
    /// </returns>
    /// <exception cref="InvalidOperationException">A gradient, and so the norm, is infinite or NaN, and that is an error.</exception>
    public static Tensor ClipNorm(IEnumerable<Tensor> parameters, double maxNorm, double normType = 2, bool errorIfNonFinite = false)
    {
        OptionChecks.NotNegative(maxNorm, nameof(ClipNorm));
        OptionChecks.NotNaN(normType, nameof(ClipNorm));
        using GradMode.Region region = GradMode.NoGrad();
        Tensor[] gradients = Collect(parameters);
        if (gradients.Length == 0)
        {
            return Tensor.Zeros();
        }

        DType widest = gradients.Select(static g => g.DType.Compute()).Aggregate(DTypes.Promote);
        if (DeviceNorm.IsOnDevice(gradients))
        {
            Tensor unread = DeviceNorm.Of(gradients, normType);
            if (errorIfNonFinite)
            {
                CheckFinite(unread.Item<double>(), normType);
            }

            DeviceNorm.Clip(gradients, unread, maxNorm);
            return unread.To(widest);
        }

        double norm = NormOf(gradients, normType);
        if (errorIfNonFinite)
        {
            CheckFinite(norm, normType);
        }

        double factor = maxNorm / (norm + 1e-6);
        if (!(factor >= 1))
        {
            foreach (Tensor gradient in gradients)
            {
                Scale(gradient, factor);
            }
        }

        return Tensor.FromScalar(norm, widest, gradients[0].Device);
    }

    /// <summary>Cuts each element of the gradients off at ±bound.</summary>
    /// <param name="parameters">The parameters; those without a gradient are passed over.</param>
    /// <param name="bound">The bound, 0 or more.</param>
    public static void ClipValue(IEnumerable<Tensor> parameters, double bound)
    {
        OptionChecks.NotNegative(bound, nameof(ClipValue));
        using GradMode.Region region = GradMode.NoGrad();
        foreach (Tensor gradient in Collect(parameters))
        {
            gradient.ClampInPlace(-bound, bound);
        }
    }

    private static void CheckFinite(double norm, double order)
    {
        if (!double.IsFinite(norm))
        {
            throw new InvalidOperationException(
                $"ClipNorm: the norm of order {order} of the gradients is {norm}; no gradient was changed. Find its source with "
                    + "Autograd.DetectAnomaly().");
        }
    }

    private static double NormOf(Tensor[] gradients, double order)
    {
        double[] norms = Array.ConvertAll(gradients, g => g.To(g.DType.Compute()).Norm(order).Item<double>());
        double total = Tensor.From(norms).Norm(order).Item<double>();
        bool isSafe = double.IsFinite(total) && total > 1e-15;
        if (isSafe || order == 0 || double.IsInfinity(order))
        {
            return total;
        }

        // A power overflowed or vanished, or the gradients are so: once more in double precision, in units of the greatest magnitude.
        double unit = Tensor.From(Array.ConvertAll(gradients, Greatest)).Norm(double.PositiveInfinity)
            .Item<double>();
        if (unit == 0 || !double.IsFinite(unit))
        {
            return total;
        }

        norms = Array.ConvertAll(gradients, g => (g.To(DType.Float64) / unit).Norm(order).Item<double>());
        return Tensor.From(norms).Norm(order).Item<double>() * unit;

        static double Greatest(Tensor gradient) => gradient.To(gradient.DType.Compute()).Norm(double.PositiveInfinity).Item<double>();
    }

    private static void Scale(Tensor gradient, double factor)
    {
        // A factor that float32 holds with few bits, or not at all, in two steps.
        if (factor is > 0 and < 1e-30)
        {
            factor = Math.Sqrt(factor);
            gradient.MultiplyInPlace(factor);
        }

        gradient.MultiplyInPlace(factor);
    }

    private static Tensor[] Collect(IEnumerable<Tensor> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return [.. parameters.Select(static p => p.GradInternal).OfType<Tensor>().Where(static g => g.Count > 0)];
    }
}
