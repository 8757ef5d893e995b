using System.Buffers;
using System.Text;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Normalizers;
using DeepLearning.Tokenizers.PreTokenizers;

namespace DeepLearning.Tokenizers.Text;

/// <summary>
/// Ids without places. Where the parts of a tokenizer treat each stretch of a text for itself, what became of a stretch is kept, and most
/// of a text needs nothing but to be looked up: words before they are written in the byte alphabet, and what stands between spaces for
/// BERT.
/// </summary>
internal sealed class IdShortcut
{
    private const string Spaces = " \n\t\r";

    // BERT cuts around each of these, whatever stands beside it.
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private static readonly SearchValues<char> Ends = SearchValues.Create(Spaces + Punctuation);

    private readonly IdCache _cache = new();
    private readonly TokenModel _model;
    private readonly Normalizer? _normalizer;
    private readonly PreTokenizer? _preTokenizer;
    private readonly PreTokenizer[] _cutters;
    private readonly ByteLevel? _bytes;

    public IdShortcut(TokenModel model, Normalizer? normalizer, PreTokenizer? preTokenizer)
    {
        (_model, _normalizer, _preTokenizer) = (model, normalizer, preTokenizer);
        PreTokenizer[] parts = [.. Parts(preTokenizer)];
        var isRandom = model is BpeModel { Options.Dropout: > 0 };
        _bytes = isRandom ? null : parts.LastOrDefault() as ByteLevel;
        _cutters = _bytes is null ? [] : parts[..^1];
        IsOfSpaces = !isRandom && normalizer is BertNormalizer && preTokenizer is BertPreTokenizer;
    }

    /// <summary>Whether what stands between spaces and signs is treated for itself, from the normalizer on.</summary>
    public bool IsOfSpaces { get; }

    /// <summary>Whether the words that the pre-tokenizer cuts are treated for themselves.</summary>
    public bool IsOfBytes => _bytes is not null;

    public bool IsFor(Normalizer? normalizer, PreTokenizer? preTokenizer) =>
        ReferenceEquals(normalizer, _normalizer) && ReferenceEquals(preTokenizer, _preTokenizer);

    /// <summary>Cuts words, and leaves their letters as they are.</summary>
    public void CutWords(WorkingText text)
    {
        foreach (var cutter in _cutters)
        {
            cutter.Apply(text);
        }

        _bytes!.Cut(text);
    }

    /// <summary>The ids of a word that <see cref="CutWords"/> cut.</summary>
    public void AddWord(ReadOnlySpan<char> word, List<int> ids, TokenSink sink)
    {
        if (word.IsEmpty || _cache.TryGet(word, ids))
        {
            return;
        }

        var bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        sink.Clear();
        _model.Tokenize(ByteAlphabet.Text(bytes), sink);
        Take(word, ids, sink);
    }

    /// <summary>The ids of a text in which no token was found, stretch by stretch.</summary>
    public void AddStretches(ReadOnlySpan<char> text, List<int> ids, TokenSink sink, WorkingText working)
    {
        while (!text.IsEmpty)
        {
            // A word, a sign, or a space, which says nothing.
            var end = text.IndexOfAny(Ends);
            var stretch = end < 0 ? text : text[..Math.Max(end, 1)];
            text = text[stretch.Length..];
            if (Spaces.Contains(stretch[0]) || _cache.TryGet(stretch, ids))
            {
                continue;
            }

            sink.Clear();
            working.Reset(stretch);
            _normalizer!.Apply(working);
            _preTokenizer!.Apply(working);
            foreach (var piece in working.Pieces)
            {
                if (piece.Start < piece.End)
                {
                    _model.Tokenize(working[piece], sink);
                }
            }

            Take(stretch, ids, sink);
        }
    }

    private static IEnumerable<PreTokenizer> Parts(PreTokenizer? preTokenizer) => preTokenizer switch
    {
        null => [],
        PreTokenizerSequence sequence => sequence.PreTokenizers.SelectMany(Parts),
        _ => [preTokenizer],
    };

    private void Take(ReadOnlySpan<char> word, List<int> ids, TokenSink sink)
    {
        foreach (var token in sink.Tokens)
        {
            ids.Add(token.Id);
        }

        _cache.Set(word, sink.Tokens);
    }
}
