namespace DeepLearning.Models;

/// <summary>What each anchor is matched with.</summary>
/// <param name="Indices">
/// The number of the true box of each anchor, int64 [anchors]; <see cref="Anchors.Background"/> where it matches none, and
/// <see cref="Anchors.Ignored"/> where it lies between the thresholds.
/// </param>
/// <param name="IoU">The greatest overlap of each anchor with any true box, [anchors]; 0 where there is no box.</param>
public sealed record AnchorMatches(Tensor Indices, Tensor IoU);

/// <summary>The boxes that a one-stage detector starts from, how they are matched with true ones, and the differences it learns.</summary>
public static class Anchors
{
    /// <summary>An anchor that matches no box.</summary>
    public const long Background = -1;

    /// <summary>An anchor that takes no part in the loss.</summary>
    public const long Ignored = -2;

    /// <summary>
    /// The anchors of a grid (Ren et al. 2015, "Faster R-CNN"; torchvision's <c>AnchorGenerator</c>): at each cell, for every ratio r and
    /// size s, a box of width s/√r and height s·√r around the cell's corner, the box rounded to whole numbers.
    /// </summary>
    /// <param name="gridHeight">The rows of cells.</param>
    /// <param name="gridWidth">The columns.</param>
    /// <param name="stride">The pixels of a cell's side.</param>
    /// <param name="sizes">The sizes, in pixels.</param>
    /// <param name="ratios">Height over width.</param>
    /// <returns>[rows · columns · ratios · sizes, 4], float32, row by row, the ratios before the sizes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or there is no size or ratio.</exception>
    public static Tensor Grid(int gridHeight, int gridWidth, int stride, ReadOnlySpan<double> sizes, ReadOnlySpan<double> ratios)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gridHeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gridWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        ArgumentOutOfRangeException.ThrowIfZero(sizes.Length, nameof(sizes));
        ArgumentOutOfRangeException.ThrowIfZero(ratios.Length, nameof(ratios));
        List<float> cell = [];
        foreach (double ratio in ratios)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ratio, nameof(ratios));
            foreach (double size in sizes)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(sizes));
                double width = size / Math.Sqrt(ratio), height = size * Math.Sqrt(ratio);
                cell.AddRange([(float)Math.Round(-width / 2), (float)Math.Round(-height / 2), (float)Math.Round(width / 2),
                    (float)Math.Round(height / 2)]);
            }
        }

        List<float> all = [];
        for (int row = 0; row < gridHeight; row++)
        {
            for (int column = 0; column < gridWidth; column++)
            {
                float x = column * stride, y = row * stride;
                for (int i = 0; i < cell.Count; i += 4)
                {
                    all.AddRange([cell[i] + x, cell[i + 1] + y, cell[i + 2] + x, cell[i + 3] + y]);
                }
            }
        }

        return Tensor.From(all.ToArray(), all.Count / 4, 4);
    }

    /// <summary>
    /// Matches anchors with the true boxes of an image. RetinaNet (Lin et al. 2017) takes 0.5 and 0.4: an anchor belongs to the box that it
    /// overlaps most if by at least the first, to the background if by less than the second, and is ignored between. An anchor that is the
    /// best of some box, however little it overlaps it, then also belongs to the box that it overlaps most itself. SSD, where every box
    /// gets an anchor of its own, matches by <see cref="MultiBox.Match"/>.
    /// </summary>
    /// <param name="anchors">[anchors, 4].</param>
    /// <param name="boxes">[boxes, 4]; may be none.</param>
    /// <param name="foreground">The least overlap that makes a match.</param>
    /// <param name="background">Below which overlap an anchor is background; at most the first.</param>
    /// <param name="matchEveryBox">Whether the best anchors of every box are matched.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The thresholds are not from 0 to 1, or the second is greater.</exception>
    public static AnchorMatches Match(
        Tensor anchors, Tensor boxes, double foreground = 0.5, double background = 0.4, bool matchEveryBox = true)
    {
        Boxes.Check(nameof(Match), anchors, nameof(anchors));
        Boxes.Check(nameof(Match), boxes, nameof(boxes));
        OptionChecks.Probability(foreground, nameof(Match));
        OptionChecks.Probability(background, nameof(Match));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(background, foreground);
        int count = anchors.Size(0);
        if (boxes.Rank == 2 && boxes.Size(0) == 0)
        {
            return new AnchorMatches(Tensor.Full([count], Background, device: anchors.Device),
                Tensor.Zeros([count], anchors.DType, anchors.Device));
        }

        using GradMode.Region none = GradMode.NoGrad();
        Tensor overlaps = Boxes.IoU(anchors, boxes);
        (Tensor best, Tensor indices) = overlaps.Max(1);
        Tensor matched = indices.MaskedFill(best.Less(foreground), Ignored).MaskedFill(best.Less(background), Background);
        if (matchEveryBox)
        {
            // An anchor that is the best of some box keeps the box that it overlaps most itself, as torchvision has it.
            Tensor isBest = overlaps.EqualTo(overlaps.Amax(0, keepDim: true)).LogicalAnd(overlaps.Greater(0)).Any(1);
            matched = Tensor.Where(isBest, indices, matched);
        }

        return new AnchorMatches(matched, best);
    }

    /// <summary>
    /// What a detector learns (Girshick et al. 2014, appendix C): the differences of the centers over the anchor's sides, and the
    /// logarithms of the quotients of the sides, each times its weight.
    /// </summary>
    /// <param name="boxes">True boxes, [.., 4].</param>
    /// <param name="anchors">As many anchors.</param>
    /// <param name="centerWeight">The weight of the centers; 10 in SSD.</param>
    /// <param name="sizeWeight">The weight of the sides; 5 in SSD.</param>
    /// <returns>[.., 4].</returns>
    /// <exception cref="ShapeException">The shapes differ, or do not end in four numbers.</exception>
    public static Tensor Encode(Tensor boxes, Tensor anchors, double centerWeight = 1, double sizeWeight = 1)
    {
        CheckSame(nameof(Encode), boxes, nameof(boxes), anchors);
        Tensor box = Boxes.Convert(boxes, BoxFormat.Corners, BoxFormat.CenterSize);
        Tensor anchor = Boxes.Convert(anchors, BoxFormat.Corners, BoxFormat.CenterSize), sides = anchor.Narrow(-1, 2, 2);
        return Tensor.Cat(
            [(box.Narrow(-1, 0, 2) - anchor.Narrow(-1, 0, 2)) / sides * centerWeight, (box.Narrow(-1, 2, 2) / sides).Log() * sizeWeight],
            -1);
    }

    /// <summary>
    /// The boxes that differences stand for: <see cref="Encode"/> the other way. Sides grow at most 62.5-fold, as torchvision has it.
    /// </summary>
    /// <param name="differences">[.., 4].</param>
    /// <param name="anchors">As many anchors.</param>
    /// <param name="centerWeight">The weight of the centers.</param>
    /// <param name="sizeWeight">The weight of the sides.</param>
    /// <returns>[.., 4], as corners.</returns>
    /// <exception cref="ShapeException">The shapes differ, or do not end in four numbers.</exception>
    public static Tensor Decode(Tensor differences, Tensor anchors, double centerWeight = 1, double sizeWeight = 1)
    {
        CheckSame(nameof(Decode), differences, nameof(differences), anchors);
        Tensor anchor = Boxes.Convert(anchors, BoxFormat.Corners, BoxFormat.CenterSize), sides = anchor.Narrow(-1, 2, 2);
        Tensor center = (differences.Narrow(-1, 0, 2) / centerWeight * sides) + anchor.Narrow(-1, 0, 2);
        Tensor size = (differences.Narrow(-1, 2, 2) / sizeWeight).Clamp(max: Math.Log(1000.0 / 16)).Exp() * sides;
        return Boxes.Convert(Tensor.Cat([center, size], -1), BoxFormat.CenterSize, BoxFormat.Corners);
    }

    private static void CheckSame(string name, Tensor first, string argument, Tensor anchors)
    {
        Boxes.Check(name, first, argument);
        Boxes.Check(name, anchors, nameof(anchors));
        if (first.Shape != anchors.Shape)
        {
            throw new ShapeException(
                $"{name}: {argument} {first.Shape} and anchors {anchors.Shape} differ; there must be one anchor for each.");
        }
    }
}
