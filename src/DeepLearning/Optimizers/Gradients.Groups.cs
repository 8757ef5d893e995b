namespace DeepLearning.Optimizers;

/// <content>Norms of all gradients together, and bounds for parts of them.</content>
public static partial class Gradients
{
    /// <summary>The norm of all gradients together, which <see cref="ClipNorm"/> bounds. PyTorch's <c>get_total_norm</c>.</summary>
    /// <param name="parameters">The parameters; those without a gradient are passed over.</param>
    /// <param name="normType">The order of the norm: 2, 1, any other, or infinity for the largest absolute value.</param>
    public static double Norm(IEnumerable<Tensor> parameters, double normType = 2)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor[] gradients = Collect(parameters);
        return gradients.Length == 0 ? 0 : NormOf(gradients, normType);
    }

    /// <summary>
    /// Scales all gradients as <see cref="ClipNorm"/> does, with a norm that is known already, such as one over several processes.
    /// PyTorch's <c>clip_grads_with_norm_</c>.
    /// </summary>
    /// <param name="parameters">The parameters; those without a gradient are passed over.</param>
    /// <param name="maxNorm">The bound.</param>
    /// <param name="totalNorm">The norm of all gradients together.</param>
    public static void ClipWithNorm(IEnumerable<Tensor> parameters, double maxNorm, double totalNorm)
    {
        OptionChecks.NotNegative(maxNorm, nameof(ClipWithNorm));
        OptionChecks.NotNegative(totalNorm, nameof(ClipWithNorm));
        using GradMode.Region region = GradMode.NoGrad();
        double factor = maxNorm / (totalNorm + 1e-6);
        if (!(factor >= 1))
        {
            Array.ForEach(Collect(parameters), gradient => Scale(gradient, factor));
        }
    }

    /// <summary>Clips the gradient of each parameter by its own norm, as <see cref="ClipNorm"/> does for all of them together.</summary>
    /// <param name="parameters">The parameters; those without a gradient are passed over.</param>
    /// <param name="maxNorm">The bound of each gradient's norm.</param>
    /// <param name="normType">The order of the norm.</param>
    /// <param name="errorIfNonFinite">Whether a norm that is infinite or NaN is an error, before any gradient is changed.</param>
    /// <exception cref="InvalidOperationException">A gradient is infinite or NaN, and that is an error.</exception>
    public static void ClipNormEach(
        IEnumerable<Tensor> parameters, double maxNorm, double normType = 2, bool errorIfNonFinite = false)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ClipParts([.. parameters.Select(static p => new[] { p })], maxNorm, normType, errorIfNonFinite, "parameter");
    }

    /// <summary>Clips the gradients of each parameter group of an optimizer by the norm of that group.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="maxNorm">The bound of the norm of each group's gradients.</param>
    /// <param name="normType">The order of the norm.</param>
    /// <param name="errorIfNonFinite">Whether a norm that is infinite or NaN is an error, before any gradient is changed.</param>
    /// <exception cref="InvalidOperationException">A gradient is infinite or NaN, and that is an error.</exception>
    public static void ClipNormPerGroup(Optimizer optimizer, double maxNorm, double normType = 2, bool errorIfNonFinite = false)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ClipParts([.. optimizer.ParameterGroups.Select(static group => group.Items)], maxNorm, normType, errorIfNonFinite, "group");
    }

    private static void ClipParts(Tensor[][] parts, double maxNorm, double normType, bool errorIfNonFinite, string kind)
    {
        OptionChecks.NotNegative(maxNorm, nameof(ClipNormPerGroup));
        double[] norms = errorIfNonFinite ? Array.ConvertAll(parts, part => Norm(part, normType)) : [];
        if (Array.FindIndex(norms, static norm => !double.IsFinite(norm)) is var wrong and >= 0)
        {
            throw new InvalidOperationException(
                $"The norm of order {normType} of the gradients of {kind} {wrong} is {norms[wrong]}; no gradient was changed. Find its "
                    + "source with Autograd.DetectAnomaly().");
        }

        Array.ForEach(parts, part => ClipNorm(part, maxNorm, normType));
    }
}
