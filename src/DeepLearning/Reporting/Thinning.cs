namespace DeepLearning.Reporting;

/// <summary>Chooses the points of a long curve that its picture needs.</summary>
internal static class Thinning
{
    // Columns of the picture are this wide, in its units.
    private const double Column = 1.5;

    /// <summary>
    /// The positions of the values to draw: all of a short curve; of a long one the first, least, greatest and last of every column. Values
    /// that cannot be shown are left out.
    /// </summary>
    public static List<int> Choose(Curve curve, Func<double, double> x, Func<double, bool> canShow)
    {
        List<int> chosen = [];
        Span<int> kept = stackalloc int[4];
        int count = curve.Values.Count;
        for (int start = 0; start < count;)
        {
            double column = Math.Floor(x(curve.StepOf(start)) / Column);
            int first = -1, least = -1, most = -1, last = -1, end = start;
            for (; end < count && Math.Floor(x(curve.StepOf(end)) / Column) == column; end++)
            {
                double value = curve.Values[end];
                if (canShow(value))
                {
                    first = first < 0 ? end : first;
                    least = least < 0 || value < curve.Values[least] ? end : least;
                    most = most < 0 || value > curve.Values[most] ? end : most;
                    last = end;
                }
            }

            if (first >= 0)
            {
                (kept[0], kept[1], kept[2], kept[3]) = (first, Math.Min(least, most), Math.Max(least, most), last);
                foreach (int at in kept)
                {
                    if (chosen.Count == 0 || chosen[^1] < at)
                    {
                        chosen.Add(at);
                    }
                }
            }

            start = end;
        }

        return chosen;
    }

    /// <summary>Whether a value between two others cannot be shown.</summary>
    public static bool HasGap(IReadOnlyList<double> values, int from, int to, Func<double, bool> canShow)
    {
        for (int i = from + 1; i < to; i++)
        {
            if (!canShow(values[i]))
            {
                return true;
            }
        }

        return false;
    }
}
