using System.Text;
using DeepLearning.Tokenizers.Files;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Models;

/// <summary>
/// Unigram as SentencePiece computes it: scores in single precision, user-defined pieces preferred, unknown runs as one.
/// </summary>
internal sealed class SentencePieceUnigram : TokenModel
{
    private readonly SentencePieceFile _file;
    private readonly CharTrie _trie = new();
    private readonly float _unknownScore;
    private readonly float _maxScore;
    private readonly int[] _byteIds = new int[256];

    public SentencePieceUnigram(SentencePieceFile file)
        : base(new Vocabulary(file.Pieces.Select(static (piece, id) => KeyValuePair.Create(piece.Text, id))))
    {
        _file = file;
        // The original looks for the greatest score from the least positive number on, so that it is nearly 0 whatever the scores are.
        var (min, max) = (float.MaxValue, 1.17549435E-38f);
        for (var id = 0; id < file.Pieces.Count; id++)
        {
            var piece = file.Pieces[id];
            if (piece.Kind is PieceKind.Normal or PieceKind.UserDefined)
            {
                _trie.Add(piece.Text, id);
            }

            if (piece.Kind == PieceKind.Normal)
            {
                (min, max) = (Math.Min(min, piece.Score), Math.Max(max, piece.Score));
            }
        }

        (_unknownScore, _maxScore) = (min - 10f, max);
        for (var b = 0; b < 256; b++)
        {
            _byteIds[b] = Entries.TryGet($"<0x{b:X2}>", out var id) ? id : file.UnknownId;
        }
    }

    internal override void Tokenize(ReadOnlySpan<char> word, TokenSink sink)
    {
        var best = Search(word);
        var from = sink.Count;
        for (var end = word.Length; end > 0;)
        {
            var (start, id) = (best[end].Start, best[end].Id);
            var stop = end;
            if (id != _file.UnknownId)
            {
                sink.Add(new WordToken(id, start, stop));
            }
            else if (_file.ByteFallback)
            {
                var bytes = Encoding.UTF8.GetBytes(word[start..stop].ToString());
                for (var i = bytes.Length - 1; i >= 0; i--)
                {
                    sink.Add(new WordToken(_byteIds[bytes[i]], start, stop));
                }
            }
            else
            {
                while (start > 0 && best[start].Id == id)
                {
                    start = best[start].Start;
                }

                sink.Add(new WordToken(id, start, stop, word[start..stop].ToString()));
            }

            end = start;
        }

        sink.Reverse(from);
    }

    private Best[] Search(ReadOnlySpan<char> word)
    {
        var best = new Best[word.Length + 1];
        Array.Fill(best, new Best(-1, 0, 0));
        for (var start = 0; start < word.Length;)
        {
            var so = best[start].Score;
            CodePoints.At(word, start, out var length);
            var (single, bytes) = (false, 0);
            for (var (end, node) = (start, 0); end < word.Length;)
            {
                bytes += char.IsSurrogate(word[end]) ? 2 : CodePoints.Utf8Length(word[end]);
                node = _trie.Step(node, word[end++]);
                if (node < 0)
                {
                    break;
                }

                var id = _trie.Value(node);
                if (id >= 0)
                {
                    var piece = _file.Pieces[id];
                    var score = piece.Kind == PieceKind.UserDefined ? (bytes * _maxScore) - 0.1 : piece.Score;
                    Offer(best, end, start, id, score + so);
                    single |= end - start == length;
                }
            }

            if (!single)
            {
                Offer(best, start + length, start, _file.UnknownId, _unknownScore + so);
            }

            start += length;
        }

        return best;
    }

    private static void Offer(Best[] best, int end, int start, int id, double score)
    {
        ref var target = ref best[end];
        if (target.Start < 0 || score > target.Score)
        {
            target = new Best(start, id, (float)score);
        }
    }

    private readonly record struct Best(int Start, int Id, float Score);
}
