using System.Text;
using System.Text.Json;
using DeepLearning.Tokenizers.Decoders;
using DeepLearning.Tokenizers.Normalizers;
using DeepLearning.Tokenizers.Patterns;
using DeepLearning.Tokenizers.PostProcessors;
using DeepLearning.Tokenizers.PreTokenizers;
using Decoder = DeepLearning.Tokenizers.Decoders.Decoder;

namespace DeepLearning.Tokenizers.Files;

/// <summary>Reads the components around the model.</summary>
internal static class ComponentReader
{
    public static Normalizer Normalizer(JsonPart part)
    {
        var kind = part.Type;
        return part.Done<Normalizer>(kind switch
        {
            "BertNormalizer" =>
                new BertNormalizer(part.Bool("clean_text"), part.Bool("handle_chinese_chars"), part.OptionalBool("strip_accents"),
                part.Bool("lowercase")),
            "Strip" => new Strip(part.Bool("strip_left"), part.Bool("strip_right")),
            "StripAccents" => new StripAccents(),
            "NFC" => new UnicodeForms(NormalizationForm.FormC),
            "NFD" => new UnicodeForms(NormalizationForm.FormD),
            "NFKC" => new UnicodeForms(NormalizationForm.FormKC),
            "NFKD" => new UnicodeForms(NormalizationForm.FormKD),
            "Lowercase" => new Lowercase(),
            "Nmt" => new Nmt(),
            "Prepend" => new Prepend(part.String("prepend")),
            "Replace" => new Replace(Pattern(part), part.String("content")),
            "Precompiled" => new Precompiled(Base64(part, "precompiled_charsmap")),
            "ByteLevel" => Flags(part, new ByteLevelNormalizer()),
            "Sequence" => new NormalizerSequence(part.Parts("normalizers").Select(Normalizer).ToArray()),
            _ => throw part.Unknown("no such normalizer is known", kind),
        });
    }

    public static PreTokenizer PreTokenizer(JsonPart part)
    {
        var kind = part.Type;
        return part.Done<PreTokenizer>(kind switch
        {
            "BertPreTokenizer" => new BertPreTokenizer(),
            "ByteLevel" => new ByteLevel(part.Bool("add_prefix_space"), part.Bool("trim_offsets", true), part.Bool("use_regex", true)),
            "CharDelimiterSplit" => new CharDelimiterSplit(part.String("delimiter")),
            "Metaspace" => Metaspace(part, static (mark, scheme, split) => new Metaspace(mark, scheme, split)),
            "Whitespace" => new Whitespace(),
            "WhitespaceSplit" => new WhitespaceSplit(),
            "Split" => new Split(Pattern(part), part.Choice<SplitDelimiterBehavior>("behavior"), part.Bool("invert")),
            "Punctuation" => new Punctuation(part.Choice<SplitDelimiterBehavior>("behavior", SplitDelimiterBehavior.Isolated)),
            "Digits" => new Digits(part.Bool("individual_digits")),
            "UnicodeScripts" => new UnicodeScripts(),
            "FixedLength" => new FixedLength(part.OptionalInt("length") ?? 5),
            "Sequence" => new PreTokenizerSequence(part.Parts("pretokenizers").Select(PreTokenizer).ToArray()),
            _ => throw part.Unknown("no such pre-tokenizer is known", kind),
        });
    }

    public static PostProcessor PostProcessor(JsonPart part)
    {
        var kind = part.Type;
        return part.Done<PostProcessor>(kind switch
        {
            "BertProcessing" => new BertProcessing(Token(part, "sep"), Token(part, "cls")),
            "RobertaProcessing" => new RobertaProcessing(Token(part, "sep"), Token(part, "cls"), part.Bool("trim_offsets", true),
                part.Bool("add_prefix_space", true)),
            "ByteLevel" =>
                new ByteLevelProcessing(part.Bool("add_prefix_space"), part.Bool("trim_offsets", true), part.Bool("use_regex", true)),
            "TemplateProcessing" => new TemplateProcessing(Template(part, "single"), Template(part, "pair"), SpecialTokens(part)),
            "Sequence" => new PostProcessorSequence(part.Parts("processors").Select(PostProcessor).ToArray()),
            _ => throw part.Unknown("no such post-processor is known", kind),
        });
    }

