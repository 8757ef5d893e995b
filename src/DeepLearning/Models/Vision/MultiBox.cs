using DeepLearning.Losses;

namespace DeepLearning.Models;

/// <summary>What a one-stage detector has to say of an image.</summary>
/// <param name="Differences">From each anchor to its true box, encoded, [anchors, 4]; 0 where it has none.</param>
/// <param name="Classes">The class of each anchor, int64 [anchors]; 0 is the background.</param>
public sealed record MultiBoxTargets(Tensor Differences, Tensor Classes);

/// <summary>The parts of a detector's loss, zero-dimensional, each over the number of anchors that have a box.</summary>
/// <param name="Boxes">The smooth L1 distance of the differences of anchors that have a box.</param>
/// <param name="Classes">The cross-entropy of those anchors and of the hardest others.</param>
public sealed record MultiBoxLoss(Tensor Boxes, Tensor Classes)
{
    /// <summary>The sum, which is minimized.</summary>
    public Tensor Total => Boxes + Classes;
}

/// <summary>The boxes found in an image, the surest first.</summary>
/// <param name="Boxes">Their corners, [found, 4].</param>
/// <param name="Scores">Their probabilities, [found].</param>
/// <param name="Classes">Their classes, from 1, int64 [found].</param>
public sealed record Detections(Tensor Boxes, Tensor Scores, Tensor Classes);

/// <summary>
/// What SSD adds to its network (Liu et al. 2016, "SSD: single shot multibox detector"): which anchor answers for which box, the loss with
/// mined negatives, and how its answers become boxes. Class 0 is the background, as in torchvision's <c>SSD</c>.
/// </summary>
public static class MultiBox
{
    /// <summary>
    /// Matches anchors with the true boxes of an image. First every box gets an anchor of its own: of all pairs the one that overlaps most
    /// is taken, its anchor and its box are set aside, and so on, so that two boxes with the same best anchor get one each. Then every
    /// other anchor belongs to the box that it overlaps most if by at least the threshold.
    /// </summary>
    /// <param name="anchors">[anchors, 4].</param>
    /// <param name="boxes">[boxes, 4]; may be none.</param>
    /// <param name="threshold">The least overlap that makes a match.</param>
    /// <returns>
    /// The matches; a box overlapped by no anchor that is still free has none of its own. Of pairs that overlap as much the one with the
    /// first anchor, and of its the first box, is taken.
    /// </returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not from 0 to 1.</exception>
    public static AnchorMatches Match(Tensor anchors, Tensor boxes, double threshold = 0.5)
    {
        AnchorMatches free = Anchors.Match(anchors, boxes, threshold, threshold, matchEveryBox: false);
        if (boxes.Size(0) == 0 || anchors.Size(0) == 0)
        {
            return free;
        }

        using GradMode.Region none = GradMode.NoGrad();
        int width = boxes.Size(0);
        double[] overlaps = Boxes.IoU(anchors, boxes).To(DType.Float64).ToArray<double>();
        int[] pairs = [.. Enumerable.Range(0, overlaps.Length).Where(i => overlaps[i] > 0).OrderByDescending(i => overlaps[i])];
        long[] indices = free.Indices.ToArray<long>();
        bool[] hasAnchor = new bool[width], isTaken = new bool[indices.Length];
        int left = Math.Min(width, indices.Length);
        foreach (int pair in pairs)
        {
            if (left == 0)
            {
                break;
            }

            (int anchor, int box) = (pair / width, pair % width);
            if (!hasAnchor[box] && !isTaken[anchor])
            {
                (hasAnchor[box], isTaken[anchor], indices[anchor]) = (true, true, box);
                left--;
            }
        }

        return free with { Indices = Tensor.From(indices).To(anchors.Device) };
    }

