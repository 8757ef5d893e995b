using System.Text;
using DeepLearning.Tokenizers.Files;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Patterns;
using DeepLearning.Tokenizers.PreTokenizers;
using DeepLearning.Tokenizers.Text;

namespace DeepLearning.Tokenizers.Decoders;

/// <summary>Makes text of tokens. The kinds are those of <c>tokenizer.json</c>.</summary>
public abstract class Decoder
{
    private protected Decoder()
    {
    }

    /// <summary>The text of tokens.</summary>
    /// <param name="tokens">The tokens in order.</param>
    /// <returns>The text.</returns>
    public string Decode(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return string.Concat(Chain([.. tokens]));
    }

    /// <summary>The part as it is written in <c>tokenizer.json</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => ComponentWriter.Print(this, ComponentWriter.Write);

    internal abstract List<string> Chain(List<string> tokens);
}

/// <summary>Several one after the other: <c>Sequence</c>.</summary>
/// <param name="decoders">The parts in order.</param>
public sealed class DecoderSequence(params IReadOnlyList<Decoder> decoders) : Decoder
{
    /// <summary>The parts in order.</summary>
    public IReadOnlyList<Decoder> Decoders { get; } = [.. decoders];

    internal override List<string> Chain(List<string> tokens) =>
        Decoders.Aggregate(tokens, static (current, decoder) => decoder.Chain(current));
}

/// <summary>A suffix that ends words becomes a space: <c>BPEDecoder</c>.</summary>
/// <param name="suffix">The suffix.</param>
public sealed class BpeDecoder(string suffix = "</w>") : Decoder
{
    /// <summary>The suffix.</summary>
    public string Suffix { get; } = suffix ?? throw new ArgumentNullException(nameof(suffix));

    internal override List<string> Chain(List<string> tokens) =>
        [.. tokens.Select((token, i) => TextReplace.All(token, Suffix, i == tokens.Count - 1 ? "" : " "))];
}

/// <summary>The bytes that characters of the byte alphabet stand for: <c>ByteLevel</c>.</summary>
/// <param name="addPrefixSpace">Kept for the file.</param>
/// <param name="trimOffsets">Kept for the file.</param>
/// <param name="useRegex">Kept for the file.</param>
public sealed class ByteLevelDecoder(bool addPrefixSpace = true, bool trimOffsets = true, bool useRegex = true) : Decoder
{
    /// <summary>Kept for the file.</summary>
    public bool AddPrefixSpace { get; } = addPrefixSpace;

    /// <summary>Kept for the file.</summary>
    public bool TrimOffsets { get; } = trimOffsets;

    /// <summary>Kept for the file.</summary>
    public bool UseRegex { get; } = useRegex;

    internal override List<string> Chain(List<string> tokens) => [ByteAlphabet.Decode(tokens)];
}

/// <summary>WordPiece's: a prefix continues a word, anything else begins one: <c>WordPiece</c>.</summary>
/// <param name="prefix">The prefix.</param>
/// <param name="cleanup">Whether spaces before punctuation and contractions go.</param>
public sealed class WordPieceDecoder(string prefix = "##", bool cleanup = true) : Decoder
{
    /// <summary>The prefix.</summary>
    public string Prefix { get; } = prefix ?? throw new ArgumentNullException(nameof(prefix));

    /// <summary>Whether spaces before punctuation and contractions go.</summary>
    public bool Cleanup { get; } = cleanup;

    internal override List<string> Chain(List<string> tokens) => [.. tokens.Select((token, i) =>
    {
        var text = i == 0 ? token : token.StartsWith(Prefix, StringComparison.Ordinal) ? token[Prefix.Length..] : " " + token;
        return Cleanup ? TextReplace.CleanUp(text) : text;
    })];
}

/// <summary>A mark becomes a space: <c>Metaspace</c>.</summary>
/// <param name="replacement">The mark.</param>
/// <param name="prependScheme">Whether a mark was put before the text; then the first token's goes.</param>
/// <param name="split">Kept for the file.</param>
public sealed class MetaspaceDecoder(string replacement = "▁", PrependScheme prependScheme = PrependScheme.Always,
    bool split = true) : Decoder
{
    /// <summary>The mark.</summary>
    public string Replacement { get; } = OneCharacter.Check(replacement, nameof(MetaspaceDecoder), nameof(replacement));

    /// <summary>Whether a mark was put before the text.</summary>
    public PrependScheme PrependScheme { get; } = prependScheme;

    /// <summary>Kept for the file.</summary>
    public bool Split { get; } = split;

    internal override List<string> Chain(List<string> tokens) => [.. tokens.Select((token, i) =>
        TextReplace.All(token, Replacement, i == 0 && PrependScheme != PrependScheme.Never ? "" : " "))];
}

