using System.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Models;

/// <summary>The likeliest way to cut a word (Kudo 2018): <c>Unigram</c>.</summary>
public sealed class UnigramModel : TokenModel
{
    private const double UnknownPenalty = 10;

    private readonly WordCache _cache = new();
    private readonly CharTrie _trie = new();
    private readonly double[] _scores;
    private readonly double _unknownScore;

    [ThreadStatic]
    private static Best[]? Path;

    /// <summary>A model of pieces and their log probabilities; a piece's id is its place.</summary>
    /// <param name="pieces">Pieces and scores.</param>
    /// <param name="unknownId">The id of what no piece covers, or null.</param>
    /// <param name="byteFallback">Whether that becomes the pieces <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> of its bytes.</param>
    /// <exception cref="TokenizerException">The unknown id is not a place among the pieces.</exception>
    public UnigramModel(IReadOnlyList<(string Piece, double Score)> pieces, int? unknownId, bool byteFallback = false)
        : base(new Vocabulary(pieces.Select(static (piece, id) => KeyValuePair.Create(piece.Piece, id))))
    {
        if (unknownId is < 0 || unknownId >= pieces.Count)
        {
            throw new TokenizerException($"Unigram: the unknown id {unknownId} is no place among {pieces.Count} pieces.");
        }

        (Pieces, UnknownId, ByteFallback) = (pieces, unknownId, byteFallback);
        _scores = new double[pieces.Count];
        var least = double.PositiveInfinity;
        for (var id = 0; id < pieces.Count; id++)
        {
            _scores[id] = pieces[id].Score;
            least = Math.Min(least, pieces[id].Score);
            if (pieces[id].Piece.Length > 0)
            {
                _trie.Add(pieces[id].Piece, id);
            }
        }

        _unknownScore = least - UnknownPenalty;
    }

    /// <summary>The pieces and their log probabilities.</summary>
    public IReadOnlyList<(string Piece, double Score)> Pieces { get; }

    /// <summary>The id of what no piece covers.</summary>
    public int? UnknownId { get; }

    /// <summary>Whether what no piece covers becomes the pieces of its bytes.</summary>
    public bool ByteFallback { get; }

    internal override void Tokenize(ReadOnlySpan<char> word, TokenSink sink)
    {
        if (_cache.TryGet(word, sink))
        {
            return;
        }

        var from = sink.Count;
        Cut(word, sink);
        _cache.Set(word, sink.Tokens[from..]);
    }

    private void Cut(ReadOnlySpan<char> word, TokenSink sink)
    {
        var best = Search(word);
        var from = sink.Count;
        for (var end = word.Length; end > 0;)
        {
            var (start, id) = (best[end].Start, best[end].Id);
            var stop = end;
            while (id == UnknownId && start > 0 && best[start].Id == UnknownId)
            {
                start = best[start].Start;
            }

            Write(word, start, stop, id, sink);
            end = start;
        }

        sink.Reverse(from);
    }

    private void Write(ReadOnlySpan<char> word, int start, int end, int id, TokenSink sink)
    {
        var text = word[start..end];
        if (id != UnknownId || Entries.TryGet(text, out id))
        {
            sink.Add(new WordToken(id, start, end));
            return;
        }

        if (ByteFallback)
        {
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            var ids = Array.ConvertAll(bytes, b => Entries.TryGet($"<0x{b:X2}>", out var byteId) ? byteId : -1);
            if (!ids.Contains(-1))
            {
                // The tokens of a word are turned around at the end.
                for (var i = ids.Length - 1; i >= 0; i--)
                {
                    sink.Add(new WordToken(ids[i], start, end));
                }

                return;
            }
        }

        sink.Add(new WordToken(UnknownId!.Value, start, end, text.ToString()));
    }

    private Best[] Search(ReadOnlySpan<char> word)
    {
        var best = Path;
        if (best is null || best.Length <= word.Length)
        {
            best = new Best[Math.Max(256, word.Length + 1)];
            Path = word.Length < 1 << 16 ? best : null;
        }

        best.AsSpan(0, word.Length + 1).Fill(new Best(-1, 0, 0));
        for (var start = 0; start < word.Length;)
        {
            var so = best[start].Score;
            CodePoints.At(word, start, out var length);
            var single = false;
            for (var (end, node) = (start, 0); end < word.Length;)
            {
                node = _trie.Step(node, word[end++]);
                if (node < 0)
                {
                    break;
                }

                var id = _trie.Value(node);
                if (id >= 0)
                {
                    Offer(best, end, start, id, _scores[id] + so);
                    single |= end - start == length;
                }
            }

            if (!single)
            {
                var id = UnknownId ?? throw new TokenizerException(
                    $"Unigram: no piece covers '{word.Slice(start, length)}', and there is no unknown id.");
                Offer(best, start + length, start, id, _unknownScore + so);
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
            target = new Best(start, id, score);
        }
    }

    private readonly record struct Best(int Start, int Id, double Score);
}
