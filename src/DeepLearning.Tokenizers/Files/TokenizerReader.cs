using System.Text.Json;
using DeepLearning.Tokenizers.Models;

namespace DeepLearning.Tokenizers.Files;

/// <summary>Reads <c>tokenizer.json</c>.</summary>
internal static class TokenizerReader
{
    public static Tokenizer Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 64 });
            return Read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new TokenizerException(
                $"tokenizer.json: line {error.LineNumber + 1}, byte {error.BytePositionInLine}: {error.Message}", error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // A text with half a surrogate pair, or an argument that a component refuses.
            throw new TokenizerException($"tokenizer.json: {error.Message}", error);
        }
    }

    private static Tokenizer Read(JsonElement root)
    {
        var part = new JsonPart(root, "$");
        if (part.OptionalString("version") is { } version && version != "1.0")
        {
            throw new TokenizerException($"tokenizer.json: the version '{version}' is unknown; 1.0 is known.");
        }

        var tokenizer = new Tokenizer(Model(part.Part("model")));
        if (part.Optional("normalizer") is { } normalizer)
        {
            tokenizer.Normalizer = ComponentReader.Normalizer(new JsonPart(normalizer, "$.normalizer"));
        }

        if (part.Optional("pre_tokenizer") is { } preTokenizer)
        {
            tokenizer.PreTokenizer = ComponentReader.PreTokenizer(new JsonPart(preTokenizer, "$.pre_tokenizer"));
        }

        if (part.Optional("post_processor") is { } postProcessor)
        {
            tokenizer.PostProcessor = ComponentReader.PostProcessor(new JsonPart(postProcessor, "$.post_processor"));
        }

        if (part.Optional("decoder") is { } decoder)
        {
            tokenizer.Decoder = ComponentReader.Decoder(new JsonPart(decoder, "$.decoder"));
        }

        if (part.Optional("truncation") is { } truncation)
        {
            tokenizer.Truncation = Truncation(new JsonPart(truncation, "$.truncation"));
        }

        if (part.Optional("padding") is { } padding)
        {
            tokenizer.Padding = Padding(new JsonPart(padding, "$.padding"));
        }

        if (part.Optional("added_tokens") is not null)
        {
            tokenizer.AddTokens(part.Parts("added_tokens").Select(AddedToken).ToArray());
        }

        return part.Done(tokenizer);
    }

    private static AddedToken AddedToken(JsonPart part)
    {
        // The reference gives ids anew, by the model or behind it; the number in the file has no say.
        part.OptionalInt("id");
        return part.Done(new AddedToken(part.String("content"), part.Bool("special", false), part.Bool("single_word", false),
            part.Bool("lstrip", false), part.Bool("rstrip", false), part.Bool("normalized", true)));
    }

    private static TruncationOptions Truncation(JsonPart part) => part.Done(new TruncationOptions
    {
        Direction = part.Choice<TruncationDirection>("direction", TruncationDirection.Right),
        MaxLength = part.Int("max_length"),
        Strategy = part.Choice<TruncationStrategy>("strategy"),
        Stride = part.Int("stride"),
    });

    private static PaddingOptions Padding(JsonPart part)
    {
        var strategy = part.Required("strategy");
        int? length = null;
        if (strategy.ValueKind == JsonValueKind.Object)
        {
            var own = part.Part("strategy");
            length = own.Done(own.Int("Fixed"));
        }
        else if (part.String("strategy") is var name && name != "BatchLongest")
        {
            throw new TokenizerException($"tokenizer.json: '$.padding.strategy' is '{name}'; known are BatchLongest and Fixed.");
        }

        return part.Done(new PaddingOptions
        {
            Length = length,
            Direction = part.Choice<PaddingDirection>("direction"),
            PadToMultipleOf = part.OptionalInt("pad_to_multiple_of"),
            PadId = part.Int("pad_id"),
            PadTypeId = part.Int("pad_type_id"),
            PadToken = part.String("pad_token"),
        });
    }

    private static TokenModel Model(JsonPart part)
    {
        var kind = part.OptionalString("type") ?? Guess(part);
        return part.Done<TokenModel>(kind switch
        {
            "BPE" => new BpeModel(Vocabulary(part), Merges(part), new BpeOptions
            {
                Dropout = part.Optional("dropout") is { } dropout ? (float)JsonPart.Number(dropout, "$.model.dropout") : null,
                UnknownToken = part.OptionalString("unk_token"),
                ContinuingSubwordPrefix = part.OptionalString("continuing_subword_prefix"),
                EndOfWordSuffix = part.OptionalString("end_of_word_suffix"),
                FuseUnknown = part.Bool("fuse_unk", false),
                ByteFallback = part.Bool("byte_fallback", false),
                IgnoreMerges = part.Bool("ignore_merges", false),
            }),
            "WordPiece" => new WordPieceModel(Vocabulary(part), part.String("unk_token"), part.String("continuing_subword_prefix"),
                part.Int("max_input_chars_per_word")),
            "WordLevel" => new WordLevelModel(Vocabulary(part), part.String("unk_token")),
            "Unigram" => new UnigramModel(Pieces(part), part.OptionalInt("unk_id"), part.Bool("byte_fallback", false)),
            _ => throw part.Unknown("known are BPE, WordPiece, WordLevel and Unigram", kind),
        });
    }

    /// <summary>Files of old have models without a kind.</summary>
    private static string Guess(JsonPart part) => part.Has("merges") ? "BPE"
        : part.Has("unk_id") ? "Unigram"
        : part.Has("continuing_subword_prefix") ? "WordPiece"
        : "WordLevel";

    private static List<KeyValuePair<string, int>> Vocabulary(JsonPart part)
    {
        var entries = new List<KeyValuePair<string, int>>();
        var vocabulary = part.Part("vocab");
        foreach (var property in vocabulary.Properties())
        {
            entries.Add(KeyValuePair.Create(property.Name, JsonPart.Whole(property.Value, "$.model.vocab")));
        }

        return entries;
    }

    private static List<(string Left, string Right)> Merges(JsonPart part)
    {
        var merges = new List<(string Left, string Right)>();
        foreach (var item in part.Array("merges"))
        {
            var path = $"$.model.merges[{merges.Count}]";
            if (item.ValueKind == JsonValueKind.String)
            {
                var text = item.GetString()!;
                var space = text.IndexOf(' ', StringComparison.Ordinal);
                if (space < 0 || text.IndexOf(' ', space + 1) >= 0)
                {
                    throw new TokenizerException($"tokenizer.json: '{path}' is '{text}', where two parts and a space were expected.");
                }

                merges.Add((text[..space], text[(space + 1)..]));
                continue;
            }

            var parts = JsonPart.Items(item, path).Select(element => JsonPart.Text(element, path)).ToArray();
            merges.Add(parts.Length == 2 ? (parts[0], parts[1]) : throw JsonPart.Wrong(path, "two parts", item));
        }

        return merges;
    }

    private static List<(string Piece, double Score)> Pieces(JsonPart part)
    {
        var pieces = new List<(string Piece, double Score)>();
        foreach (var item in part.Array("vocab"))
        {
            var path = $"$.model.vocab[{pieces.Count}]";
            var pair = JsonPart.Items(item, path).ToArray();
            if (pair.Length != 2)
            {
                throw JsonPart.Wrong(path, "a piece and its score", item);
            }

            pieces.Add((JsonPart.Text(pair[0], path), JsonPart.Number(pair[1], path)));
        }

        return pieces;
    }
}
