using DeepLearning.Tokenizers.Decoders;
using DeepLearning.Tokenizers.Files;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Normalizers;
using DeepLearning.Tokenizers.PostProcessors;
using DeepLearning.Tokenizers.PreTokenizers;
using DeepLearning.Tokenizers.Text;

namespace DeepLearning.Tokenizers;

/// <summary>
/// Makes ids of text and text of ids: a normalizer, a pre-tokenizer, a model, a post-processor and a decoder, each by the kinds of Hugging
/// Face's <c>tokenizer.json</c>. Encoding and decoding may run on any number of threads; changing the parts may not run beside them.
/// </summary>
public sealed partial class Tokenizer
{
    [ThreadStatic]
    private static Scratch? Own;

    private readonly AddedVocabulary _added = new();
    private Normalizer? _normalizer;
    private IdShortcut? _shortcut;

    /// <summary>A tokenizer of a model alone.</summary>
    /// <param name="model">The model.</param>
    public Tokenizer(TokenModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
    }

    /// <summary>The model, which has the vocabulary.</summary>
    public TokenModel Model { get; }

    /// <summary>What changes a text first.</summary>
    public Normalizer? Normalizer
    {
        get => _normalizer;
        set
        {
            _normalizer = value;
            _added.Refresh(value);
        }
    }

    /// <summary>What cuts a text into words.</summary>
    public PreTokenizer? PreTokenizer { get; set; }

    /// <summary>What adds special tokens.</summary>
    public PostProcessor? PostProcessor { get; set; }

    /// <summary>What makes text of tokens; without one they are joined by spaces.</summary>
    public Decoder? Decoder { get; set; }

    /// <summary>How long an encoding may be; null for any length.</summary>
    public TruncationOptions? Truncation { get; set; }

    /// <summary>How encodings are made equally long; null for not at all.</summary>
    public PaddingOptions? Padding { get; set; }

    /// <summary>Whether special tokens in a text are taken as text.</summary>
    public bool EncodeSpecialTokens
    {
        get => _added.EncodeSpecialTokens;
        set => _added.EncodeSpecialTokens = value;
    }

    /// <summary>The added tokens by their ids.</summary>
    public IReadOnlyDictionary<int, AddedToken> AddedTokens => _added.Tokens;

    /// <summary>How many tokens there are, added ones included.</summary>
    public int VocabularySize => Model.VocabularySize + _added.Ids.Keys.Count(token => Model.TokenToId(token) is null);

