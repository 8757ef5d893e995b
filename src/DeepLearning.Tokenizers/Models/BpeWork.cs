using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Models;

/// <summary>The symbols of one word and the queue of merges: n symbols take time n log n whatever the word.</summary>
internal sealed class BpeWork
{
    private const int KeptLength = 1 << 16;

    [ThreadStatic]
    private static BpeWork? Own;

    private readonly List<(long Key, int Id)> _skipped = [];
    private Symbol[] _symbols = new Symbol[64];
    private long[] _keys = new long[64];
    private int[] _ids = new int[64];
    private int _count;
    private int _queued;

    /// <summary>The thread's own, empty.</summary>
    public static BpeWork Rent()
    {
        var work = Own;
        if (work is null || work._symbols.Length > KeptLength)
        {
            Own = work = new BpeWork();
        }

        (work._count, work._queued) = (0, 0);
        return work;
    }

    public void Add(int id, int units, int bytes)
    {
        if (_count == _symbols.Length)
        {
            Array.Resize(ref _symbols, _count * 2);
        }

        _symbols[_count] = new Symbol { Id = id, Units = units, Bytes = bytes, Previous = _count - 1, Next = _count + 1 };
        _count++;
    }

    public void MergeAll(Dictionary<ulong, BpeMerge> merges, Random? random, float dropout)
    {
        for (var i = 0; i + 1 < _count; i++)
        {
            Queue(merges, i, i + 1);
        }

        while (_queued > 0)
        {
            var (key, id) = Pop();
            if (random is not null && random.NextSingle() < dropout)
            {
                _skipped.Add((key, id));
                continue;
            }

            foreach (var (skippedKey, skippedId) in _skipped)
            {
                Push(skippedKey, skippedId);
            }

            _skipped.Clear();
            var at = (int)(key & 0xFFFFFFFF);
            ref var symbol = ref _symbols[at];
            if (symbol.Bytes == 0 || symbol.Next >= _count)
            {
                continue;
            }

            ref var right = ref _symbols[symbol.Next];
            if (!merges.TryGetValue(BpeModel.Key(symbol.Id, right.Id), out var merge) || merge.Id != id)
            {
                continue;
            }

            (symbol.Id, symbol.Units, symbol.Bytes) = (id, symbol.Units + right.Units, symbol.Bytes + right.Bytes);
            right.Bytes = 0;
            symbol.Next = right.Next;
            if (symbol.Next < _count)
            {
                _symbols[symbol.Next].Previous = at;
                Queue(merges, at, symbol.Next);
            }

            if (symbol.Previous >= 0)
            {
                Queue(merges, symbol.Previous, at);
            }
        }

        _skipped.Clear();
    }

    /// <summary>The tokens, whose units follow one another.</summary>
    public void Write(TokenSink sink)
    {
        for (var (i, at) = (0, 0); i < _count; i = _symbols[i].Next)
        {
            ref var symbol = ref _symbols[i];
            sink.Add(new WordToken(symbol.Id, at, at + symbol.Units));
            at += symbol.Units;
        }
    }

    /// <summary>The tokens by their bytes: some stand for a part of a character, or what stood between is gone.</summary>
    public void WriteByBytes(ReadOnlySpan<char> word, TokenSink sink)
    {
        var (unit, byteAt, at) = (0, 0, 0);
        for (var i = 0; i < _count; i = _symbols[i].Next)
        {
            ref var symbol = ref _symbols[i];
            while (unit < word.Length && byteAt + Size(word, unit, out var units) <= at)
            {
                byteAt += Size(word, unit, out units);
                unit += units;
            }

            at += symbol.Bytes;
            var (end, endByte) = (unit, byteAt);
            while (end < word.Length && endByte < at)
            {
                endByte += Size(word, end, out var units);
                end += units;
            }

            sink.Add(new WordToken(symbol.Id, unit, end));
        }
    }

    private static int Size(ReadOnlySpan<char> word, int at, out int units) =>
        CodePoints.Utf8Length(CodePoints.At(word, at, out units));

    private void Queue(Dictionary<ulong, BpeMerge> merges, int left, int right)
    {
        if (merges.TryGetValue(BpeModel.Key(_symbols[left].Id, _symbols[right].Id), out var merge))
        {
            Push(((long)merge.Rank << 32) | (uint)left, merge.Id);
        }
    }

    private void Push(long key, int id)
    {
        if (_queued == _keys.Length)
        {
            Array.Resize(ref _keys, _queued * 2);
            Array.Resize(ref _ids, _queued * 2);
        }

        var i = _queued++;
        while (i > 0 && _keys[(i - 1) / 2] > key)
        {
            (_keys[i], _ids[i]) = (_keys[(i - 1) / 2], _ids[(i - 1) / 2]);
            i = (i - 1) / 2;
        }

        (_keys[i], _ids[i]) = (key, id);
    }

    private (long Key, int Id) Pop()
    {
        var top = (_keys[0], _ids[0]);
        var (key, id) = (_keys[--_queued], _ids[_queued]);
        var i = 0;
        while (true)
        {
            var child = (2 * i) + 1;
            if (child >= _queued)
            {
                break;
            }

            if (child + 1 < _queued && _keys[child + 1] < _keys[child])
            {
                child++;
            }

            if (_keys[child] >= key)
            {
                break;
            }

            (_keys[i], _ids[i]) = (_keys[child], _ids[child]);
            i = child;
        }

        (_keys[i], _ids[i]) = (key, id);
        return top;
    }

    private struct Symbol
    {
        public int Id;
        public int Units;
        public int Bytes;
        public int Previous;
        public int Next;
    }
}
