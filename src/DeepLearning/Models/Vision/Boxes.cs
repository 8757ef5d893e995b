namespace DeepLearning.Models;

/// <summary>How four numbers describe a box.</summary>
public enum BoxFormat
{
    /// <summary>Left, top, right, bottom.</summary>
    Corners,

    /// <summary>Left, top, width, height.</summary>
    CornerSize,

    /// <summary>The center's x and y, width, height.</summary>
    CenterSize,
}

/// <summary>
/// Boxes, [.., 4]; where nothing else is said, as corners x₁, y₁, x₂, y₂ with x₁ ≤ x₂ and y₁ ≤ y₂. Names and results are those of
/// torchvision's <c>ops</c>.
/// </summary>
public static class Boxes
{
    /// <summary>The boxes in another format.</summary>
    /// <param name="boxes">[.., 4].</param>
    /// <param name="from">Their format.</param>
    /// <param name="to">The format wanted.</param>
    /// <exception cref="ShapeException">The last axis does not have four numbers.</exception>
    public static Tensor Convert(Tensor boxes, BoxFormat from, BoxFormat to)
    {
        Check(nameof(Convert), boxes, nameof(boxes));
        Tensor a = boxes.Narrow(-1, 0, 2), b = boxes.Narrow(-1, 2, 2);
        (Tensor least, Tensor size) = from switch
        {
            BoxFormat.Corners => (a, b - a),
            BoxFormat.CornerSize => (a, b),
            BoxFormat.CenterSize => (a - (b * 0.5), b),
            _ => throw new ArgumentOutOfRangeException(nameof(from), from, "Convert: this is none of the formats."),
        };
        return to switch
        {
            BoxFormat.Corners => Tensor.Cat([least, least + size], -1),
            BoxFormat.CornerSize => Tensor.Cat([least, size], -1),
            BoxFormat.CenterSize => Tensor.Cat([least + (size * 0.5), size], -1),
            _ => throw new ArgumentOutOfRangeException(nameof(to), to, "Convert: this is none of the formats."),
        };
    }

    /// <summary>Width times height.</summary>
    /// <param name="boxes">[.., 4].</param>
    /// <returns>[..].</returns>
    /// <exception cref="ShapeException">The last axis does not have four numbers.</exception>
    public static Tensor Area(Tensor boxes)
    {
        Check(nameof(Area), boxes, nameof(boxes));
        return (boxes.Select(-1, 2) - boxes.Select(-1, 0)) * (boxes.Select(-1, 3) - boxes.Select(-1, 1));
    }

    /// <summary>The parts of boxes that are inside an image.</summary>
    /// <param name="boxes">[.., 4].</param>
    /// <param name="height">The image's height.</param>
    /// <param name="width">The image's width.</param>
    /// <exception cref="ShapeException">The last axis does not have four numbers.</exception>
    public static Tensor Clip(Tensor boxes, double height, double width)
    {
        Check(nameof(Clip), boxes, nameof(boxes));
        return Tensor.Stack(
            [
                boxes.Select(-1, 0).Clamp(0, width), boxes.Select(-1, 1).Clamp(0, height), boxes.Select(-1, 2).Clamp(0, width),
                boxes.Select(-1, 3).Clamp(0, height),
            ],
            -1);
    }

    /// <summary>Intersection over union of every box of one set with every one of another.</summary>
    /// <param name="first">[n, 4].</param>
    /// <param name="second">[m, 4].</param>
    /// <returns>[n, m], from 0 to 1.</returns>
    /// <exception cref="ShapeException">A set is not [.., 4] of two axes.</exception>
    public static Tensor IoU(Tensor first, Tensor second)
    {
        (Tensor a, Tensor b) = Pairs(nameof(IoU), first, second);
        (Tensor intersection, Tensor union) = Overlap(a, b);
        return intersection / union;
    }

    /// <summary>
    /// Generalized intersection over union (Rezatofighi et al. 2019): IoU − (C − union)/C with the area C of the least box around both; of
    /// every box of one set with every one of another.
    /// </summary>
    /// <param name="first">[n, 4].</param>
    /// <param name="second">[m, 4].</param>
    /// <returns>[n, m], from −1 to 1.</returns>
    /// <exception cref="ShapeException">A set is not [.., 4] of two axes.</exception>
    public static Tensor GIoU(Tensor first, Tensor second)
    {
        (Tensor a, Tensor b) = Pairs(nameof(GIoU), first, second);
        return Generalized(a, b, 0);
    }

    /// <summary>1 − GIoU of each box with its own target, as a mean.</summary>
    /// <param name="input">[.., 4].</param>
    /// <param name="target">As many.</param>
    /// <param name="eps">Added to the areas that are divided by.</param>
    /// <returns>A zero-dimensional tensor.</returns>
    /// <exception cref="ShapeException">The shapes differ, or do not end in four numbers.</exception>
    public static Tensor GIoULoss(Tensor input, Tensor target, double eps = 1e-7)
    {
        Check(nameof(GIoULoss), input, nameof(input));
        Check(nameof(GIoULoss), target, nameof(target));
        if (input.Shape != target.Shape || input.Count == 0)
        {
            throw new ShapeException(
                $"GIoULoss: input {input.Shape} and target {target.Shape} do not fit; both must be the same [.., 4], with a box.");
        }

        return (1 - Generalized(input, target, eps)).Mean();
    }

