using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeepLearning.Tokenizers.Decoders;
using DeepLearning.Tokenizers.Normalizers;
using DeepLearning.Tokenizers.Patterns;
using DeepLearning.Tokenizers.PostProcessors;
using DeepLearning.Tokenizers.PreTokenizers;
using Decoder = DeepLearning.Tokenizers.Decoders.Decoder;

namespace DeepLearning.Tokenizers.Files;

/// <summary>Writes the components around the model.</summary>
internal static class ComponentWriter
{
    public static void Write(Utf8JsonWriter writer, Normalizer normalizer)
    {
        switch (normalizer)
        {
            case BertNormalizer bert:
                Begin(writer, "BertNormalizer");
                writer.WriteBoolean("clean_text", bert.CleanText);
                writer.WriteBoolean("handle_chinese_chars", bert.HandleChineseChars);
                if (bert.StripAccents is { } strips)
                {
                    writer.WriteBoolean("strip_accents", strips);
                }
                else
                {
                    writer.WriteNull("strip_accents");
                }

                writer.WriteBoolean("lowercase", bert.Lowercase);
                break;
            case Strip strip:
                Begin(writer, "Strip");
                writer.WriteBoolean("strip_left", strip.Left);
                writer.WriteBoolean("strip_right", strip.Right);
                break;
            case UnicodeForms forms:
                Begin(writer, forms.Form switch
                {
                    NormalizationForm.FormC => "NFC",
                    NormalizationForm.FormD => "NFD",
                    NormalizationForm.FormKC => "NFKC",
                    _ => "NFKD",
                });
                break;
            case Prepend prepend:
                Begin(writer, "Prepend");
                writer.WriteString("prepend", prepend.Text);
                break;
            case Replace replace:
                Begin(writer, "Replace");
                Pattern(writer, replace.Pattern);
                writer.WriteString("content", replace.Content);
                break;
            case Precompiled precompiled:
                Begin(writer, "Precompiled");
                writer.WriteBase64String("precompiled_charsmap", precompiled.CompiledMap);
                break;
            case ByteLevelNormalizer:
                Begin(writer, "ByteLevel");
                break;
            case NormalizerSequence sequence:
                Sequence(writer, "normalizers", sequence.Normalizers, Write);
                break;
            case Lowercase or StripAccents or Nmt:
                Begin(writer, normalizer.GetType().Name);
                break;
            default:
                throw new TokenizerException($"tokenizer.json: a normalizer of {normalizer.GetType().Name} has no place in the file.");
        }

        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, PreTokenizer preTokenizer)
    {
        switch (preTokenizer)
        {
            case ByteLevel level:
                Begin(writer, "ByteLevel");
                ByteLevelFlags(writer, level.AddPrefixSpace, level.TrimOffsets, level.UseRegex);
                break;
            case CharDelimiterSplit split:
                Begin(writer, "CharDelimiterSplit");
                writer.WriteString("delimiter", split.Delimiter);
                break;
            case Metaspace metaspace:
                Metaspace(writer, metaspace.Replacement, metaspace.PrependScheme, metaspace.Split);
                break;
            case Split split:
                Begin(writer, "Split");
                Pattern(writer, split.Pattern);
                writer.WriteString("behavior", split.Behavior.ToString());
                writer.WriteBoolean("invert", split.Invert);
                break;
            case Punctuation punctuation:
                Begin(writer, "Punctuation");
                writer.WriteString("behavior", punctuation.Behavior.ToString());
                break;
            case Digits digits:
                Begin(writer, "Digits");
                writer.WriteBoolean("individual_digits", digits.IndividualDigits);
                break;
            case FixedLength length:
                Begin(writer, "FixedLength");
                writer.WriteNumber("length", length.Length);
                break;
            case PreTokenizerSequence sequence:
                Sequence(writer, "pretokenizers", sequence.PreTokenizers, Write);
                break;
            default:
                // Whitespace, WhitespaceSplit, BertPreTokenizer and UnicodeScripts have no more than their names.
                Begin(writer, preTokenizer.GetType().Name);
                break;
        }

        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, PostProcessor processor)
    {
        switch (processor)
        {
            case BertProcessing bert:
                Begin(writer, "BertProcessing");
                Token(writer, "sep", bert.Separator);
                Token(writer, "cls", bert.Classifier);
                break;
            case RobertaProcessing roberta:
                Begin(writer, "RobertaProcessing");
                Token(writer, "sep", roberta.Separator);
                Token(writer, "cls", roberta.Classifier);
                writer.WriteBoolean("trim_offsets", roberta.TrimOffsets);
                writer.WriteBoolean("add_prefix_space", roberta.AddPrefixSpace);
                break;
            case ByteLevelProcessing level:
                Begin(writer, "ByteLevel");
                ByteLevelFlags(writer, level.AddPrefixSpace, level.TrimOffsets, level.UseRegex);
                break;
            case TemplateProcessing template:
                Template(writer, template);
                break;
            case PostProcessorSequence sequence:
                Sequence(writer, "processors", sequence.Processors, Write);
                break;
        }

        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, Decoder decoder)
    {
        switch (decoder)
        {
            case BpeDecoder bpe:
                Begin(writer, "BPEDecoder");
                writer.WriteString("suffix", bpe.Suffix);
                break;
            case ByteLevelDecoder level:
                Begin(writer, "ByteLevel");
                ByteLevelFlags(writer, level.AddPrefixSpace, level.TrimOffsets, level.UseRegex);
                break;
            case WordPieceDecoder wordPiece:
                Begin(writer, "WordPiece");
                writer.WriteString("prefix", wordPiece.Prefix);
                writer.WriteBoolean("cleanup", wordPiece.Cleanup);
                break;
            case MetaspaceDecoder metaspace:
                Metaspace(writer, metaspace.Replacement, metaspace.PrependScheme, metaspace.Split);
                break;
            case CtcDecoder ctc:
                Begin(writer, "CTC");
                writer.WriteString("pad_token", ctc.PadToken);
                writer.WriteString("word_delimiter_token", ctc.WordDelimiterToken);
                writer.WriteBoolean("cleanup", ctc.Cleanup);
                break;
            case ReplaceDecoder replace:
                Begin(writer, "Replace");
                Pattern(writer, replace.Pattern);
                writer.WriteString("content", replace.Content);
                break;
            case StripDecoder strip:
                Begin(writer, "Strip");
                writer.WriteString("content", strip.Content);
                writer.WriteNumber("start", strip.Start);
                writer.WriteNumber("stop", strip.Stop);
                break;
            case DecoderSequence sequence:
                Sequence(writer, "decoders", sequence.Decoders, Write);
                break;
            default:
                // Fuse and ByteFallback have no more than their names.
                Begin(writer, decoder.GetType().Name);
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>A component as one line of the file.</summary>
    public static string Print<T>(T component, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(writer, component);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Begin(Utf8JsonWriter writer, string type)
    {
        writer.WriteStartObject();
        writer.WriteString("type", type);
    }

    private static void Sequence<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> parts, Action<Utf8JsonWriter, T> write)
    {
        Begin(writer, "Sequence");
        writer.WriteStartArray(name);
        foreach (var part in parts)
        {
            write(writer, part);
        }

        writer.WriteEndArray();
    }

    private static void Pattern(Utf8JsonWriter writer, TextPattern pattern)
    {
        writer.WriteStartObject("pattern");
        writer.WriteString(pattern.IsRegex ? "Regex" : "String", pattern.Source);
        writer.WriteEndObject();
    }

    private static void ByteLevelFlags(Utf8JsonWriter writer, bool addPrefixSpace, bool trimOffsets, bool useRegex)
    {
        writer.WriteBoolean("add_prefix_space", addPrefixSpace);
        writer.WriteBoolean("trim_offsets", trimOffsets);
        writer.WriteBoolean("use_regex", useRegex);
    }

    private static void Metaspace(Utf8JsonWriter writer, string replacement, PrependScheme scheme, bool split)
    {
        Begin(writer, "Metaspace");
        writer.WriteString("replacement", replacement);
        writer.WriteString("prepend_scheme", scheme switch
        {
            PrependScheme.Always => "always",
            PrependScheme.First => "first",
            _ => "never",
        });
        writer.WriteBoolean("split", split);
    }

    private static void Token(Utf8JsonWriter writer, string name, (string Token, int Id) token)
    {
        writer.WriteStartArray(name);
        writer.WriteStringValue(token.Token);
        writer.WriteNumberValue(token.Id);
        writer.WriteEndArray();
    }

    private static void Template(Utf8JsonWriter writer, TemplateProcessing template)
    {
        Begin(writer, "TemplateProcessing");
        foreach (var (name, pieces) in (ReadOnlySpan<(string, IReadOnlyList<TemplatePiece>)>)[("single", template.Single), ("pair",
            template.Pair)])
        {
            writer.WriteStartArray(name);
            foreach (var piece in pieces)
            {
                writer.WriteStartObject();
                writer.WriteStartObject(piece.SpecialToken is null ? "Sequence" : "SpecialToken");
                writer.WriteString("id", piece.SpecialToken ?? (piece.Sequence == 0 ? "A" : "B"));
                writer.WriteNumber("type_id", piece.TypeId);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteStartObject("special_tokens");
        foreach (var (name, token) in template.SpecialTokens.OrderBy(static t => t.Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject(name);
            writer.WriteString("id", name);
            writer.WriteStartArray("ids");
            foreach (var id in token.Ids)
            {
                writer.WriteNumberValue(id);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("tokens");
            foreach (var text in token.Tokens)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