    /// <summary>The id of a token, or null.</summary>
    /// <param name="token">The token.</param>
    /// <returns>Its id.</returns>
    public int? TokenToId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _added.Ids.TryGetValue(token, out var id) ? id : Model.TokenToId(token);
    }

    /// <summary>The token of an id, or null.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The token.</returns>
    public string? IdToToken(int id) => _added.Token(id) ?? Model.IdToToken(id);

    /// <summary>Adds tokens that are found in a text before the model sees it.</summary>
    /// <param name="tokens">The tokens; one that the model knows keeps its id.</param>
    /// <returns>How many were added or changed.</returns>
    public int AddTokens(params IEnumerable<AddedToken> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return _added.Add(tokens, Model, Normalizer);
    }

    /// <summary>Encodes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">Whether the post-processor adds its tokens.</param>
    /// <returns>The encoding.</returns>
    public TokenEncoding Encode(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Padded(Finish(Tokenize(text, 0), null, addSpecialTokens));
    }

    /// <summary>Encodes a pair of texts.</summary>
    /// <param name="text">The first text.</param>
    /// <param name="pair">The second text.</param>
    /// <param name="addSpecialTokens">Whether the post-processor adds its tokens.</param>
    /// <returns>The encoding of both.</returns>
    public TokenEncoding Encode(string text, string pair, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(pair);
        return Padded(Finish(Tokenize(text, 0), Tokenize(pair, 1), addSpecialTokens));
    }

    /// <summary>Encodes a text that is cut into words already; offsets are within each word.</summary>
    /// <param name="words">The words.</param>
    /// <param name="addSpecialTokens">Whether the post-processor adds its tokens.</param>
    /// <returns>The encoding.</returns>
    public TokenEncoding EncodeWords(IReadOnlyList<string> words, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(words);
        return Padded(Finish(TokenEncoding.Merge(words.Select((word, i) => Tokenize(word, 0, i))), null, addSpecialTokens));
    }

    /// <summary>Encodes texts on all cores and pads them together.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="addSpecialTokens">Whether the post-processor adds its tokens.</param>
    /// <returns>An encoding for each text, in order.</returns>
    public IReadOnlyList<TokenEncoding> EncodeBatch(IReadOnlyList<string> texts, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Batch(texts.Count, i => Finish(Tokenize(texts[i], 0), null, addSpecialTokens));
    }

    /// <summary>Encodes pairs of texts on all cores and pads them together.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="addSpecialTokens">Whether the post-processor adds its tokens.</param>
    /// <returns>An encoding for each pair, in order.</returns>
    public IReadOnlyList<TokenEncoding> EncodeBatch(IReadOnlyList<(string Text, string Pair)> pairs, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Batch(pairs.Count, i => Finish(Tokenize(pairs[i].Text, 0), Tokenize(pairs[i].Pair, 1), addSpecialTokens));
    }

    /// <summary>The text of ids; an id without a token is passed over.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <returns>The text.</returns>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var tokens = new List<string>();
        foreach (var id in ids)
        {
            if (IdToToken(id) is { } token && !(skipSpecialTokens && _added.IsSpecial(token)))
            {
                tokens.Add(token);
            }
        }

        return Decoder is null ? string.Join(' ', tokens) : Decoder.Decode(tokens);
    }

    /// <summary>The ids of a text without offsets, tokens, special tokens, truncation or padding: the fastest way.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The ids.</returns>
    public int[] EncodeToIds(ReadOnlySpan<char> text)
    {
        var scratch = Own ??= new Scratch();
        var shortcut = _shortcut;
        if (shortcut is null || !shortcut.IsFor(_normalizer, PreTokenizer))
        {
            _shortcut = shortcut = new IdShortcut(Model, _normalizer, PreTokenizer);
        }

        if (shortcut.IsOfBytes || (shortcut.IsOfSpaces && !_added.HasNormalized))
        {
            return EncodeShort(text, scratch, shortcut);
        }

        Cut(text, scratch.Text);
        scratch.Sink.Clear();
        foreach (var piece in scratch.Text.Pieces)
        {
            Take(scratch, piece);
        }

        var tokens = scratch.Sink.Tokens;
        var ids = new int[tokens.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = tokens[i].Id;
        }

        return ids;
    }

    /// <summary>Writes the tokenizer as <c>tokenizer.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TokenizerException">A part has no place in such a file.</exception>
    public void Save(string path) => File.WriteAllText(path, ToJson());

    /// <summary>The tokenizer as the text of <c>tokenizer.json</c>.</summary>
    /// <returns>The text.</returns>
    public string ToJson() => TokenizerWriter.Write(this);

    /// <summary>The parts in short.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"Tokenizer of {Model}, {AddedTokens.Count} added";

    private TokenEncoding[] Batch(int count, Func<int, TokenEncoding> encode)
    {
        var encodings = new TokenEncoding[count];
        try
        {
            Parallel.For(0, count, i => encodings[i] = encode(i));
        }
        catch (AggregateException error)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.Flatten().InnerExceptions[0]);
        }

        Padding?.Apply(encodings);
        return encodings;
    }

    private TokenEncoding Padded(TokenEncoding encoding)
    {
        Padding?.Apply([encoding]);
        return encoding;
    }

    private TokenEncoding Finish(TokenEncoding first, TokenEncoding? second, bool addSpecialTokens)
    {
        Truncation?.Apply(first, second, addSpecialTokens ? PostProcessor?.AddedTokens(second is not null) ?? 0 : 0);
        return PostProcessor.Finish(PostProcessor, first, second, addSpecialTokens);
    }

    private int[] EncodeShort(ReadOnlySpan<char> text, Scratch scratch, IdShortcut shortcut)
    {
        var working = scratch.Text;
        working.Reset(text);
        _added.CutRaw(working);
        if (shortcut.IsOfBytes)
        {
            _normalizer?.Apply(working);
            _added.CutNormalized(working);
            shortcut.CutWords(working);
        }

        scratch.Ids.Clear();
        foreach (var piece in working.Pieces)
        {
            if (piece.Token >= 0)
            {
                scratch.Ids.Add(piece.Token);
            }
            else if (shortcut.IsOfBytes)
            {
                shortcut.AddWord(working[piece], scratch.Ids, scratch.Sink);
            }
            else
            {
                shortcut.AddStretches(working[piece], scratch.Ids, scratch.Sink, scratch.Stretch);
            }
        }

        return [.. scratch.Ids];
    }

    private void Cut(ReadOnlySpan<char> text, WorkingText working)
    {
        working.Reset(text);
        _added.CutRaw(working);
        _normalizer?.Apply(working);
        _added.CutNormalized(working);
        PreTokenizer?.Apply(working);
    }

    private void Take(Scratch scratch, Piece piece)
    {
        if (piece.Token >= 0)
        {
            scratch.Sink.Add(new WordToken(piece.Token, 0, piece.End - piece.Start));
        }
        else if (piece.Start < piece.End)
        {
            Model.Tokenize(scratch.Text[piece], scratch.Sink);
        }
    }

    private TokenEncoding Tokenize(string text, int typeId, int word = -1)
    {
        var scratch = Own ??= new Scratch();
        Cut(text, scratch.Text);
        var working = scratch.Text;
        scratch.Sink.Clear();
        scratch.Counts.Clear();
        foreach (var piece in working.Pieces)
        {
            Take(scratch, piece);
            scratch.Counts.Add(scratch.Sink.Count);
        }

        var tokens = scratch.Sink.Tokens;
        var ids = new int[tokens.Length];
        var texts = new string[tokens.Length];
        var words = new int[tokens.Length];
        var offsets = new (int Start, int End)[tokens.Length];
        for (var (i, p) = (0, 0); i < tokens.Length; i++)
        {
            while (i >= scratch.Counts[p])
            {
                p++;
            }

            var token = tokens[i];
            var piece = working.Pieces[p];
            ids[i] = token.Id;
            texts[i] = piece.Token >= 0 ? AddedText(working, piece) : token.Text ?? Model.IdToToken(token.Id)!;
            words[i] = word >= 0 ? word : p;
            offsets[i] = working.Source(piece.Start + token.Start, piece.Start + token.End);
        }

        return new TokenEncoding(ids, typeId, texts, words, offsets) { Source = text };
    }

    /// <summary>The token as it stands in the text, white space that it took along included.</summary>
    private string AddedText(WorkingText working, Piece piece)
    {
        var content = _added.Token(piece.Token);
        var text = working[piece];
        return text.SequenceEqual(content) ? content! : text.ToString();
    }

    private sealed class Scratch
    {
        public WorkingText Text { get; } = new();

        public TokenSink Sink { get; } = new();

        public List<int> Counts { get; } = [];

        public List<int> Ids { get; } = [];

        /// <summary>A stretch of the text on a way of its own.</summary>
        public WorkingText Stretch { get; } = new();
    }
}
