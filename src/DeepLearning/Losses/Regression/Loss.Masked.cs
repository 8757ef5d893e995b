using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// A loss of several tasks of which not every sample has every target: the losses of the targets that are there, whatever stands in the
    /// place of the others. The mean divides by their number, or by the sum of their tasks' weights.
    /// </summary>
    /// <example>
    /// <code>
    /// Tensor loss = Loss.Masked(predictions, targets, static (x, y) => Loss.Huber(x, y, reduction: LossReduction.None));
    /// </code>
    /// </example>
    /// <param name="input">The predictions, [.., tasks].</param>
    /// <param name="target">The targets, of the same shape.</param>
    /// <param name="loss">A loss of each element, without reduction, which sees vectors; the squared error when null.</param>
    /// <param name="mask">Which targets are there, of the same shape and bool; all that are not NaN when null.</param>
    /// <param name="taskWeights">A weight for each task, [tasks]; 1 when null.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned, 0 where a target is missing.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction. The mean of no targets is NaN, and its gradient
    /// 0.</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or the loss does not return one number for each element.</exception>
    public static Tensor Masked(
        Tensor input, Tensor target, Func<Tensor, Tensor, Tensor>? loss = null, Tensor? mask = null, Tensor? taskWeights = null,
        LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, taskWeights) = (cast.Of(input), cast.Of(target), cast.OrNull(taskWeights));
        const string Name = "Masked";
        PairLoss.Check(input, target, Name);
        LossOperands.CheckReduction(Name, reduction);
        Tensor there = mask?.Detach() ?? target.Detach().IsNaN().LogicalNot();
        if (there.DType != DType.Bool || there.Shape != input.Shape)
        {
            throw new ShapeException(
                $"{Name}: a mask {there.Shape} of type {there.DType.Name()} does not fit an input {input.Shape}; it has its shape and is "
                + "bool.");
        }

        if (taskWeights is not null && (input.Rank == 0 || taskWeights.Shape != input.Shape[^1..]))
        {
            throw new ShapeException($"{Name}: weights {taskWeights.Shape} of the tasks do not fit an input {input.Shape}: [tasks].");
        }

        DType result = PairLoss.ResultOf(input, target, null), compute = result.Compute();
        Tensor x = input.To(compute).MaskedSelect(there), y = target.To(compute).MaskedSelect(there);
        Tensor losses = loss is null ? MSE(x, y, LossReduction.None) : loss(x, y);
        if (losses.Shape != x.Shape)
        {
            throw new ShapeException(
                $"{Name}: the loss of {x.Count} targets is {losses.Shape}; it returns one number for each, unreduced.");
        }

        Tensor weights = taskWeights is null
            ? Tensor.OnesLike(x.Detach())
            : taskWeights.Detach().To(compute).Expand(input.Shape).MaskedSelect(there);
        losses = losses.To(compute) * weights;
        if (reduction == LossReduction.None)
        {
            return Tensor.Zeros(input.Shape, compute, input.Device).MaskedScatter(there, losses).To(result);
        }

        // The mean of nothing is NaN; its gradient is 0, which a division by 0 would not give.
        return reduction == LossReduction.Mean && x.Count == 0
            ? LossCounts.Convert(LossCounts.Report(losses.Sum() + double.NaN, 0, reduction), result)
            : LossOperands.ReduceWeighted(losses, weights, reduction, result);
    }
}

/// <summary><see cref="Loss.Masked"/> as a module; NaN stands for a target that is missing.</summary>
/// <param name="loss">A loss of each element, without reduction, which sees vectors; the squared error when null.</param>
/// <param name="taskWeights">A weight for each task, [tasks]; 1 when null.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned, 0 where a target is missing.</param>
public sealed class MaskedLoss(
    Func<Tensor, Tensor, Tensor>? loss = null, Tensor? taskWeights = null, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    [Buffer]
    private readonly Tensor? _taskWeights = taskWeights;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.Masked(first, second, loss, null, _taskWeights, reduction);
}
