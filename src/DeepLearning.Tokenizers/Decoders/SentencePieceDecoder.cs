using System.Text;
using DeepLearning.Tokenizers.Files;
using DeepLearning.Tokenizers.Models;

namespace DeepLearning.Tokenizers.Decoders;

/// <summary>SentencePiece's own decoding. It belongs to a <c>.model</c> file and has no place in a <c>tokenizer.json</c>.</summary>
public sealed class SentencePieceDecoder : Decoder
{
    private readonly SentencePieceFile _file;
    private readonly HashSet<string> _control;
    private readonly HashSet<string> _bytes;

    internal SentencePieceDecoder(SentencePieceFile file)
    {
        _file = file;
        _control = Of(PieceKind.Control);
        _bytes = Of(PieceKind.Byte);
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(SentencePieceDecoder);

    internal override List<string> Chain(List<string> tokens)
    {
        var text = new StringBuilder();
        var bytes = new List<byte>();
        var (begins, seen) = (true, false);
        foreach (var token in tokens)
        {
            if (_bytes.Contains(token) && ByteTokens.TryParse(token, out var b))
            {
                bytes.Add(b);
                continue;
            }

            Flush(bytes, text);
            begins &= !seen && text.Length == 0;
            text.Append(One(token, begins, ref seen));
        }

        Flush(bytes, text);
        return [text.ToString()];
    }

    private string One(string token, bool begins, ref bool seen)
    {
        if (_control.Contains(token))
        {
            return "";
        }

        if (token == _file.Pieces[_file.UnknownId].Text)
        {
            return _file.UnknownSurface;
        }

        if (begins && (_file.AddDummyPrefix || _file.RemoveExtraWhitespaces) && token.StartsWith('▁'))
        {
            seen = !_file.RemoveExtraWhitespaces;
            token = token[1..];
        }

        return token.Replace('▁', ' ');
    }

    private static void Flush(List<byte> bytes, StringBuilder text)
    {
        ReadOnlySpan<byte> rest = bytes.ToArray();
        while (!rest.IsEmpty)
        {
            // A byte that begins no character stands for one replacement, whatever follows it.
            var ok = Rune.DecodeFromUtf8(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            text.Append(ok ? rune.ToString() : "\uFFFD");
            rest = rest[(ok ? length : 1)..];
        }

        bytes.Clear();
    }

    private HashSet<string> Of(PieceKind kind) =>
        new(_file.Pieces.Where(piece => piece.Kind == kind).Select(static piece => piece.Text), StringComparer.Ordinal);
}
