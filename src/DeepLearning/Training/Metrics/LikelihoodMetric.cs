namespace DeepLearning.Training;

/// <summary>The mean of −log p of the true classes, or exp of it.</summary>
internal sealed class LikelihoodMetric(bool logits, bool isPerplexity, string name, long? ignoreIndex) : MeanMetric(name)
{
    private const double Least = 1.0 / (1L << 52);

    private readonly IgnoredTarget _ignored = new(ignoreIndex);

    public override bool? HigherIsBetter => false;

    public override double Value => isPerplexity ? Math.Exp(Mean) : Mean;

    internal override string Counting => $"logarithms of {(logits ? "logits" : "probabilities")}, {_ignored}";

    internal override void FollowLoss(long? ignoredTarget) => _ignored.Follow(ignoredTarget);

    public override void Update(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        bool areScores = predictions.Rank >= 2 && targets.Shape == new Shape([predictions.Size(0), .. predictions.Shape[2..]]);
        bool isBinary = !isPerplexity && !areScores && predictions.Rank > 0 && predictions.Shape == targets.Shape;
        if (!predictions.DType.IsFloatingPoint() || (!areScores && !isBinary))
        {
            throw new ShapeException(
                $"{Name}: predictions {predictions.Shape} of type {predictions.DType.Name()} and targets {targets.Shape} do not fit; the "
                + "predictions are scores [samples, classes, ..] and the targets class indices [samples, ..]"
                + (isPerplexity ? "." : ", or both are one number per sample."));
        }

        Tensor x = predictions.Detach().To(DType.Float64);
        long[] classes = targets.ToArray<long>();
        if (isBinary)
        {
            AddBinary(x.ToArray<double>(), classes);
            return;
        }

        // The class axis last, as rows.
        int[] order = [0, .. Enumerable.Range(2, x.Rank - 2), 1];
        Tensor rows = x.Permute(order).Reshape(-1, x.Size(1));
        AddRows((logits ? rows.LogSoftmax(1) : rows.Clamp(Least, 1).Log()).ToArray<double>(), classes, x.Size(1));
    }

    private void AddRows(double[] logarithms, long[] targets, int classes)
    {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == _ignored.Index)
            {
                continue;
            }

            if ((ulong)targets[i] >= (ulong)classes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(targets), targets[i], $"{Name}: the class {targets[i]} of sample {i} is outside 0 to {classes - 1}.");
            }

            sum -= logarithms[((long)i * classes) + targets[i]];
            count++;
        }

        Add(sum, count);
    }

    private void AddBinary(double[] predictions, long[] targets)
    {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == _ignored.Index)
            {
                continue;
            }

            if (targets[i] is not (0 or 1))
            {
                throw new ArgumentOutOfRangeException(nameof(targets), targets[i], $"{Name}: the target of sample {i} is neither 0 nor 1.");
            }

            double own = targets[i] == 1 ? predictions[i] : logits ? -predictions[i] : 1 - predictions[i];
            sum += logits
                ? Math.Max(-own, 0) + Math.Log(1 + Math.Exp(-Math.Abs(own)))
                : -Math.Log(Math.Clamp(own, Least, 1));
            count++;
        }

        Add(sum, count);
    }
}
