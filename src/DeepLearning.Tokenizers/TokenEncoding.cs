namespace DeepLearning.Tokenizers;

/// <summary>
/// What a text became: ids and, for each, its token, its place in the text (UTF-16 units of the string that was given, end exclusive), its
/// word, its sequence and its masks. Lists are as long as there are tokens.
/// </summary>
public sealed class TokenEncoding
{
    private readonly Dictionary<int, (int Start, int End)> _ranges = [];
    private int[] _ids;
    private int[] _typeIds;
    private string[] _tokens;
    private int[] _words;
    private (int Start, int End)[] _offsets;
    private int[] _special;
    private int[] _attention;
    private List<TokenEncoding> _overflowing = [];

    internal TokenEncoding(int[] ids, int typeId, string[] tokens, int[] words, (int Start, int End)[] offsets, int special = 0,
        int attention = 1)
    {
        (_ids, _tokens, _words, _offsets) = (ids, tokens, words, offsets);
        (_typeIds, _special, _attention) = (Filled(ids.Length, typeId), Filled(ids.Length, special), Filled(ids.Length, attention));
    }

    /// <summary>How many tokens there are.</summary>
    public int Length => _ids.Length;

    /// <summary>The ids.</summary>
    public IReadOnlyList<int> Ids => _ids;

    /// <summary>The sequence that each token belongs to as models are told it: 0 for the first, 1 for the second.</summary>
    public IReadOnlyList<int> TypeIds => _typeIds;

    /// <summary>The tokens.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>Where each token stands in its text; (0, 0) for what the tokenizer added.</summary>
    public IReadOnlyList<(int Start, int End)> Offsets => _offsets;

    /// <summary>The number of each token's word, counted from 0; null for what the tokenizer added.</summary>
    public IReadOnlyList<int?> WordIds => Array.ConvertAll(_words, static word => word < 0 ? null : (int?)word);

    /// <summary>1 for what the tokenizer added, 0 for the rest.</summary>
    public IReadOnlyList<int> SpecialTokensMask => _special;

    /// <summary>0 for padding, 1 for the rest.</summary>
    public IReadOnlyList<int> AttentionMask => _attention;

    /// <summary>What truncation cut off, in parts of the same length.</summary>
    public IReadOnlyList<TokenEncoding> Overflowing => _overflowing;

    /// <summary>The sequence of each token: 0 or 1; null for what the tokenizer added.</summary>
    public IReadOnlyList<int?> SequenceIds
    {
        get
        {
            var ids = new int?[Length];
            if (_ranges.Count == 0)
            {
                Array.Fill(ids, 0);
            }

            foreach (var (sequence, (start, end)) in _ranges)
            {
                Array.Fill(ids, sequence, start, end - start);
            }

            return ids;
        }
    }

    /// <summary>The text that offsets refer to, while there is one only.</summary>
    internal string Source { get; init; } = "";

    internal List<TokenEncoding> OverflowingList => _overflowing;

    /// <summary>The token that a place of a text belongs to, or null.</summary>
    /// <param name="position">The place in UTF-16 units.</param>
    /// <param name="sequence">Which text: 0 or 1.</param>
    /// <returns>The token's index.</returns>
    public int? CharToToken(int position, int sequence = 0)
    {
        var (start, end) = Range(sequence);
        for (var i = start; i < end; i++)
        {
            if (position >= _offsets[i].Start && position < _offsets[i].End)
            {
                return i;
            }
        }

        return null;
    }

    /// <summary>The tokens of a word: the first and the one past the last, or null.</summary>
    /// <param name="word">The word's number.</param>
    /// <param name="sequence">Which text: 0 or 1.</param>
    /// <returns>The range.</returns>
    public (int Start, int End)? WordToTokens(int word, int sequence = 0)
    {
        var (start, end) = Range(sequence);
        var (first, last) = (-1, -1);
        for (var i = start; i < end; i++)
        {
            if (_words[i] == word)
            {
                (first, last) = (first < 0 ? i : first, i + 1);
            }
        }

        return first < 0 ? null : (first, last);
    }

    /// <summary>The tokens.</summary>
    /// <returns>The tokens between spaces.</returns>
    public override string ToString() => string.Join(' ', _tokens);

    internal static TokenEncoding Empty() => new([], 0, [], [], []);

    internal static TokenEncoding Special(IReadOnlyList<int> ids, IReadOnlyList<string> tokens, int typeId) =>
        new([.. ids], typeId, [.. tokens], Filled(ids.Count, -1), new (int Start, int End)[ids.Count], special: 1);

    internal static TokenEncoding Merge(IEnumerable<TokenEncoding> parts)
    {
        var merged = Empty();
        foreach (var part in parts)
        {
            merged = merged.Length == 0 && merged._overflowing.Count == 0 ? part.Copy() : merged.With(part);
        }

        return merged;
    }

    internal TokenEncoding Copy() => Slice(0, Length, keepRanges: true, keepOverflowing: true);

    internal void SetSequence(int sequence) => _ranges[sequence] = (0, Length);

    internal void SetTypeIds(int typeId) => _typeIds = Filled(Length, typeId);