/// <summary>Connectionist temporal classification: repeats and padding go: <c>CTC</c>.</summary>
/// <param name="padToken">The blank.</param>
/// <param name="wordDelimiterToken">What becomes a space.</param>
/// <param name="cleanup">Whether spaces before punctuation and contractions go, and delimiters become spaces.</param>
public sealed class CtcDecoder(string padToken = "<pad>", string wordDelimiterToken = "|", bool cleanup = true) : Decoder
{
    /// <summary>The blank.</summary>
    public string PadToken { get; } = padToken ?? throw new ArgumentNullException(nameof(padToken));

    /// <summary>What becomes a space.</summary>
    public string WordDelimiterToken { get; } = wordDelimiterToken ?? throw new ArgumentNullException(nameof(wordDelimiterToken));

    /// <summary>Whether spaces before punctuation and contractions go, and delimiters become spaces.</summary>
    public bool Cleanup { get; } = cleanup;

    internal override List<string> Chain(List<string> tokens)
    {
        var texts = new List<string>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i > 0 && tokens[i] == tokens[i - 1])
            {
                continue;
            }

            var text = TextReplace.All(tokens[i], PadToken, "");
            if (Cleanup)
            {
                text = TextReplace.All(TextReplace.CleanUp(text), WordDelimiterToken, " ");
            }

            if (text.Length > 0)
            {
                texts.Add(text);
            }
        }

        return texts;
    }
}

/// <summary>Writes a text in the place of each match: <c>Replace</c>.</summary>
/// <param name="pattern">What is looked for.</param>
/// <param name="content">What is written.</param>
public sealed class ReplaceDecoder(TextPattern pattern, string content) : Decoder
{
    /// <summary>What is looked for.</summary>
    public TextPattern Pattern { get; } = pattern ?? throw new ArgumentNullException(nameof(pattern));

    /// <summary>What is written.</summary>
    public string Content { get; } = content ?? throw new ArgumentNullException(nameof(content));

    internal override List<string> Chain(List<string> tokens) => [.. tokens.Select(One)];

    private string One(string token)
    {
        if (!Pattern.Find(token, 0, out var start, out var end))
        {
            return token;
        }

        var text = new StringBuilder();
        var at = 0;
        do
        {
            text.Append(token, at, start - at).Append(Content);
            at = end;
        }
        while (Pattern.Find(token, at, out start, out end));
        return text.Append(token, at, token.Length - at).ToString();
    }
}

/// <summary>All tokens as one: <c>Fuse</c>.</summary>
public sealed class Fuse : Decoder
{
    internal override List<string> Chain(List<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Takes a character off the ends of each token: <c>Strip</c>.</summary>
/// <param name="content">The character.</param>
/// <param name="start">How many at most at the beginning.</param>
/// <param name="stop">How many at most at the end.</param>
public sealed class StripDecoder(string content, int start, int stop) : Decoder
{
    /// <summary>The character.</summary>
    public string Content { get; } = OneCharacter.Check(content, nameof(StripDecoder), nameof(content));

    /// <summary>How many at most at the beginning.</summary>
    public int Start { get; } = start;

    /// <summary>How many at most at the end.</summary>
    public int Stop { get; } = stop;

    internal override List<string> Chain(List<string> tokens) => [.. tokens.Select(token =>
    {
        for (var i = 0; i < Start && token.StartsWith(Content, StringComparison.Ordinal); i++)
        {
            token = token[Content.Length..];
        }

        for (var i = 0; i < Stop && token.EndsWith(Content, StringComparison.Ordinal); i++)
        {
            token = token[..^Content.Length];
        }

        return token;
    })];
}

/// <summary>
/// Tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> become the text of their bytes, or U+FFFD each:
/// <c>ByteFallback</c>.
/// </summary>
public sealed class ByteFallback : Decoder
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    internal override List<string> Chain(List<string> tokens)
    {
        var texts = new List<string>();
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (ByteTokens.TryParse(token, out var b))
            {
                bytes.Add(b);
                continue;
            }

            Flush(bytes, texts);
            texts.Add(token);
        }

        Flush(bytes, texts);
        return texts;
    }

    private static void Flush(List<byte> bytes, List<string> texts)
    {
        if (bytes.Count == 0)
        {
            return;
        }

        try
        {
            texts.Add(Strict.GetString(bytes.ToArray()));
        }
        catch (DecoderFallbackException)
        {
            texts.AddRange(Enumerable.Repeat("\uFFFD", bytes.Count));
        }

        bytes.Clear();
    }
}

/// <summary>Replacing texts by their characters alone, whatever the culture.</summary>
internal static class TextReplace
{
    public static string All(string text, string what, string by) =>
        what.Length == 0 ? text : text.Replace(what, by, StringComparison.Ordinal);

    public static string CleanUp(string text)
    {
        if (!text.Contains(' ', StringComparison.Ordinal))
        {
            return text;
        }

        ReadOnlySpan<(string What, string By)> rules =
        [
            (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"),
            (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
        ];
        foreach (var (what, by) in rules)
        {
            text = All(text, what, by);
        }

        return text;
    }
}
