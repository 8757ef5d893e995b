namespace DeepLearning.Tokenizers.Patterns;

/// <summary>The ASCII characters that a match may begin with from a step on; too many rather than too few.</summary>
internal readonly record struct PatternBegin(ulong Low, ulong High)
{
    private const int MostSteps = 256;
    private const int MostSplits = 256;

    /// <summary>Every character.</summary>
    private static readonly PatternBegin Any = new(ulong.MaxValue, ulong.MaxValue);

    private bool Has(int c) => ((c < 64 ? Low : High) >> (c & 63) & 1) != 0;

    /// <summary>
    /// For each split of a program and each ASCII character that comes next, the step where the ways part that can begin so: the split
    /// itself where both can. Null for other steps, and where a program has very many splits.
    /// </summary>
    public static int[]?[] Shortcuts(PatternStep[] steps)
    {
        var shortcuts = new int[]?[steps.Length];
        if (steps.Count(static step => step.Op == PatternOp.Split) > MostSplits)
        {
            return shortcuts;
        }

        var begins = new (PatternBegin Into, PatternBegin Past)[steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            begins[i] = steps[i].Op == PatternOp.Split ? (Of(steps, steps[i].A), Of(steps, steps[i].B)) : default;
        }

        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].Op == PatternOp.Split)
            {
                var first = i;
                shortcuts[i] = [.. Enumerable.Range(0, 128).Select(c => Follow(steps, begins, first, c))];
            }
        }

        return shortcuts;
    }

    private static int Follow(PatternStep[] steps, (PatternBegin Into, PatternBegin Past)[] begins, int step, int c)
    {
        for (var count = 0; count < MostSplits; count++)
        {
            var (op, into, past) = (steps[step].Op, steps[step].A, steps[step].B);
            if (op == PatternOp.Jump || (op == PatternOp.Split && !begins[step].Past.Has(c)))
            {
                step = into;
            }
            else if (op == PatternOp.Split && !begins[step].Into.Has(c))
            {
                step = past;
            }
            else
            {
                break;
            }
        }

        return step;
    }

    private static PatternBegin Of(PatternStep[] steps, int step)
    {
        var (begin, seen) = (default(PatternBegin), new HashSet<(int, int)>());
        return Collect(steps, step, -1, ref begin, seen) ? begin : Any;
    }

    /// <summary>
    /// Adds what may come first from a step on; false where that may be nothing, or cannot be told. An inner part goes on at
    /// <paramref name="after"/> when it ends; −1 outside of one.
    /// </summary>
    private static bool Collect(PatternStep[] steps, int step, int after, ref PatternBegin begin, HashSet<(int, int)> seen)
    {
        if (!seen.Add((step, after)))
        {
            return true;
        }

        if (seen.Count > MostSteps)
        {
            return false;
        }

        var s = steps[step];
        switch (s.Op)
        {
            case PatternOp.Set:
                begin = begin.With(s.Set!);
                return true;
            case PatternOp.Run:
                begin = begin.With(s.Set!);
                return s.A > 0 || Collect(steps, step + 1, after, ref begin, seen);
            case PatternOp.Split:
                return Collect(steps, s.A, after, ref begin, seen) && Collect(steps, s.B, after, ref begin, seen);
            case PatternOp.Jump:
                return Collect(steps, s.A, after, ref begin, seen);
            case PatternOp.Assert:
                return Collect(steps, step + 1, after, ref begin, seen);
            case PatternOp.LookAhead or PatternOp.LookBehind:
                return Collect(steps, s.A, after, ref begin, seen);
            case PatternOp.Atomic when after < 0:
                return Collect(steps, step + 1, s.A, ref begin, seen);
            case PatternOp.End when after >= 0:
                return Collect(steps, after, -1, ref begin, seen);
            default:
                return false;
        }
    }

    private PatternBegin With(PatternSet set)
    {
        var (low, high) = (Low, High);
        for (var c = 0; c < 64; c++)
        {
            low |= set.Contains(c) ? 1UL << c : 0;
            high |= set.Contains(c + 64) ? 1UL << c : 0;
        }

        return new PatternBegin(low, high);
    }
}
