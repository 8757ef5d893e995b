using System.Buffers;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Normalizers;
using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers;

/// <summary>The added tokens: their ids, and where they stand in a text.</summary>
internal sealed class AddedVocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, AddedToken> _tokens = [];
    private readonly Dictionary<int, string> _normalized = [];
    private readonly HashSet<string> _special = new(StringComparer.Ordinal);
    private Finder? _raw;
    private Finder? _afterNormalizing;

    public IReadOnlyDictionary<int, AddedToken> Tokens => _tokens;

    public IReadOnlyDictionary<string, int> Ids => _ids;

    public bool EncodeSpecialTokens { get; set; }

    public bool IsSpecial(string token) => _special.Contains(token);

    public string? Token(int id) => _tokens.TryGetValue(id, out var token) ? _normalized.GetValueOrDefault(id, token.Content) : null;

    public int Add(IEnumerable<AddedToken> tokens, TokenModel model, Normalizer? normalizer)
    {
        var added = 0;
        var size = model.VocabularySize;
        var next = _tokens.Count == 0 ? size : _tokens.Keys.Last() is var last && (last >= size || size == 0) ? last + 1 : size;
        foreach (var given in tokens)
        {
            var token = given with { Normalized = given.IsNormalized };
            if (token.Content.Length == 0 || _ids.TryGetValue(token.Content, out var known) && _tokens.GetValueOrDefault(known) == token)
            {
                continue;
            }

            if (!_ids.TryGetValue(token.Content, out var id))
            {
                id = model.TokenToId(token.Content) ?? next++;
            }

            _ids[token.Content] = id;
            _tokens[id] = token;
            if (token.Special)
            {
                _special.Add(token.Content);
            }

            added++;
        }

        Refresh(normalizer);
        return added;
    }

    public void Refresh(Normalizer? normalizer)
    {
        _normalized.Clear();
        var (raw, after) = (new List<(string, int)>(), new List<(string, int)>());
        foreach (var (id, token) in _tokens)
        {
            if (!token.IsNormalized)
            {
                raw.Add((token.Content, id));
                continue;
            }

            var text = normalizer?.Normalize(token.Content) ?? token.Content;
            if (text != token.Content)
            {
                _normalized[id] = text;
            }

            if (text.Length > 0)
            {
                after.Add((text, id));
            }
        }

        (_raw, _afterNormalizing) = (Finder.Of(raw), Finder.Of(after));
    }

    /// <summary>Whether there are tokens that are looked for behind the normalizer.</summary>
    public bool HasNormalized => _afterNormalizing is not null;

    public void CutRaw(WorkingText text) => Cut(text, _raw);

    public void CutNormalized(WorkingText text) => Cut(text, _afterNormalizing);

    private void Cut(WorkingText text, Finder? finder)
    {
        if (finder is not null)
        {
            text.Cut((source, piece, to) => Cut(source, piece, to, finder));
        }
    }

    private void Cut(WorkingText source, Piece piece, List<Piece> to, Finder finder)
    {
        var text = source[piece];
        var done = 0;
        for (var at = 0; finder.Find(text, at, out var start, out var end, out var id);)
        {
            at = end;
            var token = _tokens[id];
            if (EncodeSpecialTokens && _special.Contains(token.Content))
            {
                continue;
            }

            if (token.SingleWord && (start > 0 && CodePoints.IsWord(CodePoints.Before(text, start, out _))
                || end < text.Length && CodePoints.IsWord(CodePoints.At(text, end, out _))))
            {
                continue;
            }

            while (token.LStrip && start > done && CodePoints.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            while (token.RStrip && end < text.Length && CodePoints.IsWhiteSpace(text[end]))
            {
                end++;
            }

            to.Add(new Piece(piece.Start + done, piece.Start + Math.Max(done, start)));
            to.Add(new Piece(piece.Start + start, piece.Start + end, id));
            done = end;
        }

        to.Add(new Piece(piece.Start + done, piece.End));
    }

    /// <summary>Finds the leftmost token and, of those that begin there, the longest.</summary>
    private sealed class Finder
    {
        private readonly CharTrie _trie = new();
        private readonly SearchValues<char> _first;

        private Finder(List<(string Text, int Id)> tokens)
        {
            foreach (var (text, id) in tokens)
            {
                _trie.Add(text, id);
            }

            _first = SearchValues.Create(tokens.Select(static token => token.Text[0]).ToArray());
        }

        public static Finder? Of(List<(string Text, int Id)> tokens) => tokens.Count == 0 ? null : new Finder(tokens);

        public bool Find(ReadOnlySpan<char> text, int from, out int start, out int end, out int id)
        {
            (end, id) = (0, -1);
            for (start = from; start < text.Length; start++)
            {
                var skip = text[start..].IndexOfAny(_first);
                if (skip < 0)
                {
                    return false;
                }

                start += skip;
                for (var (i, node) = (start, 0); i < text.Length; i++)
                {
                    node = _trie.Step(node, text[i]);
                    if (node < 0)
                    {
                        break;
                    }

                    if (_trie.Value(node) is var value && value >= 0)
                    {
                        (end, id) = (i + 1, value);
                    }
                }

                if (id >= 0)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
