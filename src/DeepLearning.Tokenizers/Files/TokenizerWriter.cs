using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeepLearning.Tokenizers.Models;

namespace DeepLearning.Tokenizers.Files;

/// <summary>Writes <c>tokenizer.json</c>.</summary>
internal static class TokenizerWriter
{
    public static string Write(Tokenizer tokenizer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions
        {
            Indented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
        }))
        {
            writer.WriteStartObject();
            writer.WriteString("version", "1.0");
            Truncation(writer, tokenizer.Truncation);
            Padding(writer, tokenizer.Padding);
            AddedTokens(writer, tokenizer.AddedTokens);
            Component(writer, "normalizer", tokenizer.Normalizer, ComponentWriter.Write);
            Component(writer, "pre_tokenizer", tokenizer.PreTokenizer, ComponentWriter.Write);
            Component(writer, "post_processor", tokenizer.PostProcessor, ComponentWriter.Write);
            Component(writer, "decoder", tokenizer.Decoder, ComponentWriter.Write);
            writer.WritePropertyName("model");
            Model(writer, tokenizer.Model);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Component<T>(Utf8JsonWriter writer, string name, T? component, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        writer.WritePropertyName(name);
        if (component is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            write(writer, component);
        }
    }

    private static void Truncation(Utf8JsonWriter writer, TruncationOptions? options) =>
        Component(writer, "truncation", options, static (w, o) =>
        {
            w.WriteStartObject();
            w.WriteString("direction", o.Direction.ToString());
            w.WriteNumber("max_length", o.MaxLength);
            w.WriteString("strategy", o.Strategy.ToString());
            w.WriteNumber("stride", o.Stride);
            w.WriteEndObject();
        });

    private static void Padding(Utf8JsonWriter writer, PaddingOptions? options) =>
        Component(writer, "padding", options, static (w, o) =>
        {
            w.WriteStartObject();
            if (o.Length is { } length)
            {
                w.WriteStartObject("strategy");
                w.WriteNumber("Fixed", length);
                w.WriteEndObject();
            }
            else
            {
                w.WriteString("strategy", "BatchLongest");
            }

            w.WriteString("direction", o.Direction.ToString());
            if (o.PadToMultipleOf is { } multiple)
            {
                w.WriteNumber("pad_to_multiple_of", multiple);
            }
            else
            {
                w.WriteNull("pad_to_multiple_of");
            }

            w.WriteNumber("pad_id", o.PadId);
            w.WriteNumber("pad_type_id", o.PadTypeId);
            w.WriteString("pad_token", o.PadToken);
            w.WriteEndObject();
        });

    private static void AddedTokens(Utf8JsonWriter writer, IReadOnlyDictionary<int, AddedToken> tokens)
    {
        writer.WriteStartArray("added_tokens");
        foreach (var (id, token) in tokens)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", id);
            writer.WriteString("content", token.Content);
            writer.WriteBoolean("single_word", token.SingleWord);
            writer.WriteBoolean("lstrip", token.LStrip);
            writer.WriteBoolean("rstrip", token.RStrip);
            writer.WriteBoolean("normalized", token.IsNormalized);
            writer.WriteBoolean("special", token.Special);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Model(Utf8JsonWriter writer, TokenModel model)
    {
        writer.WriteStartObject();
        switch (model)
        {
            case BpeModel bpe:
                Bpe(writer, bpe);
                break;
            case WordPieceModel wordPiece:
                writer.WriteString("type", "WordPiece");
                writer.WriteString("unk_token", wordPiece.UnknownToken);
                writer.WriteString("continuing_subword_prefix", wordPiece.ContinuingSubwordPrefix);
                writer.WriteNumber("max_input_chars_per_word", wordPiece.MaxInputCharsPerWord);
                Vocabulary(writer, model);
                break;
            case WordLevelModel wordLevel:
                writer.WriteString("type", "WordLevel");
                Vocabulary(writer, model);
                writer.WriteString("unk_token", wordLevel.UnknownToken);
                break;
            case UnigramModel unigram:
                Unigram(writer, unigram);
                break;
            default:
                throw new TokenizerException($"tokenizer.json: a model of {model.GetType().Name} has no place in the file.");
        }

        writer.WriteEndObject();
    }

    private static void Bpe(Utf8JsonWriter writer, BpeModel model)
    {
        var options = model.Options;
        writer.WriteString("type", "BPE");
        if (options.Dropout is { } dropout)
        {
            writer.WriteNumber("dropout", dropout);
        }
        else
        {
            writer.WriteNull("dropout");
        }

        writer.WriteString("unk_token", options.UnknownToken);
        writer.WriteString("continuing_subword_prefix", options.ContinuingSubwordPrefix);
        writer.WriteString("end_of_word_suffix", options.EndOfWordSuffix);
        writer.WriteBoolean("fuse_unk", options.FuseUnknown);
        writer.WriteBoolean("byte_fallback", options.ByteFallback);
        writer.WriteBoolean("ignore_merges", options.IgnoreMerges);
        Vocabulary(writer, model);
        writer.WriteStartArray("merges");
        foreach (var (left, right) in model.Merges)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(left);
            writer.WriteStringValue(right);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void Unigram(Utf8JsonWriter writer, UnigramModel model)
    {
        writer.WriteString("type", "Unigram");
        if (model.UnknownId is { } unknown)
        {
            writer.WriteNumber("unk_id", unknown);
        }
        else
        {
            writer.WriteNull("unk_id");
        }

        writer.WriteStartArray("vocab");
        foreach (var (piece, score) in model.Pieces)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(piece);
            writer.WriteNumberValue(score);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("byte_fallback", model.ByteFallback);
    }

    private static void Vocabulary(Utf8JsonWriter writer, TokenModel model)
    {
        writer.WriteStartObject("vocab");
        foreach (var (token, id) in model.Vocabulary.OrderBy(static entry => entry.Value))
        {
            writer.WriteNumber(token, id);
        }

        writer.WriteEndObject();
    }
}
