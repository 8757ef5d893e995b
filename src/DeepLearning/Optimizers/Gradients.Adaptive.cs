namespace DeepLearning.Optimizers;

/// <content>Adaptive clipping.</content>
public static partial class Gradients
{
    /// <summary>
    /// Bounds the gradient of each unit by the norm of the unit's weights: where ‖g‖ &gt; λ · max(‖w‖, ε), g ← g · λ · max(‖w‖, ε) / ‖g‖. A
    /// unit is what belongs to one index of a weight's first axis; a vector is one unit as a whole. The last layer is best left out. Brock
    /// et al., "High-performance large-scale image recognition without normalization", 2021.
    /// </summary>
    /// <param name="parameters">The parameters; those without a gradient are passed over.</param>
    /// <param name="clipping">The greatest quotient λ of the norms.</param>
    /// <param name="eps">The least norm ε that weights count with, so that weights of 0 can grow.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative or not a number.</exception>
    public static void ClipAdaptive(IEnumerable<Tensor> parameters, double clipping = 0.01, double eps = 1e-3)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        CheckAmount(clipping, nameof(clipping));
        CheckAmount(eps, nameof(eps));
        using GradMode.Region region = GradMode.NoGrad();
        foreach (Tensor parameter in parameters)
        {
            if (parameter.GradInternal is { Count: > 0 } gradient)
            {
                Tensor bound = UnitNorms(parameter).ClampInPlace(min: eps).MultiplyInPlace(clipping), norms = UnitNorms(gradient);
                Tensor wide = LayerNorms.Wide(gradient);
                gradient.CopyFrom(Tensor.Where(norms > bound, wide * (bound / norms), wide));
            }
        }
    }

    private static Tensor UnitNorms(Tensor tensor)
    {
        Tensor wide = LayerNorms.Wide(tensor);
        return wide.Rank < 2 ? wide.Norm() : wide.Norm(2, [.. Enumerable.Range(1, wide.Rank - 1)], keepDim: true);
    }

    private static void CheckAmount(double value, string name)
    {
        if (!(value >= 0))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or more.");
        }
    }
}