    public static Decoder Decoder(JsonPart part)
    {
        var kind = part.Type;
        return part.Done<Decoder>(kind switch
        {
            "BPEDecoder" => new BpeDecoder(part.String("suffix")),
            "ByteLevel" =>
                new ByteLevelDecoder(part.Bool("add_prefix_space", true), part.Bool("trim_offsets", true), part.Bool("use_regex", true)),
            "WordPiece" => new WordPieceDecoder(part.String("prefix"), part.Bool("cleanup")),
            "Metaspace" => Metaspace(part, static (mark, scheme, split) => new MetaspaceDecoder(mark, scheme, split)),
            "CTC" => new CtcDecoder(part.String("pad_token"), part.String("word_delimiter_token"), part.Bool("cleanup")),
            "Replace" => new ReplaceDecoder(Pattern(part), part.String("content")),
            "Fuse" => new Fuse(),
            "Strip" => new StripDecoder(part.String("content"), part.Int("start"), part.Int("stop")),
            "ByteFallback" => new ByteFallback(),
            "Sequence" => new DecoderSequence(part.Parts("decoders").Select(Decoder).ToArray()),
            _ => throw part.Unknown("no such decoder is known", kind),
        });
    }

    private static T Flags<T>(JsonPart part, T value)
    {
        // A normalizer of this kind is written with the flags of the pre-tokenizer, which say nothing here.
        part.OptionalBool("add_prefix_space");
        part.OptionalBool("trim_offsets");
        part.OptionalBool("use_regex");
        return value;
    }

    private static T Metaspace<T>(JsonPart part, Func<string, PrependScheme, bool, T> make)
    {
        part.OptionalString("str_rep");
        var scheme = part.Choice<PrependScheme>("prepend_scheme", PrependScheme.Always);
        if (part.OptionalBool("add_prefix_space") == false)
        {
            if (part.Has("prepend_scheme") && scheme != PrependScheme.Never)
            {
                throw new TokenizerException($"tokenizer.json: {part.Path} has add_prefix_space false and the prepend_scheme {scheme}.");
            }

            scheme = PrependScheme.Never;
        }

        return make(part.String("replacement"), scheme, part.Bool("split", true));
    }

    private static TextPattern Pattern(JsonPart part)
    {
        var pattern = part.Part("pattern");
        return pattern.Done(pattern.OptionalString("String") is { } text
            ? TextPattern.Literal(text)
            : TextPattern.Regex(pattern.String("Regex")));
    }

    private static byte[] Base64(JsonPart part, string name)
    {
        var text = part.Required(name);
        return text.ValueKind == JsonValueKind.String && text.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw JsonPart.Wrong($"{part.Path}.{name}", "base64", text);
    }

    private static (string Token, int Id) Token(JsonPart part, string name)
    {
        var path = $"{part.Path}.{name}";
        var pair = part.Array(name).ToArray();
        return pair.Length == 2
            ? (JsonPart.Text(pair[0], path), JsonPart.Whole(pair[1], path))
            : throw JsonPart.Wrong(path, "a token and its id", part.Required(name));
    }

    private static TemplatePiece[] Template(JsonPart part, string name) => [.. part.Parts(name).Select(static piece =>
    {
        if (piece.Has("SpecialToken"))
        {
            var token = piece.Part("SpecialToken");
            return piece.Done(token.Done(new TemplatePiece(-1, token.Int("type_id"), token.String("id"))));
        }

        var sequence = piece.Part("Sequence");
        var id = sequence.String("id") switch
        {
            "A" => 0,
            "B" => 1,
            var other => throw new TokenizerException($"tokenizer.json: '{sequence.Path}.id' is '{other}'; known are A and B."),
        };
        return piece.Done(sequence.Done(new TemplatePiece(id, sequence.Int("type_id"))));
    })];

    private static Dictionary<string, TemplateToken> SpecialTokens(JsonPart part)
    {
        var tokens = new Dictionary<string, TemplateToken>(StringComparer.Ordinal);
        foreach (var property in part.Part("special_tokens").Properties())
        {
            var token = new JsonPart(property.Value, $"{part.Path}.special_tokens.{property.Name}");
            token.OptionalString("id");
            tokens[property.Name] = token.Done(new TemplateToken(
                [.. token.Array("ids").Select(id => JsonPart.Whole(id, $"{token.Path}.ids"))],
                [.. token.Array("tokens").Select(text => JsonPart.Text(text, $"{token.Path}.tokens"))]));
        }

        return tokens;
    }
}
