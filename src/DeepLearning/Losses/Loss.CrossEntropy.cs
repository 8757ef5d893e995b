using DeepLearning.Backends;
using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// Cross-entropy of logits: −w[t] · log softmax(x)[t] for a class t; or −Σ w[c] · y[c] · log softmax(x)[c] for probabilities y. With
    /// label
    /// smoothing s, the target becomes (1 − s) · y + s / C. The mean over class targets divides by the sum of their weights.
    /// </summary>
    /// <param name="input">The logits, [N, C], [N, C, d₁, …] or [C].</param>
    /// <param name="target">Classes 0 to C − 1 of an integer type, [N], [N, d₁, …] or []; or probabilities of the input's shape and a
    /// floating-point type.</param>
    /// <param name="weight">A weight for each class, [C]; 1 when null.</param>
    /// <param name="ignoreIndex">A class target that does not count.</param>
    /// <param name="labelSmoothing">The share s of the target that is spread over all classes, 0 to 1.</param>
    /// <param name="reduction">Whether the mean, the sum or the losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the class targets' shape without reduction.</returns>
    /// <exception cref="ShapeException">The target's or the weight's shape does not fit.</exception>
    /// <exception cref="IndexException">A target is no class.</exception>
    public static Tensor CrossEntropy(
        Tensor input, Tensor target, Tensor? weight = null, long ignoreIndex = -100, double labelSmoothing = 0,
        LossReduction reduction = LossReduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        if (!(labelSmoothing is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, "CrossEntropy: labelSmoothing is from 0 to 1.");
        }

        bool isClasses = !target.DType.IsFloatingPoint();
        ClassTargets.Check(input, target, weight, isClasses, "CrossEntropy");
        if (input.DType.Compute() is var compute && compute != input.DType)
        {
            Tensor wanted = isClasses ? target : target.To(compute);
            return LossCounts.Convert(
                CrossEntropy(input.To(compute), wanted, weight, ignoreIndex, labelSmoothing, reduction), input.DType);
        }

        Tensor rows = ClassTargets.Rows(input);
        weight = weight?.Detach().To(input.DType).Contiguous();
        if (!isClasses)
        {
            return OfProbabilities(input, rows, ClassTargets.Rows(target), weight, labelSmoothing, reduction);
        }

        Tensor classes = target.Detach().To(DType.Int64).Reshape(-1).Contiguous();
        return OfClasses(rows.Contiguous(), classes, weight, ignoreIndex, labelSmoothing, reduction, target.Shape);
    }

    private static Tensor OfClasses(
        Tensor rows, Tensor classes, Tensor? weight, long ignoreIndex, double smoothing, LossReduction reduction, Shape shape)
    {
        int count = rows.Shape[0];
        Tensor losses = Tensor.Allocate([count], rows.DType, rows.Device), rowWeights = Tensor.EmptyLike(losses);
        Tensor logSums = Tensor.Allocate([2, count], rows.DType, rows.Device);
        rows.Backend.CrossEntropy(rows, classes, weight, ignoreIndex, smoothing, losses, logSums, rowWeights);
        Tensor? divisor = reduction == LossReduction.Mean ? rowWeights.Sum() : null;
        Tensor result = reduction switch
        {
            LossReduction.Mean => losses.Sum() / divisor!,
            LossReduction.Sum => losses.Sum(),
            _ => losses.Reshape(shape),
        };
        Recording.Of(
            new CrossEntropyOperation(rows, classes, weight, logSums, divisor, reduction, ignoreIndex, smoothing), result, rows);

        return LossCounts.IsCollecting
            ? LossCounts.Report(result, (divisor ?? rowWeights.Sum()).Item<double>(), reduction, ignoreIndex)
            : result;
    }

    private static Tensor OfProbabilities(
        Tensor input, Tensor rows, Tensor target, Tensor? weight, double smoothing, LossReduction reduction)
    {
        Tensor wanted = smoothing == 0 ? target : (target * (1 - smoothing)) + (smoothing / rows.Shape[1]);
        Tensor losses = -ClassTargets.LogSoftmax(rows).Map(weight is null ? wanted : wanted * weight, default(WeighedOp)).Sum(1);
        return reduction == LossReduction.None
            ? losses.Reshape(input.Rank == 1 ? [] : [input.Shape[0], .. input.Shape[2..]])
            : PairLoss.Reduce(losses, reduction);
    }

    private readonly struct CrossEntropyOperation(
        Tensor rows, Tensor classes, Tensor? weight, Tensor logSums, Tensor? divisor, LossReduction reduction, long ignoreIndex, double smoothing) : IOperation
    {
        public string Name => "CrossEntropy";

        public void Describe(OperationAttributes attributes) => attributes.Operand(classes).Operand(weight)
            .Add("reduction", reduction.ToString()).Add("ignore_index", ignoreIndex).Add("label_smoothing", smoothing);

        public Node CreateNode() => new CrossEntropyNode(rows, classes, weight, logSums, divisor, ignoreIndex, smoothing);
    }

    private sealed class CrossEntropyNode : Node
    {
        private readonly Tensor? _divisor;
        private readonly long _ignoreIndex;
        private readonly double _smoothing;

        public CrossEntropyNode(
            Tensor rows, Tensor classes, Tensor? weight, Tensor logSums, Tensor? divisor, long ignoreIndex, double smoothing)
        {
            (_divisor, _ignoreIndex, _smoothing) = (divisor, ignoreIndex, smoothing);
            if (weight is null)
            {
                Save(rows, classes, logSums);
            }
            else
            {
                Save([rows, classes, logSums, weight]);
            }
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor rows = Saved(0), classes = Saved(1), logSums = Saved(2);
            Tensor? weight = HasSaved(3) ? Saved(3) : null;
            int count = rows.Shape[0];
            if (GradMode.Enabled && _divisor is not null && !classes.NotEqualTo(_ignoreIndex).Any().Item<bool>())
            {
                // The mean of nothing changes with nothing, in any order.
                gradients[0] = Tensor.ZerosLike(rows);
                return;
            }

            Tensor share = _divisor is null ? gradient : gradient / _divisor;
            Tensor each = share.Rank == 0 ? share.Expand(count) : share.Reshape(count);
            if (GradMode.Enabled)
            {
                gradients[0] = Traceable(rows, classes, weight, logSums, each);
                return;
            }

            Tensor dx = Tensor.Allocate(rows.Layout, rows.DType, rows.Device);
            rows.Backend.CrossEntropyBackward(rows, logSums, classes, weight, _ignoreIndex, _smoothing, each, dx);
            gradients[0] = dx;
        }

        private Tensor Traceable(Tensor rows, Tensor classes, Tensor? weight, Tensor logSums, Tensor each)
        {
            (Tensor own, Tensor uniform, Tensor valid) = Backend.CrossEntropyTargets(rows, classes, weight, _ignoreIndex);
            Tensor wanted = (own * (1 - _smoothing)) + (uniform * (_smoothing / rows.Shape[1]));
            // The saved peaks are constants: they only keep the exponentials small. Rows left out may hold anything, NaN included.
            Tensor ignored = valid.LogicalNot();
            Tensor exponentials = (rows.MaskedFill(ignored, 0.0) - logSums[0].Reshape(-1, 1).MaskedFill(ignored, 0.0)).Exp();
            Tensor probabilities = exponentials / exponentials.Sum(1, keepDim: true);
            return each.Reshape(-1, 1) * ((probabilities * wanted.Sum(1, keepDim: true)) - wanted);
        }
    }
}

/// <summary><see cref="Loss.CrossEntropy"/> as a module.</summary>
/// <param name="weight">A weight for each class, [C]; 1 when null.</param>
/// <param name="ignoreIndex">A class target that does not count.</param>
/// <param name="labelSmoothing">The share of the target that is spread over all classes, 0 to 1.</param>
/// <param name="reduction">Whether the mean, the sum or the losses themselves are returned.</param>
public sealed class CrossEntropyLoss(
    Tensor? weight = null, long ignoreIndex = -100, double labelSmoothing = 0, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor>
{
    [Buffer]
    private readonly Tensor? _weight = weight;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) =>
        Loss.CrossEntropy(first, second, _weight, ignoreIndex, labelSmoothing, reduction);
}
