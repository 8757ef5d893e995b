namespace DeepLearning.Optimizers;

/// <summary>The norm of gradients, and clipping by it, on a device whose numbers are waited for when they are read: none is.</summary>
internal static class DeviceNorm
{
    /// <summary>Whether gradients are together on such a device.</summary>
    public static bool IsOnDevice(Tensor[] gradients) =>
        gradients[0].Backend.DefersChecks && Array.TrueForAll(gradients, g => ReferenceEquals(g.Device, gradients[0].Device));

    /// <summary>
    /// The norm of the gradients' norms (of order 0 the number of those that are not 0), a float64; a sum of powers that overflowed or
    /// vanished does no harm.
    /// </summary>
    public static Tensor Of(Tensor[] gradients, double order)
    {
        Tensor squares = Tensor.Empty([], DType.Float64, gradients[0].Device);
        if (order == 2 && gradients[0].Backend.TrySumOfSquares(gradients, squares))
        {
            return squares.Sqrt();
        }

        Tensor[] wide = Array.ConvertAll(gradients, static g => g.Detach().To(DType.Float64).Abs());
        if (order == 0)
        {
            return Together(wide, static g => g.NotEqualTo(0).Any().To(DType.Float64), static all => all.Sum());
        }

        Tensor most = Together(wide, static g => g.Amax(), static all => all.Amax());
        if (double.IsInfinity(order))
        {
            return order > 0 ? most : Together(wide, static g => g.Amin(), static all => all.Amin());
        }

        // In units of the greatest magnitude, or where the order is negative of the least one, which then has the most weight.
        Tensor unit = order > 0 ? most : Together(wide, static g => g.Amin(), static all => all.Amin());
        Tensor isUsable = unit.Greater(0).LogicalAnd(unit.Less(double.PositiveInfinity));
        Tensor safe = Tensor.Where(isUsable, unit, Tensor.OnesLike(unit));
        return Together(wide, g => (g / safe).Pow(order).Sum(), static all => all.Sum()).Pow(1 / order) * safe;
    }

    /// <summary>Scales gradients so that their norm is at most a bound.</summary>
    public static void Clip(Tensor[] gradients, Tensor norm, double maxNorm)
    {
        Tensor factor = (maxNorm / (norm + 1e-6)).Minimum(1.0);
        if (gradients[0].Backend.TryScaleAll(gradients, factor))
        {
            return;
        }

        // A factor that float32 holds with few bits, or not at all, in two steps.
        Tensor isTiny = factor.Greater(0).LogicalAnd(factor.Less(1e-30)), root = Tensor.Where(isTiny, factor.Sqrt(), factor);
        Tensor again = Tensor.Where(isTiny, root, Tensor.OnesLike(root));
        foreach (Tensor gradient in gradients)
        {
            DType type = gradient.DType.Compute();
            gradient.MultiplyInPlace(root.To(type)).MultiplyInPlace(again.To(type));
        }
    }

    private static Tensor Together(Tensor[] gradients, Func<Tensor, Tensor> each, Func<Tensor, Tensor> all) =>
        all(Tensor.Stack(Array.ConvertAll(gradients, g => each(g))));
}
