using System.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Models;

/// <summary>
/// Byte pair encoding (Sennrich et al. 2016): characters are merged pair by pair, the best merge first, the leftmost of equals. <c>BPE</c>.
/// </summary>
public sealed class BpeModel : TokenModel
{
    private readonly WordCache _cache = new();
    private readonly Dictionary<ulong, BpeMerge> _merges;
    private readonly int[] _byteIds = new int[256];
    private readonly int _unknown = -1;

    /// <summary>A model of a vocabulary and its merges, the best first.</summary>
    /// <param name="vocabulary">Tokens and ids.</param>
    /// <param name="merges">The pairs that are merged; both parts and the result are in the vocabulary.</param>
    /// <param name="options">What else there is to say.</param>
    /// <exception cref="TokenizerException">A merge or the unknown token is not in the vocabulary.</exception>
    public BpeModel(IEnumerable<KeyValuePair<string, int>> vocabulary, IEnumerable<(string Left, string Right)> merges,
        BpeOptions? options = null) : base(new Vocabulary(vocabulary))
    {
        ArgumentNullException.ThrowIfNull(merges);
        Options = (options ?? new BpeOptions()).Checked();
        Merges = [.. merges];
        _merges = new Dictionary<ulong, BpeMerge>(Merges.Count);
        var prefix = Options.ContinuingSubwordPrefix?.Length ?? 0;
        for (var rank = 0; rank < Merges.Count; rank++)
        {
            var (left, right) = Merges[rank];
            if (right.Length < prefix)
            {
                throw new TokenizerException(
                    $"BPE: merge {rank} ('{left}', '{right}') lacks the prefix '{Options.ContinuingSubwordPrefix}'.");
            }

            var merged = left + right[prefix..];
            _merges[Key(Id(left, rank), Id(right, rank))] = new BpeMerge(rank, Id(merged, rank));
        }

        _unknown = Fallbacks();
    }

    /// <summary>A model whose merges are known by ids; several may share a rank.</summary>
    internal BpeModel(Vocabulary vocabulary, Dictionary<ulong, BpeMerge> merges, IReadOnlyList<(string Left, string Right)> written,
        BpeOptions options) : base(vocabulary)
    {
        (Options, _merges, Merges) = (options.Checked(), merges, written);
        _unknown = Fallbacks();
    }

    /// <summary>What else the model was told.</summary>
    public BpeOptions Options { get; }

    /// <summary>The merges, the best first.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    internal static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    internal override void Tokenize(ReadOnlySpan<char> word, TokenSink sink)
    {
        if (Options.IgnoreMerges && Entries.TryGet(word, out var id))
        {
            sink.Add(new WordToken(id, 0, word.Length));
            return;
        }

        if (Options.Dropout > 0)
        {
            Merge(word, sink, Options.DropoutRandom);
            return;
        }

        if (_cache.TryGet(word, sink))
        {
            return;
        }

        var from = sink.Count;
        Merge(word, sink, null);
        _cache.Set(word, sink.Tokens[from..]);
    }

    private int Fallbacks()
    {
        for (var b = 0; b < 256; b++)
        {
            _byteIds[b] = Entries.TryGet($"<0x{b:X2}>", out var id) ? id : -1;
        }

        if (Options.UnknownToken is null)
        {
            return -1;
        }

        return Entries.TryGet(Options.UnknownToken, out var unknown) ? unknown : -2;
    }

    private int Id(string token, int rank) => Entries.TryGet(token, out var id)
        ? id
        : throw new TokenizerException($"BPE: merge {rank} speaks of '{token}', which is not in the vocabulary.");

    private int Unknown() => _unknown != -2
        ? _unknown
        : throw new TokenizerException($"BPE: the unknown token '{Options.UnknownToken}' is not in the vocabulary.");

    private void Merge(ReadOnlySpan<char> word, TokenSink sink, Random? random)
    {
        var work = BpeWork.Rent();
        var regular = Symbols(word, work);
        work.MergeAll(_merges, random, Options.Dropout ?? 0);
        if (regular)
        {
            work.Write(sink);
        }
        else
        {
            work.WriteByBytes(word, sink);
        }
    }

    /// <summary>The first symbols of a word; false where they do not stand for the word's units one after the other.</summary>
    private bool Symbols(ReadOnlySpan<char> word, BpeWork work)
    {
        var regular = true;
        var (unknownUnits, unknownBytes) = (0, 0);
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < word.Length;)
        {
            var c = CodePoints.At(word, i, out var length);
            var size = CodePoints.Utf8Length(c);
            var text = word.Slice(i, length);
            var id = First(word, i, length);
            i += length;
            if (id >= 0)
            {
                Flush(work, ref unknownUnits, ref unknownBytes);
                work.Add(id, length, size);
                continue;
            }

            if (Options.ByteFallback && AllBytes(Affixed(text, i - length == 0, i == word.Length)) is { } fallback)
            {
                // An unknown run that waits is written after the bytes, as the reference does.
                foreach (var b in fallback)
                {
                    work.Add(_byteIds[b], 0, 1);
                }

                regular = false;
                continue;
            }

            if (Options.UnknownToken is null)
            {
                regular = false;
                continue;
            }

            if (!Options.FuseUnknown)
            {
                Flush(work, ref unknownUnits, ref unknownBytes);
            }

            Unknown();
            (unknownUnits, unknownBytes) = (unknownUnits + length, unknownBytes + size);
        }

        Flush(work, ref unknownUnits, ref unknownBytes);
        return regular;
    }

    private int First(ReadOnlySpan<char> word, int at, int length)
    {
        var (first, last) = (at == 0, at + length == word.Length);
        var prefix = first ? null : Options.ContinuingSubwordPrefix;
        var suffix = last ? Options.EndOfWordSuffix : null;
        if (prefix is null && suffix is null)
        {
            return Entries.TryGet(word.Slice(at, length), out var id) ? id : -1;
        }

        return Entries.TryGet(Affixed(word.Slice(at, length), first, last), out var affixed) ? affixed : -1;
    }

    private string Affixed(ReadOnlySpan<char> text, bool first, bool last) =>
        string.Concat(first ? "" : Options.ContinuingSubwordPrefix, text, last ? Options.EndOfWordSuffix : "");

    private byte[]? AllBytes(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Array.TrueForAll(bytes, b => _byteIds[b] >= 0) ? bytes : null;
    }

    private void Flush(BpeWork work, ref int units, ref int bytes)
    {
        if (bytes > 0)
        {
            work.Add(Unknown(), units, bytes);
            (units, bytes) = (0, 0);
        }
    }
}

/// <summary>What a pair becomes, and how good the merge is: 0 is the best.</summary>
internal readonly record struct BpeMerge(int Rank, int Id);
