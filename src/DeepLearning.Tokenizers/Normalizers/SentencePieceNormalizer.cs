using DeepLearning.Tokenizers.Files;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's own normalization: the character map by its longest match, user-defined pieces left alone, white space made a mark. It
/// belongs to a <c>.model</c> file and has no place in a <c>tokenizer.json</c>.
/// </summary>
public sealed class SentencePieceNormalizer : Normalizer
{
    private const char Mark = '▁';

    private readonly CharsMap? _map;
    private readonly CharTrie? _userDefined;
    private readonly SentencePieceFile _file;

    internal SentencePieceNormalizer(SentencePieceFile file, CharTrie? userDefined)
    {
        (_file, _userDefined) = (file, userDefined);
        _map = file.CharsMap.Length > 0 ? new CharsMap(file.CharsMap) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(SentencePieceNormalizer);

    private char Space => _file.EscapeWhitespaces ? Mark : ' ';

    private protected override void Rewrite(Rewriter rewriter)
    {
        while (_file.RemoveExtraWhitespaces && !rewriter.Rest.IsEmpty && Prefix(rewriter.Rest, out var units) == " ")
        {
            rewriter.Drop(units);
        }

        if (rewriter.Rest.IsEmpty)
        {
            return;
        }

        if (!_file.WhitespaceAsSuffix && _file.AddDummyPrefix)
        {
            rewriter.PutMark(Space);
        }

        var afterSpace = _file.RemoveExtraWhitespaces;
        while (!rewriter.Rest.IsEmpty)
        {
            var text = Prefix(rewriter.Rest, out var units).AsSpan();
            while (afterSpace && text.StartsWith(' '))
            {
                text = text[1..];
            }

            for (var i = 0; i < text.Length; i++)
            {
                rewriter.PutMark(text[i] == ' ' ? Space : text[i]);
            }

            afterSpace = _file.RemoveExtraWhitespaces && (text.IsEmpty ? afterSpace : text[^1] == ' ');
            rewriter.Drop(units);
        }

        if (_file.RemoveExtraWhitespaces)
        {
            rewriter.TrimMarks(Space);
        }

        if (_file.WhitespaceAsSuffix && _file.AddDummyPrefix)
        {
            rewriter.PutMark(Space);
        }

        rewriter.CloseMarks();
    }

    /// <summary>What the text begins with becomes, and how much of it that is.</summary>
    private string Prefix(ReadOnlySpan<char> text, out int units)
    {
        units = _userDefined?.Longest(text) ?? 0;
        if (units > 0)
        {
            return text[..units].ToString();
        }

        if (_map is not null)
        {
            Span<byte> utf8 = stackalloc byte[128];
            Span<byte> lengths = stackalloc byte[128];
            var count = 0;
            for (var i = 0; i < text.Length && count + 4 <= utf8.Length;)
            {
                var size = CodePoints.WriteUtf8(CodePoints.At(text, i, out var length), utf8[count..]);
                i += length;
                lengths[count + size - 1] = (byte)i;
                count += size;
            }

            var (matched, place) = _map.Longest(utf8[..count]);
            if (place >= 0 && lengths[matched - 1] > 0)
            {
                units = lengths[matched - 1];
                return _map.Text(place);
            }
        }

        CodePoints.At(text, 0, out units);
        return text[..units].ToString();
    }
}