    internal void ClearMasks() => (_special, _attention) = (Filled(Length, 0), Filled(Length, 1));

    internal void MapOffsets(Func<int, string, (int Start, int End), string, (int Start, int End)> map)
    {
        _offsets = [.. _offsets];
        for (var i = 0; i < _offsets.Length; i++)
        {
            _offsets[i] = map(i, _tokens[i], _offsets[i], Source);
        }
    }

    internal void Truncate(int maxLength, int stride, TruncationDirection direction)
    {
        if (maxLength >= Length)
        {
            return;
        }

        if (maxLength == 0)
        {
            var whole = Copy();
            Take(Empty());
            _overflowing = [whole];
            return;
        }

        if (stride >= maxLength)
        {
            throw new TokenizerException(
                $"Truncation: a stride of {stride} among parts of {maxLength} tokens (special tokens are not counted); it must be less.");
        }

        var parts = new List<TokenEncoding>();
        var step = maxLength - stride;
        if (direction == TruncationDirection.Right)
        {
            for (var start = 0; start < Length; start += step)
            {
                var stop = Math.Min(start + maxLength, Length);
                parts.Add(Slice(start, stop, keepRanges: false, keepOverflowing: false));
                if (stop == Length)
                {
                    break;
                }
            }
        }
        else
        {
            for (var stop = Length; stop > 0; stop -= step)
            {
                var start = Math.Max(0, stop - maxLength);
                parts.Add(Slice(start, stop, keepRanges: false, keepOverflowing: false));
                if (start == 0)
                {
                    break;
                }
            }
        }

        Take(parts[0]);
        _overflowing = parts[1..];
    }

    internal void Pad(int length, PaddingOptions options)
    {
        foreach (var part in _overflowing)
        {
            part.Pad(length, options);
        }

        var count = length - Length;
        if (count <= 0)
        {
            return;
        }

        var padding = Special(Filled(count, options.PadId), Enumerable.Repeat(options.PadToken, count).ToArray(), options.PadTypeId);
        padding._attention = new int[count];
        var left = options.Direction == PaddingDirection.Left;
        var (first, second) = left ? (padding, this) : (this, padding);
        var ranges = _ranges.ToDictionary(static r => r.Key, r => left ? (r.Value.Start + count, r.Value.End + count) : r.Value);
        var overflowing = _overflowing;
        Take(Concatenated(first, second));
        _overflowing = overflowing;
        foreach (var (sequence, range) in ranges)
        {
            _ranges[sequence] = range;
        }
    }

    private static int[] Filled(int count, int value)
    {
        var array = new int[count];
        if (value != 0)
        {
            Array.Fill(array, value);
        }

        return array;
    }

    private static TokenEncoding Concatenated(TokenEncoding a, TokenEncoding b) =>
        new([.. a._ids, .. b._ids], 0, [.. a._tokens, .. b._tokens], [.. a._words, .. b._words], [.. a._offsets, .. b._offsets])
        {
            _typeIds = [.. a._typeIds, .. b._typeIds],
            _special = [.. a._special, .. b._special],
            _attention = [.. a._attention, .. b._attention],
        };

    /// <summary>This and another behind it; of what overflows, each part of one goes with each of the other.</summary>
    private TokenEncoding With(TokenEncoding other)
    {
        var overflowing = new List<TokenEncoding>();
        foreach (var own in _overflowing)
        {
            overflowing.Add(own.With(other));
            overflowing.AddRange(other._overflowing.Select(own.With));
        }

        overflowing.AddRange(other._overflowing.Select(part => WithoutOverflow(this, part)));
        var merged = WithoutOverflow(this, other);
        merged._overflowing = overflowing;
        return merged;
    }

    private static TokenEncoding WithoutOverflow(TokenEncoding a, TokenEncoding b)
    {
        var merged = Concatenated(a, b);
        foreach (var (sequence, range) in a._ranges)
        {
            merged._ranges[sequence] = range;
        }

        foreach (var (sequence, (start, end)) in b._ranges)
        {
            merged._ranges[sequence] = (a.Length + start, a.Length + end);
        }

        return merged;
    }

    private (int Start, int End) Range(int sequence) => _ranges.TryGetValue(sequence, out var range) ? range : (0, Length);

    private TokenEncoding Slice(int start, int stop, bool keepRanges, bool keepOverflowing)
    {
        var slice = new TokenEncoding(_ids[start..stop], 0, _tokens[start..stop], _words[start..stop], _offsets[start..stop])
        {
            _typeIds = _typeIds[start..stop],
            _special = _special[start..stop],
            _attention = _attention[start..stop],
            _overflowing = keepOverflowing ? [.. _overflowing] : [],
            Source = Source,
        };
        if (keepRanges)
        {
            foreach (var (sequence, range) in _ranges)
            {
                slice._ranges[sequence] = range;
            }
        }

        return slice;
    }

    private void Take(TokenEncoding other)
    {
        (_ids, _typeIds, _tokens, _words) = (other._ids, other._typeIds, other._tokens, other._words);
        (_offsets, _special, _attention) = (other._offsets, other._special, other._attention);
        _ranges.Clear();
    }
}
