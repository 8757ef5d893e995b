using DeepLearning.Layers;

namespace DeepLearning.Losses;

/// <summary>
/// A softmax over many classes of which few are frequent: the head decides among the frequent ones and clusters of the rest, each of which
/// has a projection of its own to fewer features. Grave et al., "Efficient softmax approximation for GPUs", 2017; PyTorch's
/// <c>nn.AdaptiveLogSoftmaxWithLoss</c>. Classes are sorted by how frequent they are, the most frequent first.
/// </summary>
public sealed class AdaptiveLogSoftmaxWithLoss : Module<Tensor, Tensor, (Tensor Output, Tensor Loss)>
{
    private readonly Linear _head;
    private readonly ModuleList<Sequential> _tail = [];
    private readonly int[] _cutoffs;

    /// <summary>Makes the layer.</summary>
    /// <param name="inFeatures">The length of the input's vectors.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="cutoffs">The classes at which the clusters begin, rising, from 1 to classes − 1.</param>
    /// <param name="divValue">By what factor each cluster has fewer features than the one before.</param>
    /// <param name="headBias">Whether the head has a bias.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The cutoffs do not rise, or leave 1 to classes − 1.</exception>
    public AdaptiveLogSoftmaxWithLoss(
        int inFeatures, int classCount, ReadOnlySpan<int> cutoffs, double divValue = 4.0, bool headBias = false,
        DType dtype = DType.Float32, Generator? generator = null)
    {
        OptionChecks.AtLeast(inFeatures, 1, nameof(AdaptiveLogSoftmaxWithLoss));
        OptionChecks.Positive(divValue, nameof(AdaptiveLogSoftmaxWithLoss));
        CheckCutoffs(cutoffs, classCount);
        (InFeatures, ClassCount, _cutoffs) = (inFeatures, classCount, [.. cutoffs, classCount]);
        _head = new Linear(inFeatures, cutoffs[0] + cutoffs.Length, headBias, dtype, generator);
        for (int i = 0; i < cutoffs.Length; i++)
        {
            int features = (int)Math.Floor(inFeatures / Math.Pow(divValue, i + 1));
            _tail.Add(new Sequential(
                new Linear(inFeatures, features, false, dtype, generator),
                new Linear(features, _cutoffs[i + 1] - _cutoffs[i], false, dtype, generator)));
        }
    }

    /// <summary>The length of the input's vectors.</summary>
    public int InFeatures { get; }

    /// <summary>The number of classes.</summary>
    public int ClassCount { get; }

    /// <inheritdoc/>
    protected internal override string Details => $"{InFeatures}→{ClassCount}, cutoffs [{string.Join(", ", _cutoffs[..^1])}]";

    /// <summary>The log-probability of each target, and their negative mean, the loss.</summary>
    /// <param name="first">The vectors, [N, in], or one, [in].</param>
    /// <param name="second">The classes, of an integer type, [N] or [].</param>
    /// <returns>The log-probabilities, [N] or [], and the loss, a zero-dimensional tensor.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="IndexException">A target is not a class.</exception>
    public override (Tensor Output, Tensor Loss) Forward(Tensor first, Tensor second)
    {
        LossOperands.CheckInteger("AdaptiveLogSoftmaxWithLoss", second, "target");
        Tensor rows = Rows(first), targets = second.Detach().To(DType.Int64).Reshape(-1);
        if (second.Rank != first.Rank - 1 || targets.Size(0) != rows.Size(0))
        {
            throw new ShapeException(
                $"AdaptiveLogSoftmaxWithLoss: a target {second.Shape} does not fit an input {first.Shape}; of [N, {InFeatures}] it is [N], "
                + $"of [{InFeatures}] it is [].");
        }

        targets = ClassTargets.CheckRange(targets, ClassCount, "AdaptiveLogSoftmaxWithLoss");
        Tensor head = _head.Forward(rows).LogSoftmax(1), places = targets, own = Tensor.Zeros(targets.Shape, head.DType, head.Device);
        for (int i = 0; i < _tail.Count; i++)
        {
            Tensor isHere = targets.GreaterOrEqual(_cutoffs[i]).LogicalAnd(targets.Less(_cutoffs[i + 1]));
            Tensor here = isHere.NonZero().Reshape(-1);
            places = places.MaskedFill(isHere, _cutoffs[0] + i);
            if (here.Count > 0)
            {
                Tensor inside = targets.IndexSelect(0, here) - _cutoffs[i];
                Tensor scores = _tail[i].Forward(rows.IndexSelect(0, here)).LogSoftmax(1);
                own = own.IndexAdd(0, here, scores.Gather(1, inside.Unsqueeze(1)).Squeeze(1));
            }
        }

        Tensor output = own + head.Gather(1, places.Unsqueeze(1)).Squeeze(1);
        Tensor loss = LossCounts.Report(-output.Mean(), targets.Count, LossReduction.Mean);
        return (first.Rank == 1 ? output.Squeeze(0) : output, loss);
    }

    /// <summary>The log-probabilities of all classes, [N, in] → [N, classes].</summary>
    /// <param name="input">The vectors.</param>
    public Tensor LogProbabilities(Tensor input)
    {
        Tensor rows = Rows(input), head = _head.Forward(rows).LogSoftmax(1);
        Tensor[] parts = new Tensor[_tail.Count + 1];
        parts[0] = head[.., .._cutoffs[0]];
        for (int i = 0; i < _tail.Count; i++)
        {
            parts[i + 1] = _tail[i].Forward(rows).LogSoftmax(1) + head.Narrow(1, _cutoffs[0] + i, 1);
        }

        Tensor all = Tensor.Cat(parts, 1);
        return input.Rank == 1 ? all.Squeeze(0) : all;
    }

    /// <summary>The most probable class of each vector, [N, in] → [N]; the rest is computed for those alone whose head says so.</summary>
    /// <param name="input">The vectors.</param>
    public Tensor Predict(Tensor input)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor rows = Rows(input), best = _head.Forward(rows).ArgMax(1);
        Tensor rest = best.GreaterOrEqual(_cutoffs[0]).NonZero().Reshape(-1);
        if (rest.Count > 0)
        {
            best = best.IndexCopy(0, rest, LogProbabilities(rows.IndexSelect(0, rest)).ArgMax(1));
        }

        return input.Rank == 1 ? best.Squeeze(0) : best;
    }

    private static void CheckCutoffs(ReadOnlySpan<int> cutoffs, int classes)
    {
        bool rise = cutoffs.Length > 0;
        for (int i = 0; i < cutoffs.Length; i++)
        {
            rise = rise && cutoffs[i] > (i == 0 ? 0 : cutoffs[i - 1]) && cutoffs[i] < classes;
        }

        if (!rise)
        {
            throw new ArgumentException(
                $"AdaptiveLogSoftmaxWithLoss: the cutoffs [{string.Join(", ", cutoffs.ToArray())}] are one or more classes from 1 to "
                + $"{classes - 1}, each greater than the one before.",
                nameof(cutoffs));
        }
    }

    private Tensor Rows(Tensor input)
    {
        LossOperands.CheckFloating("AdaptiveLogSoftmaxWithLoss", input, "input");
        return input.Rank is 1 or 2 && input.Size(-1) == InFeatures
            ? input.Rank == 2 ? input : input.Unsqueeze(0)
            : throw new ShapeException($"AdaptiveLogSoftmaxWithLoss: the input is [N, {InFeatures}] or [{InFeatures}], not {input.Shape}.");
    }
}
