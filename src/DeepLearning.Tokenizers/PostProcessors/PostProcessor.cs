using DeepLearning.Tokenizers.Files;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.PostProcessors;

/// <summary>Adds special tokens and joins pairs. The kinds are those of <c>tokenizer.json</c>.</summary>
public abstract class PostProcessor
{
    private protected PostProcessor()
    {
    }

    /// <summary>How many tokens are added to a text or a pair.</summary>
    /// <param name="isPair">Whether there are two texts.</param>
    /// <returns>The count.</returns>
    public abstract int AddedTokens(bool isPair);

    /// <summary>The part as it is written in <c>tokenizer.json</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => ComponentWriter.Print(this, ComponentWriter.Write);

    internal abstract List<TokenEncoding> Process(List<TokenEncoding> encodings, bool addSpecialTokens);

    internal static TokenEncoding Finish(PostProcessor? processor, TokenEncoding first, TokenEncoding? second, bool addSpecialTokens)
    {
        List<TokenEncoding> encodings = second is null ? [first] : [first, second];
        for (var i = 0; i < encodings.Count; i++)
        {
            if (processor is null && second is null)
            {
                break;
            }

            encodings[i].SetSequence(i);
            encodings[i].SetTypeIds(i);
            foreach (var part in encodings[i].OverflowingList)
            {
                part.SetSequence(i);
                if (processor is null)
                {
                    part.SetTypeIds(i);
                }
            }
        }

        return TokenEncoding.Merge(processor?.Process(encodings, addSpecialTokens) ?? encodings);
    }
}

/// <summary>Several one after the other: <c>Sequence</c>.</summary>
/// <param name="processors">The parts in order.</param>
public sealed class PostProcessorSequence(params IReadOnlyList<PostProcessor> processors) : PostProcessor
{
    /// <summary>The parts in order.</summary>
    public IReadOnlyList<PostProcessor> Processors { get; } = [.. processors];

    /// <inheritdoc/>
    public override int AddedTokens(bool isPair) => Processors.Sum(p => p.AddedTokens(isPair));

    internal override List<TokenEncoding> Process(List<TokenEncoding> encodings, bool addSpecialTokens) =>
        Processors.Aggregate(encodings, (current, processor) => processor.Process(current, addSpecialTokens));
}

/// <summary>BERT's: <c>[CLS] A [SEP] B [SEP]</c>: <c>BertProcessing</c>.</summary>
/// <param name="separator">The separator and its id.</param>
/// <param name="classifier">The token that begins a text, and its id.</param>
public sealed class BertProcessing((string Token, int Id) separator, (string Token, int Id) classifier) : PostProcessor
{
    /// <summary>The separator and its id.</summary>
    public (string Token, int Id) Separator { get; } = separator;

    /// <summary>The token that begins a text, and its id.</summary>
    public (string Token, int Id) Classifier { get; } = classifier;

    /// <inheritdoc/>
    public override int AddedTokens(bool isPair) => isPair ? 3 : 2;

    internal override List<TokenEncoding> Process(List<TokenEncoding> encodings, bool addSpecialTokens) => addSpecialTokens
        ? [.. encodings.Select((encoding, i) => Framing.Around(encoding, i, i == 0 ? Classifier : null, Separator, i == 0 ? 0 : 1))]
        : encodings;
}

/// <summary>RoBERTa's: <c>&lt;s&gt; A &lt;/s&gt;&lt;/s&gt; B &lt;/s&gt;</c>: <c>RobertaProcessing</c>.</summary>
/// <param name="separator">The separator and its id.</param>
/// <param name="classifier">The token that begins a text, and its id.</param>
/// <param name="trimOffsets">Whether offsets leave the white space of a token out.</param>
/// <param name="addPrefixSpace">Whether the pre-tokenizer puts a space before a text.</param>
public sealed class RobertaProcessing((string Token, int Id) separator, (string Token, int Id) classifier, bool trimOffsets = true,
    bool addPrefixSpace = true) : PostProcessor
{
    /// <summary>The separator and its id.</summary>
    public (string Token, int Id) Separator { get; } = separator;

    /// <summary>The token that begins a text, and its id.</summary>
    public (string Token, int Id) Classifier { get; } = classifier;

    /// <summary>Whether offsets leave the white space of a token out.</summary>
    public bool TrimOffsets { get; } = trimOffsets;

    /// <summary>Whether the pre-tokenizer puts a space before a text.</summary>
    public bool AddPrefixSpace { get; } = addPrefixSpace;

    /// <inheritdoc/>
    public override int AddedTokens(bool isPair) => isPair ? 4 : 2;

    internal override List<TokenEncoding> Process(List<TokenEncoding> encodings, bool addSpecialTokens)
    {
        foreach (var encoding in encodings)
        {
            if (TrimOffsets)
            {
                ByteLevelProcessing.Trim(encoding, AddPrefixSpace);
            }

            encoding.SetTypeIds(0);
            if (addSpecialTokens)
            {
                encoding.OverflowingList.ForEach(static part => part.SetTypeIds(0));
            }
        }

        return addSpecialTokens
            ? [.. encodings.Select((encoding, i) => Framing.Around(encoding, i, i == 0 ? Classifier : Separator, Separator, 0))]
            : encodings;
    }
}