    /// <summary>What a network has to answer for an image.</summary>
    /// <param name="anchors">[anchors, 4].</param>
    /// <param name="boxes">The true boxes, [boxes, 4]; may be none.</param>
    /// <param name="classes">Their classes, from 1, int64 [boxes].</param>
    /// <param name="threshold">The least overlap that makes a match.</param>
    /// <param name="centerWeight">The weight of the centers in the differences.</param>
    /// <param name="sizeWeight">The weight of the sides.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentException">A class is below 1, or a box has no area.</exception>
    public static MultiBoxTargets Targets(
        Tensor anchors, Tensor boxes, Tensor classes, double threshold = 0.5, double centerWeight = 10, double sizeWeight = 5)
    {
        Boxes.Check(nameof(Targets), boxes, nameof(boxes));
        ArgumentNullException.ThrowIfNull(classes);
        if (boxes.Rank != 2 || classes.Rank != 1 || classes.Size(0) != boxes.Size(0))
        {
            throw new ShapeException(
                $"Targets: boxes {boxes.Shape} and classes {classes.Shape} do not fit; they must be [boxes, 4] and [boxes].");
        }

        if (classes.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException($"Targets: classes are of int64 or int32, not {classes.DType.Name()}.");
        }

        using GradMode.Region none = GradMode.NoGrad();
        if (classes.Less(1).Any().Item<bool>())
        {
            throw new ArgumentException("Targets: a class is below 1; 0 is the background, which has no boxes.", nameof(classes));
        }

        Tensor sides = boxes.Narrow(1, 2, 2) - boxes.Narrow(1, 0, 2);
        if (sides.Greater(0).LogicalNot().Any().Item<bool>())
        {
            throw new ArgumentException(
                "Targets: a box has no area; its corners are left, top, right, bottom, the right ones greater.", nameof(boxes));
        }

        Tensor matches = Match(anchors, boxes, threshold).Indices, isBackground = matches.Less(0);
        if (boxes.Size(0) == 0)
        {
            return new MultiBoxTargets(Tensor.ZerosLike(anchors), Tensor.Zeros(matches.Shape, DType.Int64, anchors.Device));
        }

        Tensor own = matches.Clamp(min: 0);
        Tensor differences = Anchors.Encode(boxes.IndexSelect(0, own), anchors, centerWeight, sizeWeight);
        return new MultiBoxTargets(
            differences.MaskedFill(isBackground.Unsqueeze(1), 0),
            classes.To(DType.Int64).IndexSelect(0, own).MaskedFill(isBackground, 0L));
    }

