using DeepLearning.Tokenizers.Decoders;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Normalizers;
using DeepLearning.Tokenizers.PostProcessors;
using DeepLearning.Tokenizers.PreTokenizers;

namespace DeepLearning.Tokenizers.Files;

/// <summary>Makes a tokenizer of a SentencePiece file.</summary>
internal static class SentencePieceLoader
{
    private const int MaxPiece = 1024;

    public static Tokenizer Load(byte[] bytes, bool addBeginning, bool addEnd)
    {
        var file = SentencePieceFile.Read(bytes);
        CharTrie? userDefined = null;
        for (var id = 0; id < file.Pieces.Count; id++)
        {
            if (file.Pieces[id].Kind == PieceKind.UserDefined)
            {
                (userDefined ??= new CharTrie()).Add(file.Pieces[id].Text, id);
            }
        }

        var tokenizer = new Tokenizer(file.ModelType switch
        {
            1 => new SentencePieceUnigram(file),
            2 => Bpe(file),
            var other => throw new TokenizerException($"SentencePiece file: a model of type {other}; 1 (Unigram) and 2 (BPE) are known."),
        })
        {
            Normalizer = new SentencePieceNormalizer(file, userDefined),
            PreTokenizer = file.ModelType == 2 && userDefined is not null ? new UserDefinedPieces(userDefined) : null,
            Decoder = new SentencePieceDecoder(file),
        };
        if (addBeginning || addEnd)
        {
            tokenizer.PostProcessor = Frame(file, addBeginning ? "<s>" : null, addEnd ? "</s>" : null);
        }

        return tokenizer;
    }

    private static TemplateProcessing Frame(SentencePieceFile file, string? begins, string? ends)
    {
        var tokens = new[] { begins, ends }.OfType<string>().Select(token => (token, Control(file, token))).ToArray();
        var one = string.Join(' ', new[] { begins, "$A", ends }.OfType<string>());
        var two = string.Join(' ', new[] { begins, "$A", ends, begins, "$B:1", ends }.OfType<string>());
        return TemplateProcessing.Parse(one, two, tokens);
    }

    private static int Control(SentencePieceFile file, string token) =>
        file.Pieces.FindIndex(piece => piece.Kind == PieceKind.Control && piece.Text == token) is var id and >= 0
            ? id
            : throw new TokenizerException($"SentencePiece file: it has no control piece '{token}'.");

    /// <summary>Two neighbors merge where what they make is a piece, the highest score first.</summary>
    private static BpeModel Bpe(SentencePieceFile file)
    {
        if (file.Pieces.Exists(static piece => piece.Kind == PieceKind.Unused))
        {
            throw new TokenizerException("SentencePiece file: a BPE model with unused pieces is not supported.");
        }

        var vocabulary = new Vocabulary(file.Pieces.Select(static (piece, id) => KeyValuePair.Create(piece.Text, id)));
        var merges = new Dictionary<ulong, BpeMerge>();
        var ordered = Enumerable.Range(0, file.Pieces.Count).Where(id => file.Pieces[id].Kind == PieceKind.Normal)
            .OrderByDescending(id => file.Pieces[id].Score).ToArray();
        var rank = 0;
        for (var i = 0; i < ordered.Length; i++)
        {
            var piece = file.Pieces[ordered[i]];
            rank = i > 0 && piece.Score == file.Pieces[ordered[i - 1]].Score ? rank : i;
            MergesOf.Add(piece.Text, rank, ordered[i], vocabulary, merges, null, MaxPiece, id => file.Pieces[id].Kind == PieceKind.Normal);
        }

        return new BpeModel(vocabulary, merges, [], new BpeOptions
        {
            UnknownToken = file.Pieces[file.UnknownId].Text,
            FuseUnknown = true,
            ByteFallback = file.ByteFallback,
        });
    }
}

/// <summary>Every way in which two tokens make a third.</summary>
internal static class MergesOf
{
    public static void Add(string token, int rank, int id, Vocabulary vocabulary, Dictionary<ulong, BpeMerge> merges,
        List<(string Left, string Right)>? written, int maxLength, Func<int, bool> counts)
    {
        if (token.Length > maxLength)
        {
            throw new TokenizerException($"The token {id} has {token.Length} units; {maxLength} at most are allowed.");
        }

        for (var cut = 1; cut < token.Length; cut++)
        {
            if (vocabulary.TryGet(token.AsSpan(0, cut), out var left) && counts(left)
                && vocabulary.TryGet(token.AsSpan(cut), out var right) && counts(right)
                && merges.TryAdd(BpeModel.Key(left, right), new BpeMerge(rank, id)))
            {
                written?.Add((vocabulary.Token(left)!, vocabulary.Token(right)!));
            }
        }
    }
}
