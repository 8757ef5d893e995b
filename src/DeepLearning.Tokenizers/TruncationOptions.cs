namespace DeepLearning.Tokenizers;

/// <summary>Which end of a text is cut off.</summary>
public enum TruncationDirection
{
    /// <summary>The end goes.</summary>
    Right,

    /// <summary>The beginning goes.</summary>
    Left,
}

/// <summary>Which text of a pair is cut.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer one, until both are as long; then both.</summary>
    LongestFirst,

    /// <summary>The first alone.</summary>
    OnlyFirst,

    /// <summary>The second alone.</summary>
    OnlySecond,
}

/// <summary>How long an encoding may be, special tokens included.</summary>
public sealed record TruncationOptions
{
    /// <summary>The most tokens.</summary>
    public int MaxLength { get; init; } = 512;

    /// <summary>Which text of a pair is cut.</summary>
    public TruncationStrategy Strategy { get; init; }

    /// <summary>How many tokens each overflowing part repeats of the one before it.</summary>
    public int Stride { get; init; }

    /// <summary>Which end is cut off.</summary>
    public TruncationDirection Direction { get; init; }

    internal void Apply(TokenEncoding first, TokenEncoding? second, int added)
    {
        var max = MaxLength - added;
        if (max < 0)
        {
            throw new TokenizerException($"Truncation: a length of {MaxLength} has no room for {added} special tokens.");
        }

        var excess = first.Length + (second?.Length ?? 0) - max;
        if (excess <= 0)
        {
            return;
        }

        if (max == 0)
        {
            first.Truncate(0, Stride, Direction);
            second?.Truncate(0, Stride, Direction);
            return;
        }

        if (Strategy != TruncationStrategy.LongestFirst)
        {
            var target = Strategy == TruncationStrategy.OnlyFirst
                ? first
                : second ?? throw new TokenizerException("Truncation: OnlySecond, and there is no second text.");
            if (target.Length <= excess)
            {
                throw new TokenizerException($"Truncation: {Strategy} would have to cut {excess} tokens of {target.Length}.");
            }

            target.Truncate(target.Length - excess, Stride, Direction);
        }
        else if (second is null)
        {
            first.Truncate(max, Stride, Direction);
        }
        else
        {
            var (one, two) = Lengths(first.Length, second.Length, max);
            first.Truncate(one, Stride, Direction);
            second.Truncate(two, Stride, Direction);
        }
    }

    private static (int First, int Second) Lengths(int first, int second, int max)
    {
        var shorter = Math.Min(first, second);
        var longer = shorter > max ? shorter : Math.Max(shorter, max - shorter);
        if (shorter + longer > max)
        {
            shorter = max / 2;
            longer = shorter + (max % 2);
        }

        return first > second ? (longer, shorter) : (shorter, longer);
    }
}

/// <summary>On which side of a text padding stands.</summary>
public enum PaddingDirection
{
    /// <summary>Behind the text.</summary>
    Right,

    /// <summary>Before the text.</summary>
    Left,
}

/// <summary>How encodings are made equally long.</summary>
public sealed record PaddingOptions
{
    /// <summary>The length; null for the longest of a batch.</summary>
    public int? Length { get; init; }

    /// <summary>On which side padding stands.</summary>
    public PaddingDirection Direction { get; init; }

    /// <summary>The length is rounded up to a multiple of it; null or 0 for none.</summary>
    public int? PadToMultipleOf { get; init; }

    /// <summary>The id of padding.</summary>
    public int PadId { get; init; }

    /// <summary>The type id of padding.</summary>
    public int PadTypeId { get; init; }

    /// <summary>The token of padding.</summary>
    public string PadToken { get; init; } = "[PAD]";

    internal void Apply(IReadOnlyList<TokenEncoding> encodings)
    {
        if (encodings.Count == 0)
        {
            return;
        }

        var length = Length ?? encodings.Max(static e => e.Length);
        if (PadToMultipleOf is > 0 and var multiple && length % multiple != 0)
        {
            length += multiple - (length % multiple);
        }

        foreach (var encoding in encodings)
        {
            encoding.Pad(length, this);
        }
    }
}