    /// <summary>
    /// The loss of a batch: smooth L1 of the differences where an anchor has a box, and cross-entropy there and, per image, at those others
    /// whose cross-entropy is greatest, at most <paramref name="negatives"/> times as many as have a box. Both are divided by the number of
    /// anchors of the batch that have a box, or by 1 where none has.
    /// </summary>
    /// <param name="differences">What the network says of the boxes, [batch, anchors, 4].</param>
    /// <param name="logits">What it says of the classes, [batch, anchors, 1 + classes].</param>
    /// <param name="targetDifferences">Those of <see cref="Targets"/>, [batch, anchors, 4].</param>
    /// <param name="targetClasses">Those of <see cref="Targets"/>, [batch, anchors].</param>
    /// <param name="negatives">How many anchors of the background are taken for one that has a box.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of negatives is negative.</exception>
    public static MultiBoxLoss Loss(
        Tensor differences, Tensor logits, Tensor targetDifferences, Tensor targetClasses, double negatives = 3)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targetDifferences);
        ArgumentNullException.ThrowIfNull(targetClasses);
        ArgumentOutOfRangeException.ThrowIfNegative(negatives);
        if (differences.Rank != 3 || differences.Size(2) != 4 || targetDifferences.Shape != differences.Shape)
        {
            throw new ShapeException(
                $"Loss: differences {differences.Shape} and targetDifferences {targetDifferences.Shape} do not fit; both must be "
                + "[batch, anchors, 4].");
        }

        int batch = differences.Size(0), anchors = differences.Size(1);
        if (logits.Rank != 3 || logits.Size(0) != batch || logits.Size(1) != anchors || targetClasses.Rank != 2
            || targetClasses.Size(0) != batch || targetClasses.Size(1) != anchors)
        {
            throw new ShapeException(
                $"Loss: logits {logits.Shape} and targetClasses {targetClasses.Shape} do not fit differences {differences.Shape}; they "
                + $"must be [{batch}, {anchors}, 1 + classes] and [{batch}, {anchors}].");
        }

        Tensor hasBox = targetClasses.Greater(0);
        Tensor count = hasBox.To(DType.Int64).Sum().Clamp(min: 1).To(differences.DType);
        Tensor boxes = Losses.Loss.SmoothL1(differences, targetDifferences, reduction: LossReduction.None)
            .MaskedFill(hasBox.LogicalNot().Unsqueeze(2), 0).Sum() / count;
        Tensor entropy = Losses.Loss.CrossEntropy(
            logits.Flatten(0, 1), targetClasses.Flatten(), reduction: LossReduction.None).Unflatten(0, batch, anchors);
        Tensor counted;
        using (GradMode.NoGrad())
        {
            Tensor most = (hasBox.To(DType.Int64).Sum(1, keepDim: true).To(DType.Float64) * negatives).Floor().To(DType.Int64);
            Tensor places = entropy.Detach().MaskedFill(hasBox, double.NegativeInfinity).ArgSort(1, descending: true).ArgSort(1);
            counted = hasBox.LogicalOr(places.Less(most));
        }

        return new MultiBoxLoss(boxes, entropy.MaskedFill(counted.LogicalNot(), 0).Sum() / count);
    }

    /// <summary>
    /// The boxes that a network's answers for an image stand for: decoded and cut off at the image's edges; of each class those that are
    /// sure enough, the surest of them, without those that overlap a surer one of the class; and of all classes the surest.
    /// </summary>
    /// <param name="differences">What the network says of the boxes, [anchors, 4].</param>
    /// <param name="logits">What it says of the classes, [anchors, 1 + classes].</param>
    /// <param name="anchors">[anchors, 4].</param>
    /// <param name="height">The image's height.</param>
    /// <param name="width">The image's width.</param>
    /// <param name="scoreThreshold">The probability that a box must exceed.</param>
    /// <param name="overlapThreshold">The overlap allowed between two boxes of a class.</param>
    /// <param name="candidates">The most boxes of a class that are looked at.</param>
    /// <param name="maxDetections">The most boxes that are given.</param>
    /// <param name="centerWeight">The weight of the centers in the differences.</param>
    /// <param name="sizeWeight">The weight of the sides.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is not from 0 to 1, or a number is not positive.</exception>
    public static Detections Detect(
        Tensor differences, Tensor logits, Tensor anchors, double height, double width, double scoreThreshold = 0.01,
        double overlapThreshold = 0.45, int candidates = 400, int maxDetections = 200, double centerWeight = 10, double sizeWeight = 5)
    {
        ArgumentNullException.ThrowIfNull(logits);
        OptionChecks.Probability(scoreThreshold, nameof(Detect));
        OptionChecks.Probability(overlapThreshold, nameof(Detect));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(candidates);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxDetections);
        using GradMode.Region none = GradMode.NoGrad();
        Tensor boxes = Boxes.Clip(
            Anchors.Decode(differences, anchors, centerWeight, sizeWeight), height, width);
        if (boxes.Rank != 2 || logits.Rank != 2 || logits.Size(0) != boxes.Size(0) || logits.Size(1) < 2)
        {
            throw new ShapeException(
                $"Detect: differences {differences.Shape} and logits {logits.Shape} do not fit; they must be [anchors, 4] and "
                + "[anchors, 1 + classes].");
        }

        Tensor probabilities = logits.Softmax(1);
        List<Tensor> rows = [], scores = [], classes = [];
        for (int label = 1; label < logits.Size(1); label++)
        {
            Tensor of = probabilities.Select(1, label);
            Tensor sure = of.Greater(scoreThreshold).NonZero().Select(1, 0);
            Tensor order = of.IndexSelect(0, sure).ArgSort(descending: true);
            Tensor kept = sure.IndexSelect(0, order.Narrow(0, 0, Math.Min(candidates, order.Size(0))));
            rows.Add(kept);
            scores.Add(of.IndexSelect(0, kept));
            classes.Add(Tensor.Full([kept.Size(0)], (long)label, device: kept.Device));
        }

        Tensor all = Tensor.Cat([.. rows]), score = Tensor.Cat([.. scores]), kind = Tensor.Cat([.. classes]);
        Tensor best = Boxes.NonMaximumSuppression(boxes.IndexSelect(0, all), score, kind, overlapThreshold);
        best = best.Narrow(0, 0, Math.Min(maxDetections, best.Size(0)));
        return new Detections(
            boxes.IndexSelect(0, all.IndexSelect(0, best)), score.IndexSelect(0, best), kind.IndexSelect(0, best));
    }
}
