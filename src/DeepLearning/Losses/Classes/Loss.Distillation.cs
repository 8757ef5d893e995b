using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The loss of a student that shall answer as a teacher does: T² · KL(softmax(z / T) ‖ softmax(x / T)) of logits x and z at a
    /// temperature T, and where there are targets the cross-entropy with them: α times the first plus (1 − α) times the second. The factor
    /// T² keeps the gradient's size. Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015.
    /// </summary>
    /// <param name="input">The student's logits x, [N, C], [N, C, d₁, …] or [C].</param>
    /// <param name="teacher">The teacher's logits z, of the same shape; a constant.</param>
    /// <param name="target">Classes or probabilities as <see cref="CrossEntropy"/> takes them; without, the teacher alone counts.</param>
    /// <param name="temperature">The temperature T, above 0.</param>
    /// <param name="alpha">The teacher's share α, 0 to 1, where there are targets.</param>
    /// <param name="reduction">Whether the mean, the sum or the rows' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the class targets' shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="IndexException">A target is not a class; −100 does not count as one here.</exception>
    public static Tensor Distillation(
        Tensor input, Tensor teacher, Tensor? target = null, double temperature = 2, double alpha = 0.5,
        LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, teacher, target) = (cast.Of(input), cast.Of(teacher), cast.OrNull(target));
        const string Name = "Distillation";
        LossOperands.CheckEqual(Name, input, "input", teacher, "teacher");
        LossOperands.CheckReduction(Name, reduction, input);
        if (!(temperature > 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, $"{Name}: the temperature is above 0 and finite.");
        }

        if (!(alpha is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, $"{Name}: the teacher's share is from 0 to 1.");
        }

        if (input.Rank == 0)
        {
            throw new ShapeException($"{Name}: the input has a class axis: [C], [N, C] or [N, C, d1, ..], not {input.Shape}.");
        }

        DType result = input.DType, compute = result.Compute();
        Tensor logits = input.To(compute), student = ClassTargets.Rows(logits);
        Tensor soft = ClassTargets.Rows(teacher.Detach().To(compute)) / temperature;
        Shape shape = input.Rank == 1 ? [] : [input.Size(0), .. input.Shape[2..]];
        Tensor losses = (student / temperature).LogSoftmax(1).Map(soft.LogSoftmax(1), default(LogDivergenceOp)).Sum(1);
        losses = losses.Reshape(shape) * (temperature * temperature);
        if (target is not null)
        {
            bool isClasses = !target.DType.IsFloatingPoint();
            ClassTargets.Check(input, target, null, isClasses, Name);
            if (isClasses)
            {
                ClassTargets.CheckRange(target.Detach().To(DType.Int64).Reshape(-1), student.Size(1), Name);
            }

            // None is passed over: a target that is not a class must be an error, for the teacher's part would count it.
            Tensor hard = CrossEntropy(logits, target, ignoreIndex: long.MinValue, reduction: LossReduction.None);
            losses = (losses * alpha) + (hard.To(compute) * (1 - alpha));
        }

        return LossOperands.Reduce(losses, reduction, result);
    }
}

/// <summary><see cref="Loss.Distillation"/> as a module of the student's logits, the teacher's logits and the targets.</summary>
/// <param name="temperature">The temperature, above 0.</param>
/// <param name="alpha">The teacher's share, 0 to 1.</param>
/// <param name="reduction">Whether the mean, the sum or the rows' losses themselves are returned.</param>
public sealed class DistillationLoss(double temperature = 2, double alpha = 0.5, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second, Tensor third) =>
        Loss.Distillation(first, second, third, temperature, alpha, reduction);
}
