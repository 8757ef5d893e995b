using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Training;

/// <summary>The loop of byte pair encoding over words and their counts.</summary>
internal sealed class PairMerging
{
    private const int Step = 100;

    private readonly BpeTrainer _trainer;
    private readonly string? _prefix;
    private readonly string? _suffix;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _tokens = [];
    private readonly List<List<(int Id, int Length)>> _words = [];
    private readonly List<long> _counts = [];
    private readonly Dictionary<(int Left, int Right), long> _pairs = [];
    private readonly PriorityQueue<((int Left, int Right) Pair, long Count, HashSet<int> Where), (long Count, int Left,
        int Right)> _queue = new();
    private readonly List<(int Left, int Right)> _merged = [];
    private Dictionary<(int Left, int Right), HashSet<int>> _changed = [];

    public PairMerging(BpeTrainer trainer, IReadOnlyList<KeyValuePair<string, long>> words, string? prefix, string? suffix)
    {
        (_trainer, _prefix, _suffix) = (trainer, prefix, suffix);
        foreach (var token in trainer.SpecialTokens)
        {
            Id(token.Content);
        }

        Alphabet(words);
        foreach (var (word, count) in words)
        {
            Add(word, count);
        }
    }

    /// <summary>The tokens and their ids.</summary>
    public IEnumerable<KeyValuePair<string, int>> Vocabulary => _ids;

    /// <summary>The merges in order; one that was made again in other words counts where it was made last.</summary>
    public IEnumerable<(string Left, string Right)> Merges
    {
        get
        {
            var last = new Dictionary<(int Left, int Right), int>();
            for (var i = 0; i < _merged.Count; i++)
            {
                last[_merged[i]] = i;
            }

            return _merged.Where((pair, i) => last[pair] == i).Select(pair => (_tokens[pair.Left], _tokens[pair.Right]));
        }
    }

    public void Run(Action<int> report)
    {
        for (var i = 0; i < _words.Count; i++)
        {
            for (var j = 0; j + 1 < _words[i].Count; j++)
            {
                var pair = (_words[i][j].Id, _words[i][j + 1].Id);
                Count(pair, _counts[i]);
                Mark(pair, i);
            }
        }

        Enqueue();
        while (_ids.Count < _trainer.VocabularySize && _queue.TryDequeue(out var top, out _))
        {
            var count = _pairs[top.Pair];
            if (top.Count != count)
            {
                Push(top.Pair, count, top.Where);
                continue;
            }

            if (count < 1 || count < _trainer.MinFrequency)
            {
                break;
            }

            var right = _tokens[top.Pair.Right];
            if (_prefix is not null && right.StartsWith(_prefix, StringComparison.Ordinal))
            {
                right = right[_prefix.Length..];
            }

            var id = Id(_tokens[top.Pair.Left] + right);
            _merged.Add(top.Pair);
            foreach (var word in top.Where)
            {
                Merge(word, top.Pair, id);
            }

            Enqueue();
            if (_merged.Count % Step == 0)
            {
                report(_ids.Count);
            }
        }

        report(_ids.Count);
    }

    private int Id(string token)
    {
        if (!_ids.TryGetValue(token, out var id))
        {
            _ids.Add(token, id = _tokens.Count);
            _tokens.Add(token);
        }

        return id;
    }

    private void Alphabet(IReadOnlyList<KeyValuePair<string, long>> words)
    {
        var counts = new Dictionary<int, long>();
        foreach (var (word, count) in words)
        {
            for (var i = 0; i < word.Length;)
            {
                var c = CodePoints.At(word, i, out var length);
                counts[c] = counts.GetValueOrDefault(c) + count;
                i += length;
            }
        }

        foreach (var text in _trainer.InitialAlphabet)
        {
            // As in the reference, only the first character of what is given counts.
            if (text.Length > 0)
            {
                counts[CodePoints.At(text, 0, out _)] = long.MaxValue;
            }
        }

        IEnumerable<KeyValuePair<int, long>> kept = counts;
        if (_trainer.LimitAlphabet is { } limit && counts.Count > limit)
        {
            kept = counts.OrderByDescending(static c => c.Value).ThenBy(static c => c.Key).Take(limit);
        }

        foreach (var (c, _) in kept.OrderBy(static c => c.Key))
        {
            Id(char.ConvertFromUtf32(c));
        }
    }

    private void Add(string word, long count)
    {
        var symbols = new List<(int Id, int Length)>();
        for (var i = 0; i < word.Length;)
        {
            var first = i == 0;
            CodePoints.At(word, i, out var length);
            var text = word.Substring(i, length);
            i += length;
            if (!_ids.ContainsKey(text))
            {
                continue;
            }

            text = (first ? "" : _prefix) + text + (i == word.Length ? _suffix : "");
            symbols.Add((Id(text), 1));
        }

        _words.Add(symbols);
        _counts.Add(count);
    }

    private void Merge(int index, (int Left, int Right) pair, int id)
    {
        var word = _words[index];
        var count = _counts[index];
        var limit = _trainer.MaxTokenLength ?? int.MaxValue;
        var write = 0;
        for (var read = 0; read < word.Count; read++, write++)
        {
            if (read + 1 >= word.Count || word[read].Id != pair.Left || word[read + 1].Id != pair.Right)
            {
                word[write] = word[read];
                continue;
            }

            var merged = (Id: id, Length: word[read].Length + word[read + 1].Length);
            if (write > 0)
            {
                Count((word[write - 1].Id, pair.Left), -count);
                Join(word[write - 1], merged, index, count, limit);
            }

            if (read + 2 < word.Count)
            {
                Count((pair.Right, word[read + 2].Id), -count);
                Join(merged, word[read + 2], index, count, limit);
            }

            word[write] = merged;
            read++;
        }

        word.RemoveRange(write, word.Count - write);
    }

    private void Join((int Id, int Length) left, (int Id, int Length) right, int word, long count, int limit)
    {
        if ((long)left.Length + right.Length < limit)
        {
            Count((left.Id, right.Id), count);
            Mark((left.Id, right.Id), word);
        }
    }

    private void Count((int Left, int Right) pair, long change) => _pairs[pair] = _pairs.GetValueOrDefault(pair) + change;

    private void Mark((int Left, int Right) pair, int word)
    {
        if (!_changed.TryGetValue(pair, out var where))
        {
            _changed.Add(pair, where = []);
        }

        where.Add(word);
    }

    private void Enqueue()
    {
        foreach (var (pair, where) in _changed)
        {
            if (_pairs[pair] is var count and > 0)
            {
                Push(pair, count, where);
            }
        }

        _changed = [];
    }

    private void Push((int Left, int Right) pair, long count, HashSet<int> where) =>
        _queue.Enqueue((pair, count, where), (-count, pair.Left, pair.Right));
}