    /// <summary>
    /// Non-maximum suppression: from the best score down, a box is kept if its intersection over union with none kept before is greater
    /// than the threshold.
    /// </summary>
    /// <param name="boxes">[n, 4].</param>
    /// <param name="scores">[n].</param>
    /// <param name="threshold">The overlap allowed, from 0 to 1.</param>
    /// <returns>The numbers of the boxes kept, best first, int64; of equal scores the one in front comes first.</returns>
    /// <exception cref="ShapeException">There is not one score for each box.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not from 0 to 1.</exception>
    public static Tensor NonMaximumSuppression(Tensor boxes, Tensor scores, double threshold)
    {
        CheckScores(nameof(NonMaximumSuppression), boxes, scores);
        OptionChecks.Probability(threshold, nameof(NonMaximumSuppression));
        double[] corners = boxes.Detach().To(DType.Float64).ToArray<double>(), each = scores.Detach().To(DType.Float64).ToArray<double>();
        int[] order = [.. Enumerable.Range(0, each.Length).OrderByDescending(i => each[i])];
        bool[] isGone = new bool[each.Length];
        List<long> kept = [];
        foreach (int best in order)
        {
            if (isGone[best])
            {
                continue;
            }

            kept.Add(best);
            foreach (int other in order)
            {
                isGone[other] |= Overlap(corners.AsSpan(4 * best, 4), corners.AsSpan(4 * other, 4)) > threshold;
            }
        }

        return Tensor.From([.. kept]).To(boxes.Device);
    }

    /// <summary>Non-maximum suppression in each class by itself; torchvision's <c>batched_nms</c>.</summary>
    /// <param name="boxes">[n, 4].</param>
    /// <param name="scores">[n].</param>
    /// <param name="classes">The class of each box, int64 [n].</param>
    /// <param name="threshold">The overlap allowed, from 0 to 1.</param>
    /// <returns>The numbers of the boxes kept, best first, int64.</returns>
    /// <exception cref="ShapeException">There is not one score and one class for each box.</exception>
    public static Tensor NonMaximumSuppression(Tensor boxes, Tensor scores, Tensor classes, double threshold)
    {
        CheckScores(nameof(NonMaximumSuppression), boxes, scores);
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Shape != scores.Shape)
        {
            throw new ShapeException(
                $"NonMaximumSuppression: classes {classes.Shape} do not fit; they must be {scores.Shape}, one for each box.");
        }

        long[] of = classes.To(DType.Int64).ToArray<long>();
        double[] each = scores.Detach().To(DType.Float64).ToArray<double>();
        List<long> kept = [];
        foreach (IGrouping<long, int> group in Enumerable.Range(0, of.Length).GroupBy(i => of[i]))
        {
            long[] members = [.. group.Select(static i => (long)i)];
            Tensor rows = Tensor.From(members).To(boxes.Device);
            Tensor best = NonMaximumSuppression(boxes.IndexSelect(0, rows), scores.IndexSelect(0, rows), threshold);
            kept.AddRange(best.ToArray<long>().Select(i => members[i]));
        }

        return Tensor.From([.. kept.OrderByDescending(i => each[i]).ThenBy(static i => i)]).To(boxes.Device);
    }

    internal static void Check(string name, Tensor boxes, string argument)
    {
        ArgumentNullException.ThrowIfNull(boxes, argument);
        if (boxes.Rank == 0 || boxes.Size(-1) != 4)
        {
            throw new ShapeException($"{name}: {argument} {boxes.Shape} do not fit; they must be [.., 4].");
        }

        if (!boxes.DType.IsFloatingPoint())
        {
            throw new DTypeException($"{name}: {argument} are of a floating-point type, not {boxes.DType.Name()}.");
        }
    }

    private static void CheckScores(string name, Tensor boxes, Tensor scores)
    {
        Check(name, boxes, nameof(boxes));
        ArgumentNullException.ThrowIfNull(scores);
        if (boxes.Rank != 2 || scores.Rank != 1 || scores.Size(0) != boxes.Size(0))
        {
            throw new ShapeException($"{name}: boxes {boxes.Shape} and scores {scores.Shape} do not fit; they must be [n, 4] and [n].");
        }
    }

    private static (Tensor First, Tensor Second) Pairs(string name, Tensor first, Tensor second)
    {
        Check(name, first, nameof(first));
        Check(name, second, nameof(second));
        if (first.Rank != 2 || second.Rank != 2)
        {
            throw new ShapeException($"{name}: first {first.Shape} and second {second.Shape} do not fit; they must be [n, 4] and [m, 4].");
        }

        return (first.Unsqueeze(1), second.Unsqueeze(0));
    }

    private static (Tensor Intersection, Tensor Union) Overlap(Tensor a, Tensor b)
    {
        Tensor size = (a.Narrow(-1, 2, 2).Minimum(b.Narrow(-1, 2, 2)) - a.Narrow(-1, 0, 2).Maximum(b.Narrow(-1, 0, 2))).Clamp(min: 0);
        Tensor intersection = size.Select(-1, 0) * size.Select(-1, 1);
        return (intersection, Area(a) + Area(b) - intersection);
    }

    private static Tensor Generalized(Tensor a, Tensor b, double eps)
    {
        (Tensor intersection, Tensor union) = Overlap(a, b);
        Tensor size = a.Narrow(-1, 2, 2).Maximum(b.Narrow(-1, 2, 2)) - a.Narrow(-1, 0, 2).Minimum(b.Narrow(-1, 0, 2));
        Tensor around = size.Select(-1, 0) * size.Select(-1, 1);
        return (intersection / (union + eps)) - ((around - union) / (around + eps));
    }

    private static double Overlap(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double width = Math.Max(Math.Min(a[2], b[2]) - Math.Max(a[0], b[0]), 0),
            height = Math.Max(Math.Min(a[3], b[3]) - Math.Max(a[1], b[1]), 0);
        double intersection = width * height;
        double union = ((a[2] - a[0]) * (a[3] - a[1])) + ((b[2] - b[0]) * (b[3] - b[1])) - intersection;
        return intersection > 0 ? intersection / union : 0;
    }
}
