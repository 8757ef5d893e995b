namespace DeepLearning.Tokenizers.Patterns;

internal enum PatternOp
{
    Set,
    Run,
    Split,
    Jump,
    Atomic,
    LookAhead,
    LookBehind,
    Assert,
    End,
}

/// <summary>
/// One step of a compiled pattern. <c>A</c> and <c>B</c> are places in the program or numbers, as the step needs: a split tries A, then
/// B; a run takes A to B characters of the set; atomic and look-around steps run from the next step to their end and go on at A.
/// </summary>
internal readonly record struct PatternStep(PatternOp Op, int A = 0, int B = 0, PatternSet? Set = null, RepeatKind Kind = RepeatKind.Greedy,
    bool Negative = false);

/// <summary>Compiles a parsed pattern into steps.</summary>
internal sealed class PatternCompiler(string pattern)
{
    private const int MaxSteps = 20_000;

    private readonly List<PatternStep> _steps = [];

    public static PatternStep[] Compile(string pattern)
    {
        var compiler = new PatternCompiler(pattern);
        compiler.Add(new PatternParser(pattern).Parse());
        compiler.Emit(new PatternStep(PatternOp.End));
        return [.. compiler._steps];
    }

    private int Emit(PatternStep step)
    {
        if (_steps.Count == MaxSteps)
        {
            throw new TokenizerException(
                $"Pattern '{pattern[..Math.Min(pattern.Length, 80)]}': more than {MaxSteps} steps; repeats of repeats grow.");
        }

        _steps.Add(step);
        return _steps.Count - 1;
    }

    private void Add(PatternNode node)
    {
        switch (node)
        {
            case SetNode set:
                Emit(new PatternStep(PatternOp.Set, Set: set.Set));
                break;
            case SequenceNode sequence:
                foreach (var part in sequence.Parts)
                {
                    Add(part);
                }

                break;
            case ChoiceNode choice:
                AddChoice(choice);
                break;
            case AssertNode assert:
                Emit(new PatternStep(PatternOp.Assert, (int)assert.Kind));
                break;
            case AtomicNode atomic:
                AddInner(PatternOp.Atomic, atomic.Body, 0, negative: false);
                break;
            case LookNode { Behind: false } look:
                AddInner(PatternOp.LookAhead, look.Body, 0, look.Negative);
                break;
            case LookNode look:
                AddBehind(look);
                break;
            case RepeatNode repeat:
                AddRepeat(repeat);
                break;
        }
    }

    private void AddChoice(ChoiceNode choice)
    {
        var jumps = new List<int>();
        for (var i = 0; i < choice.Options.Count; i++)
        {
            if (i == choice.Options.Count - 1)
            {
                Add(choice.Options[i]);
                break;
            }

            var split = Emit(default);
            Add(choice.Options[i]);
            jumps.Add(Emit(default));
            _steps[split] = new PatternStep(PatternOp.Split, split + 1, _steps.Count);
        }

        foreach (var jump in jumps)
        {
            _steps[jump] = new PatternStep(PatternOp.Jump, _steps.Count);
        }
    }

    private void AddInner(PatternOp op, PatternNode body, int length, bool negative)
    {
        var start = Emit(default);
        Add(body);
        Emit(new PatternStep(PatternOp.End));
        _steps[start] = new PatternStep(op, _steps.Count, length, Negative: negative);
    }

    private void AddBehind(LookNode look)
    {
        var options = look.Body is ChoiceNode choice ? choice.Options : [look.Body];
        if (look.Negative)
        {
            foreach (var option in options)
            {
                AddInner(PatternOp.LookBehind, option, option.MinLength, negative: true);
            }

            return;
        }

        var jumps = new List<int>();
        for (var i = 0; i < options.Count; i++)
        {
            var split = i == options.Count - 1 ? -1 : Emit(default);
            AddInner(PatternOp.LookBehind, options[i], options[i].MinLength, negative: false);
            if (split >= 0)
            {
                jumps.Add(Emit(default));
                _steps[split] = new PatternStep(PatternOp.Split, split + 1, _steps.Count);
            }
        }

        foreach (var jump in jumps)
        {
            _steps[jump] = new PatternStep(PatternOp.Jump, _steps.Count);
        }
    }

    private void AddRepeat(RepeatNode repeat)
    {
        var body = repeat.Body is SequenceNode { Parts.Count: 1 } one ? one.Parts[0] : repeat.Body;
        if (body is SetNode set && repeat.Kind != RepeatKind.Lazy)
        {
            Emit(new PatternStep(PatternOp.Run, repeat.Min, repeat.Max < 0 ? int.MaxValue : repeat.Max, set.Set, repeat.Kind));
            return;
        }

        if (repeat.Kind == RepeatKind.Possessive)
        {
            AddInner(PatternOp.Atomic, repeat with { Kind = RepeatKind.Greedy }, 0, negative: false);
            return;
        }

        for (var i = 0; i < repeat.Min; i++)
        {
            Add(body);
        }

        if (repeat.Max < 0)
        {
            var split = Emit(default);
            Add(body);
            Emit(new PatternStep(PatternOp.Jump, split));
            _steps[split] = Branch(split + 1, _steps.Count, repeat.Kind);
            return;
        }

        var splits = new List<int>();
        for (var i = repeat.Min; i < repeat.Max; i++)
        {
            splits.Add(Emit(default));
            Add(body);
        }

        foreach (var split in splits)
        {
            _steps[split] = Branch(split + 1, _steps.Count, repeat.Kind);
        }
    }

    private static PatternStep Branch(int into, int past, RepeatKind kind) => kind == RepeatKind.Lazy
        ? new PatternStep(PatternOp.Split, past, into)
        : new PatternStep(PatternOp.Split, into, past);
}
