using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The hinge loss of scores of several classes, max(0, 1 + n − p): p = Σ y · x is the score of the true class, n = max (1 − y) · x the
    /// highest of the others, or 0, which is what the true class has there. Keras's <c>CategoricalHinge</c>; <see cref="MultiMargin"/> adds
    /// up all classes instead.
    /// </summary>
    /// <param name="input">The scores x, [N, C], [N, C, d₁, …] or [C].</param>
    /// <param name="target">Classes 0 to C − 1 of an integer type, [N], [N, d₁, …] or []; or shares y of the input's shape and a
    /// floating-point type, such as 0 and 1.</param>
    /// <param name="reduction">Whether the mean, the sum or the rows' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the class targets' shape without reduction.</returns>
    /// <exception cref="ShapeException">The target's shape does not fit.</exception>
    /// <exception cref="IndexException">A target is not a class.</exception>
    public static Tensor CategoricalHinge(Tensor input, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        const string Name = "CategoricalHinge";
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        LossOperands.CheckReduction(Name, reduction, input);
        bool isClasses = !target.DType.IsFloatingPoint();
        ClassTargets.Check(input, target, null, isClasses, Name);
        DType result = isClasses ? input.DType : LossOperands.ResultOf(input, target), compute = result.Compute();
        Tensor rows = ClassTargets.Rows(input).To(compute);
        Tensor shares = isClasses ? OneHot(target.Detach(), rows, Name) : ClassTargets.Rows(target).To(compute);
        Tensor own = (shares * rows).Sum(1), others = ((1.0 - shares) * rows).Amax(1);
        Tensor losses = (own - others).Map(Tensor.FromScalar(1.0, compute, rows.Device), new MarginOp(1));
        Shape shape = input.Rank == 1 ? [] : [input.Size(0), .. input.Shape[2..]];
        return LossOperands.Reduce(losses.Reshape(shape), reduction, result);
    }

    private static Tensor OneHot(Tensor target, Tensor rows, string name)
    {
        Tensor classes = target.To(DType.Int64).Reshape(-1);
        classes = ClassTargets.CheckRange(classes, rows.Size(1), name);
        return classes.OneHot(rows.Size(1)).To(rows.DType);
    }
}

/// <summary><see cref="Loss.CategoricalHinge"/> as a module.</summary>
/// <param name="reduction">Whether the mean, the sum or the rows' losses themselves are returned.</param>
public sealed class CategoricalHingeLoss(LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.CategoricalHinge(first, second, reduction);
}
