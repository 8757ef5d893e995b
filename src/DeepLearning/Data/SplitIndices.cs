namespace DeepLearning.Data;

/// <summary>The positions of the parts into which splits and folds divide a set, without overlap.</summary>
internal static class SplitIndices
{
    /// <summary>Fractions may miss 1 by this much: thirds and tenths are not exact.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>
    /// Sizes of parts with given shares; what rounding down leaves goes to the largest remainders, and a part that would be empty gets a
    /// sample of the largest.
    /// </summary>
    public static int[] Counts(int total, ReadOnlySpan<double> fractions, string operation)
    {
        double sum = 0;
        foreach (double fraction in fractions)
        {
            if (!(fraction > 0 && fraction <= 1 + Tolerance))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"{operation}: the fraction {fraction} is not above 0 and at most 1."), nameof(fractions));
            }

            sum += fraction;
        }

        if (!(Math.Abs(sum - 1) <= Tolerance))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{operation}: the fractions add up to {sum}, not to 1; add one for the rest of the samples."),
                nameof(fractions));
        }

        int[] counts = new int[fractions.Length];
        double[] missing = new double[fractions.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            double exact = total * (fractions[i] / sum);
            // 0.29 · 100 is a little less than 29.
            counts[i] = (int)Math.Floor(exact + 1e-9);
            missing[i] = counts[i] - exact;
        }

        int left = total - counts.Sum();
        foreach (int i in RandomOrder.Identity(counts.Length).OrderBy(i => missing[i]).Take(left))
        {
            counts[i]++;
        }

        if (total < counts.Length)
        {
            throw new ArgumentException(
                $"{operation}: {counts.Length} shares of {total} samples leave a part empty; give the sizes as whole numbers if that "
                + "is meant.",
                nameof(fractions));
        }

        for (int empty = Array.IndexOf(counts, 0); empty >= 0; empty = Array.IndexOf(counts, 0))
        {
            counts[Array.IndexOf(counts, counts.Max())]--;
            counts[empty]++;
        }

        return counts;
    }

    /// <summary>Parts of given sizes, at random.</summary>
    public static int[][] AtRandom(int total, ReadOnlySpan<int> counts, Generator? generator, string operation)
    {
        CheckCounts(total, counts, operation);
        return Cut(RandomOrder.Permutation(total, generator ?? Generator.Default), counts);
    }

    /// <summary>Parts of given sizes, at random, with the classes of the labels in proportion.</summary>
    public static int[][] Stratified<TLabel>(
        int total, IReadOnlyList<TLabel> labels, ReadOnlySpan<int> counts, Generator? generator, string operation)
        where TLabel : notnull
    {
        int[] classes = Classes.Of(labels, out int classCount);
        if (classes.Length != total)
        {
            throw new ArgumentException($"{operation}: {classes.Length} labels for {total} samples.", nameof(labels));
        }

        CheckCounts(total, counts, operation);
        generator ??= Generator.Default;
        List<int>[] members = new List<int>[classCount];
        for (int c = 0; c < classCount; c++)
        {
            members[c] = [];
        }

        foreach (int position in RandomOrder.Permutation(total, generator))
        {
            members[classes[position]].Add(position);
        }

        // Which classes are rounded up where is a matter of chance too.
        RandomOrder.Shuffle<List<int>>(members, generator);
        int[] sizes = Array.ConvertAll(members, static m => m.Count);
        int[,] shares = ControlledRounding.Round(sizes, counts);
        int[][] parts = new int[counts.Length][];
        int[] taken = new int[classCount];
        for (int part = 0; part < parts.Length; part++)
        {
            List<int> chosen = new(counts[part]);
            for (int c = 0; c < classCount; c++)
            {
                chosen.AddRange(members[c].GetRange(taken[c], shares[c, part]));
                taken[c] += shares[c, part];
            }

            parts[part] = [.. chosen];
            RandomOrder.Shuffle<int>(parts[part], generator);
        }

        return parts;
    }

    /// <summary>The validation parts of cross-validation.</summary>
    public static int[][] Folds(int total, int folds, bool shuffle, Generator? generator)
    {
        int[] counts = FoldSizes(total, folds, nameof(Datasets.KFold));
        int[] order = shuffle ? RandomOrder.Permutation(total, generator ?? Generator.Default) : RandomOrder.Identity(total);
        return Cut(order, counts);
    }

    /// <summary>The validation parts of cross-validation, with the classes of the labels in proportion.</summary>
    public static int[][] StratifiedFolds<TLabel>(int total, IReadOnlyList<TLabel> labels, int folds, Generator? generator)
        where TLabel : notnull
    {
        int[] counts = FoldSizes(total, folds, nameof(Datasets.StratifiedKFold));
        return Stratified(total, labels, counts, generator, nameof(Datasets.StratifiedKFold));
    }

    private static int[] FoldSizes(int total, int folds, string operation)
    {
        if (folds < 2 || folds > total)
        {
            throw new ArgumentOutOfRangeException(
                nameof(folds), $"{operation}: {folds} folds of {total} samples; give 2 to as many as there are samples.");
        }

        int[] counts = new int[folds];
        for (int i = 0; i < folds; i++)
        {
            counts[i] = (total / folds) + (i < total % folds ? 1 : 0);
        }

        return counts;
    }

    private static void CheckCounts(int total, ReadOnlySpan<int> counts, string operation)
    {
        long sum = 0;
        foreach (int count in counts)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(counts));
            sum += count;
        }

        if (sum != total)
        {
            throw new ArgumentException(
                $"{operation}: the parts {Shape.Format(counts)} have {sum} samples together, the set has {total}.", nameof(counts));
        }
    }

    private static int[][] Cut(int[] order, ReadOnlySpan<int> counts)
    {
        int[][] parts = new int[counts.Length][];
        for (int i = 0, start = 0; i < parts.Length; start += counts[i], i++)
        {
            parts[i] = order[start..(start + counts[i])];
        }

        return parts;
    }
}
