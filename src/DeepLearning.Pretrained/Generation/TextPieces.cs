using System.Text;
using DeepLearning.Tokenizers;

namespace DeepLearning.Pretrained;

/// <summary>
/// Makes text of tokens as they come. What may still change with the next token is held back: bytes of a character that is not whole, and
/// the start of a text that would end it.
/// </summary>
internal sealed class TextPieces(Tokenizer tokenizer, IReadOnlyList<string> stops)
{
    // Decoders look back a few tokens, not a whole text: from time to time what is settled is left behind.
    private const int Window = 64;

    private readonly List<int> _tokens = [];
    private readonly StringBuilder _held = new();
    private string _settled = "";

    /// <summary>Whether one of the texts that end a text has come.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Adds a token.</summary>
    /// <returns>The text that is certain now and was not before; may be empty.</returns>
    public string Add(int token)
    {
        _tokens.Add(token);
        string text = tokenizer.Decode(_tokens);
        if (text.EndsWith('\uFFFD') || (text.Length > 0 && char.IsHighSurrogate(text[^1]))
            || !text.StartsWith(_settled, StringComparison.Ordinal))
        {
            return "";
        }

        _held.Append(text, _settled.Length, text.Length - _settled.Length);
        _settled = text;
        if (_tokens.Count > Window)
        {
            // The first token that is kept is decoded as if in front, the same way before and after: only what follows it is compared.
            _tokens.RemoveRange(0, _tokens.Count - 4);
            _settled = tokenizer.Decode(_tokens);
        }

        return Take();
    }

    /// <summary>What is still held back at the end.</summary>
    public string Rest()
    {
        if (HasEnded)
        {
            return "";
        }

        string text = tokenizer.Decode(_tokens);
        if (text.StartsWith(_settled, StringComparison.Ordinal))
        {
            _held.Append(text, _settled.Length, text.Length - _settled.Length);
            _settled = text;
        }

        string rest = _held.ToString();
        _held.Clear();
        foreach (string stop in stops)
        {
            int at = rest.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0)
            {
                (rest, HasEnded) = (rest[..at], true);
            }
        }

        return rest;
    }

    private string Take()
    {
        string held = _held.ToString();
        int end = stops.Select(stop => held.IndexOf(stop, StringComparison.Ordinal)).Where(static at => at >= 0).DefaultIfEmpty(-1).Min();
        if (end >= 0)
        {
            HasEnded = true;
            return held[..end];
        }

        int keep = 0;
        foreach (string stop in stops)
        {
            for (int length = Math.Min(stop.Length - 1, held.Length); length > keep; length--)
            {
                if (held.EndsWith(stop[..length], StringComparison.Ordinal))
                {
                    keep = length;
                    break;
                }
            }
        }

        _held.Remove(0, held.Length - keep);
        return held[..^keep];
    }
}
