namespace DeepLearning.Optimizers;

/// <summary>Bounds gradients between the backward pass and the optimizer's step.</summary>
public static class Gradients
{
    /// <summary>
    /// Scales all gradients down by one factor so that the norm of all of them together is at most a bound: factor = min(1, bound / (norm +
    /// 10⁻⁶)).
    /// </summary>
    /// <param name="parameters">The parameters; those without a gradient are passed over.</param>
    /// <param name="maxNorm">The bound.</param>
    /// <param name="normType">The order of the norm: 2, 1, any other, or infinity for the largest absolute value.</param>
    /// <param name="errorIfNonFinite">Whether a norm that is infinite or NaN is an error, before any gradient is changed.</param>
    /// <returns>The norm before, a zero-dimensional tensor.</returns>
    /// <exception cref="InvalidOperationException">The norm is infinite or NaN, and that is an error.</exception>
    public static Tensor ClipNorm(IEnumerable<Tensor> parameters, double maxNorm, double normType = 2, bool errorIfNonFinite = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxNorm);
        using GradMode.Region region = GradMode.NoGrad();
        Tensor[] gradients = Collect(parameters);
        if (gradients.Length == 0)
        {
            return Tensor.Zeros();
        }

        Tensor[] norms = [.. gradients.Select(g => g.Norm(normType))];
        Tensor total = norms.Length == 1 ? norms[0] : Tensor.Stack(norms).Norm(normType);
        if (errorIfNonFinite && !double.IsFinite(total.Item<double>()))
        {
            throw new InvalidOperationException(
                $"ClipNorm: the norm of order {normType} of the gradients is {total.Item<double>()}; no gradient was changed. Find its "
                    + $"source with Autograd.DetectAnomaly().");
        }

        Tensor factor = (maxNorm / (total + 1e-6)).Minimum(Tensor.Ones([], total.DType, total.Device));
        foreach (Tensor gradient in gradients)
        {
            gradient.MultiplyInPlace(factor);
        }

        return total;
    }

    /// <summary>Cuts each element of the gradients off at ±bound.</summary>
    /// <param name="parameters">The parameters; those without a gradient are passed over.</param>
    /// <param name="bound">The bound, 0 or more.</param>
    public static void ClipValue(IEnumerable<Tensor> parameters, double bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bound);
        using GradMode.Region region = GradMode.NoGrad();
        foreach (Tensor gradient in Collect(parameters))
        {
            gradient.ClampInPlace(-bound, bound);
        }
    }

    private static Tensor[] Collect(IEnumerable<Tensor> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return [.. parameters.Select(static p => p.GradInternal).OfType<Tensor>()];
    }
}
