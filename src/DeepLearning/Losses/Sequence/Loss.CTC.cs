using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// Connectionist temporal classification: −log of the probability that T steps of classes, with blanks and repetitions taken out, spell
    /// the labels. Graves, Fernández, Gomez and Schmidhuber, 2006. The input is normalized once more, which changes nothing but its
    /// rounding where it holds log-probabilities, and makes their gradient the one that PyTorch gives: softmax − expected counts.
    /// </summary>
    /// <param name="logProbabilities">The logarithms of the classes' probabilities, [T, N, C], or [T, C] of one sequence.</param>
    /// <param name="targets">The labels, of an integer type and none of them the blank: [N, S], of which the first ones of each row count,
    /// or all labels of all sequences one after the other; [S] of one sequence.</param>
    /// <param name="inputLengths">How many steps of each sequence count, 0 to T: [N], or one number of one sequence.</param>
    /// <param name="targetLengths">How many labels each sequence has: [N], or one number of one sequence.</param>
    /// <param name="blank">The class that stands for no label.</param>
    /// <param name="zeroInfinity">Whether the loss of labels that do not fit into the steps is 0 instead of infinite.</param>
    /// <param name="reduction">Whether the mean of the sequences' losses, each divided by its number of labels (by 1 where it has none), or
    /// their sum, or the losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or [N] (of one sequence: []) without reduction. The gradient of an infinite loss is 0.</returns>
    /// <exception cref="ShapeException">The shapes or the numbers of lengths and labels do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or too long, or the blank is not a class.</exception>
    /// <exception cref="IndexException">A label is not a class, or is the blank.</exception>
    public static Tensor CTC(
        Tensor logProbabilities, Tensor targets, Tensor inputLengths, Tensor targetLengths, int blank = 0, bool zeroInfinity = false,
        LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        logProbabilities = cast.Of(logProbabilities);
        LossOperands.CheckInteger("CTC", inputLengths, "tensor of input lengths");
        LossOperands.CheckInteger("CTC", targetLengths, "tensor of target lengths");
        return CTC(
            logProbabilities, targets, inputLengths.ToArray<int>(), targetLengths.ToArray<int>(), blank, zeroInfinity, reduction);
    }

    /// <inheritdoc cref="CTC(Tensor, Tensor, Tensor, Tensor, int, bool, LossReduction)"/>
    public static Tensor CTC(
        Tensor logProbabilities, Tensor targets, ReadOnlySpan<int> inputLengths, ReadOnlySpan<int> targetLengths, int blank = 0,
        bool zeroInfinity = false, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        logProbabilities = cast.Of(logProbabilities);
        LossOperands.CheckFloating("CTC", logProbabilities, "input");
        LossOperands.CheckReduction("CTC", reduction);
        CtcSequences sequences = CtcSequences.Of(logProbabilities, targets, inputLengths, targetLengths, blank);
        DType result = logProbabilities.DType;
        Tensor x = logProbabilities.To(result.Compute());
        Device device = x.Device;
        Tensor losses = Fused.Run(
            new CtcOp(blank),
            [
                (x.Rank == 2 ? x.Unsqueeze(1) : x).LogSoftmax(2).Contiguous(), sequences.Labels.To(device), sequences.Lengths.To(device),
            ]);
        if (zeroInfinity)
        {
            losses = losses.MaskedFill(losses.Detach().EqualTo(double.PositiveInfinity), 0.0);
        }

        if (reduction == LossReduction.Mean)
        {
            losses /= sequences.Lengths.To(device).Select(0, 1).Clamp(min: 1).To(losses.DType);
        }

        return LossOperands.Reduce(x.Rank == 2 ? losses.Squeeze(0) : losses, reduction, result);
    }
}

/// <summary><see cref="Loss.CTC(Tensor, Tensor, Tensor, Tensor, int, bool, LossReduction)"/> as a module.</summary>
/// <param name="blank">The class that stands for no label.</param>
/// <param name="zeroInfinity">Whether the loss of labels that do not fit into the steps is 0 instead of infinite.</param>
/// <param name="reduction">Whether the mean, the sum or the sequences' losses themselves are returned.</param>
public sealed class CTCLoss(int blank = 0, bool zeroInfinity = false, LossReduction reduction = LossReduction.Mean) : Module
{
    /// <summary>The loss.</summary>
    /// <param name="logProbabilities">The logarithms of the classes' probabilities, [T, N, C] or [T, C].</param>
    /// <param name="targets">The labels, [N, S], or all of all sequences one after the other.</param>
    /// <param name="inputLengths">How many steps of each sequence count, [N] or a number.</param>
    /// <param name="targetLengths">How many labels each sequence has, [N] or a number.</param>
    /// <returns>A zero-dimensional tensor, or the sequences' losses without reduction.</returns>
    public Tensor Forward(Tensor logProbabilities, Tensor targets, Tensor inputLengths, Tensor targetLengths) =>
        Loss.CTC(logProbabilities, targets, inputLengths, targetLengths, blank, zeroInfinity, reduction);
}