/// <summary>Offsets that leave the white space of tokens out: <c>ByteLevel</c>.</summary>
/// <param name="addPrefixSpace">Whether the pre-tokenizer puts a space before a text.</param>
/// <param name="trimOffsets">Whether offsets are trimmed.</param>
/// <param name="useRegex">Kept for the file.</param>
public sealed class ByteLevelProcessing(bool addPrefixSpace = true, bool trimOffsets = true, bool useRegex = true) : PostProcessor
{
    /// <summary>Whether the pre-tokenizer puts a space before a text.</summary>
    public bool AddPrefixSpace { get; } = addPrefixSpace;

    /// <summary>Whether offsets are trimmed.</summary>
    public bool TrimOffsets { get; } = trimOffsets;

    /// <summary>Kept for the file.</summary>
    public bool UseRegex { get; } = useRegex;

    /// <inheritdoc/>
    public override int AddedTokens(bool isPair) => 0;

    internal override List<TokenEncoding> Process(List<TokenEncoding> encodings, bool addSpecialTokens)
    {
        for (var i = 0; i < encodings.Count; i++)
        {
            if (TrimOffsets)
            {
                Trim(encodings[i], AddPrefixSpace);
            }

            encodings[i].SetSequence(i);
        }

        return encodings;
    }

    internal static void Trim(TokenEncoding encoding, bool addPrefixSpace)
    {
        (int Start, int End) Map(int index, string token, (int Start, int End) offsets, string text) =>
            Trimmed(index, token, offsets, text, addPrefixSpace);

        encoding.MapOffsets(Map);
        encoding.OverflowingList.ForEach(part => part.MapOffsets(Map));
    }

    private static (int Start, int End) Trimmed(int index, string token, (int Start, int End) offsets, string text, bool addPrefixSpace)
    {
        var (leading, trailing) = (0, 0);
        while (leading < token.Length && IsSpace(token[leading]))
        {
            leading++;
        }

        while (trailing < token.Length && IsSpace(token[^(trailing + 1)]))
        {
            trailing++;
        }

        var (start, end) = offsets;
        if (leading > 0)
        {
            // The one space that was put before the text is not a part of it already.
            leading = addPrefixSpace && leading == 1 && (index == 0 || start == 0) ? 0 : leading;
            for (; leading > 0 && start < end; leading--)
            {
                CodePoints.At(text, start, out var length);
                start += length;
            }
        }

        for (; trailing > 0 && end > start; trailing--)
        {
            CodePoints.Before(text, end, out var length);
            end -= length;
        }

        return (start, end);
    }

    private static bool IsSpace(char c) => c == 'Ġ' || CodePoints.IsWhiteSpace(c);
}

/// <summary>Special tokens around one text.</summary>
internal static class Framing
{
    public static TokenEncoding Around(TokenEncoding encoding, int sequence, (string Token, int Id)? before, (string Token,
        int Id) after, int typeId)
    {
        encoding.ClearMasks();
        encoding.OverflowingList.ForEach(static part => part.ClearMasks());
        var parts = new List<TokenEncoding>();
        if (before is { } first)
        {
            parts.Add(TokenEncoding.Special([first.Id], [first.Token], 0));
        }

        encoding.SetSequence(sequence);
        encoding.OverflowingList.ForEach(part => part.SetSequence(sequence));
        parts.Add(encoding);
        parts.Add(TokenEncoding.Special([after.Id], [after.Token], typeId));
        return TokenEncoding.Merge(parts);
    }
}
