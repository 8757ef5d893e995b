namespace DeepLearning.Tokenizers.Patterns;

internal enum RepeatKind
{
    Greedy,
    Lazy,
    Possessive,
}

internal enum AssertKind
{
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    TextEndOrLastLine,
    WordEdge,
    NotWordEdge,
}

/// <summary>A part of a parsed pattern; the lengths are in code points, −1 for no limit.</summary>
internal abstract record PatternNode(int MinLength, int MaxLength);

internal sealed record SetNode(PatternSet Set) : PatternNode(1, 1);

internal sealed record SequenceNode(IReadOnlyList<PatternNode> Parts)
    : PatternNode(Parts.Sum(static p => p.MinLength), Parts.Any(static p => p.MaxLength < 0) ? -1 : Parts.Sum(static p => p.MaxLength));

internal sealed record ChoiceNode(IReadOnlyList<PatternNode> Options)
    : PatternNode(Options.Min(static o =>
        o.MinLength), Options.Any(static o => o.MaxLength < 0) ? -1 : Options.Max(static o => o.MaxLength));

internal sealed record RepeatNode(PatternNode Body, int Min, int Max, RepeatKind Kind)
    : PatternNode(Body.MinLength * Min, Max < 0 || Body.MaxLength < 0 ? -1 : Body.MaxLength * Max);

internal sealed record LookNode(PatternNode Body, bool Behind, bool Negative) : PatternNode(0, 0);

internal sealed record AtomicNode(PatternNode Body) : PatternNode(Body.MinLength, Body.MaxLength);

internal sealed record AssertNode(AssertKind Kind) : PatternNode(0, 0);
