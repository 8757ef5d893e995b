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

/// <summary>
/// The losses [N]. Inputs: log-probabilities [T, N, C]; labels with blanks around each [N, 2·S + 1], and how many steps
/// and labels count [2, N] (int64).
/// </summary>
file readonly record struct CtcOp(int Blank) : IFusedOp
{
    public static int Differentiable => 1;

    public string Name => "CTC";

    public void Describe(OperationAttributes attributes) => attributes.Add("blank", Blank);

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        // In double precision, as in the kernel: the paths' logarithms grow with their length, and their differences count.
        Tensor x = inputs[0]!.To(DType.Float64), labels = inputs[1]!;
        Tensor steps = inputs[2]!.Select(0, 0).Unsqueeze(1), ends = inputs[2]!.Select(0, 1).Unsqueeze(1) * 2;
        int states = labels.Shape[1], length = x.Shape[0];
        Tensor never = Tensor.Full([x.Shape[1], states], double.NegativeInfinity, x.DType, x.Device);
        Tensor place = Tensor.Arange(0, states, dtype: DType.Int64, device: x.Device);
        Tensor before = Tensor.Cat([labels[.., ..Math.Min(2, states)], labels[.., ..Math.Max(states - 2, 0)]], 1);
        Tensor mayJump = labels.NotEqualTo(Blank).LogicalAnd(labels.NotEqualTo(before));
        // Before the first step a path stands at the first state as a rule, from where it may stay or go on by one.
        Tensor paths = Tensor.Where(place.EqualTo(0).Expand(never.Shape), Tensor.ZerosLike(never), never);
        for (int step = 0; step < length; step++)
        {
            Tensor one = Later(paths, 1, never), two = Tensor.Where(mayJump, Later(paths, 2, never), never);
            Tensor next = Tensor.Stack([paths, one, two], 0).LogSumExp(0) + x.Select(0, step).Gather(1, labels);
            paths = Tensor.Where(steps.Greater(step), next, paths);
        }

        // A path ends at the last blank or at the last label, which without labels is the same state.
        Tensor last = paths.Gather(1, ends), label = paths.Gather(1, (ends - 1).Clamp(min: 0));
        label = label.MaskedFill(ends.EqualTo(0), double.NegativeInfinity);
        return -Tensor.Cat([last, label], 1).LogSumExp(1).To(inputs[0]!.DType);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!.Detach(), labels = inputs[1]!;
        int count = x.Shape[1];
        Tensor losses = Tensor.Allocate([count], x.DType, x.Device);
        Tensor paths = Tensor.Allocate([count, x.Shape[0], labels.Shape[1]], DType.Float64, x.Device);
        Tensor exact = Tensor.Allocate([count], DType.Float64, x.Device);
        if (!x.Backend.TryCtc(x, labels, inputs[2]!, Blank, losses, exact, paths))
        {
            return null;
        }

        (kept.First, kept.Second) = (paths, exact);
        return losses;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor x = node.Input(0), dx = Tensor.Zeros(x.Shape, x.DType, x.Device);
        if (!x.Backend.TryCtcBackward(
            x, node.Input(1), node.Input(2), Blank, node.Kept(0), node.Kept(1), gradient.Contiguous(), dx))
        {
            return false;
        }

        gradients[0] = dx;
        return true;
    }

    /// <summary>The paths as they arrive some states later.</summary>
    private static Tensor Later(Tensor paths, int states, Tensor never)
    {
        int kept = Math.Max(paths.Shape[1] - states, 0);
        return kept == 0 ? never : Tensor.Cat([never[.., ..states], paths[.., ..kept]], 1);
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
