using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The hinge loss of scores of several classes: w[t] · Σ max(0, margin − x[t] + x[c])ᵖ / C over the classes c other than the true
    /// one, t. Crammer and Singer, "On the algorithmic implementation of multiclass kernel-based vector machines", 2001, as PyTorch has it.
    /// </summary>
    /// <param name="input">The scores x, [N, C] or [C].</param>
    /// <param name="target">The classes t, 0 to C − 1, of an integer type, [N] or [].</param>
    /// <param name="p">The power, 1 or 2.</param>
    /// <param name="margin">By how much the score of the true class shall exceed the others.</param>
    /// <param name="weight">A weight w for each class, [C]; 1 when null. The mean divides by N whatever the weights.</param>
    /// <param name="reduction">Whether the mean, the sum or the rows' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the target's shape without reduction.</returns>
    /// <exception cref="ShapeException">The target's or the weight's shape does not fit.</exception>
    /// <exception cref="IndexException">A target is not a class.</exception>
    public static Tensor MultiMargin(
        Tensor input, Tensor target, int p = 1, double margin = 1.0, Tensor? weight = null, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, weight) = (cast.Of(input), cast.Of(target), cast.OrNull(weight));
        const string Name = "MultiMargin";
        ArgumentNullException.ThrowIfNull(input);
        LossOperands.CheckInteger(Name, target, "target");
        LossOperands.CheckReduction(Name, reduction, input);
        if (p is not (1 or 2))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, $"{Name}: the power is 1 or 2.");
        }

        OptionChecks.Finite(margin, Name);
        ClassTargets.Check(input, target, weight, true, Name);
        ClassTargets.CheckRows(Name, input);
        DType result = input.DType, compute = result.Compute();
        Tensor rows = ClassTargets.Rows(input).To(compute), classes = target.Detach().To(DType.Int64).Reshape(-1);
        classes = ClassTargets.CheckRange(classes, rows.Size(1), Name);
        Tensor own = rows.Gather(1, classes.Unsqueeze(1));
        Tensor others = Tensor.Arange(0, rows.Size(1), dtype: DType.Int64, device: rows.Device).NotEqualTo(classes.Unsqueeze(1));
        Tensor terms = (rows - own).Map(others.To(compute), new MultiMarginOp(p, margin));
        Tensor losses = terms.Sum(1) / (double)rows.Size(1);
        losses = weight is null ? losses : losses * weight.Detach().To(compute).IndexSelect(0, classes);
        return LossOperands.Reduce(losses.Reshape(target.Shape), reduction, result);
    }

    /// <summary>max(0, margin + a)ᵖ where the mask b is 1, else 0; flat where it begins.</summary>
    internal readonly struct MultiMarginOp(int power, double margin) : IBinaryOp<MultiMarginOp>
    {
        private readonly int _power = power;
        private readonly double _margin = margin;

        public static bool BackwardNeedsOutput => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R>
        {
            R excess = a + _margin;
            R positive = R.Select(R.LessOrEqual(excess, 0.0) | R.Equal(b, 0.0), 0.0, excess);
            return _power == 1 ? positive : positive * positive;
        }

        public void Describe(OperationAttributes attributes) => attributes.Add("p", _power).Add("margin", _margin);
    }
}

/// <summary><see cref="Loss.MultiMargin"/> as a module.</summary>
/// <param name="p">The power, 1 or 2.</param>
/// <param name="margin">By how much the score of the true class shall exceed the others.</param>
/// <param name="weight">A weight for each class, [C]; 1 when null.</param>
/// <param name="reduction">Whether the mean, the sum or the rows' losses themselves are returned.</param>
public sealed class MultiMarginLoss(
    int p = 1, double margin = 1.0, Tensor? weight = null, LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    [Buffer]
    private readonly Tensor? _weight = weight;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.MultiMargin(first, second, p, margin, _weight, reduction);
}
