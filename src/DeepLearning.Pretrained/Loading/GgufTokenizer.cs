using System.Text;
using DeepLearning.Formats;
using DeepLearning.Tokenizers;
using DeepLearning.Tokenizers.Decoders;
using DeepLearning.Tokenizers.Files;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Patterns;
using DeepLearning.Tokenizers.PostProcessors;
using DeepLearning.Tokenizers.PreTokenizers;

namespace DeepLearning.Pretrained;

/// <summary>
/// The tokenizer of a GGUF file, where it is one of byte pairs over bytes (llama.cpp's "gpt2") or over SentencePiece's pieces ("llama").
/// </summary>
internal static class GgufTokenizer
{
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int ByteKind = 6;

    private const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
        + @"|\s+(?!\S)|\s+";

    private const string QwenPattern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
        + @"|\s+(?!\S)|\s+";

    /// <summary>Null where the file has another kind, or none.</summary>
    /// <exception cref="ModelFileException">Tokens, kinds and merges do not fit each other.</exception>
    public static Tokenizer? Of(GgufMetadata data)
    {
        if (data.Many<string>("tokenizer.ggml.tokens") is not { } tokens)
        {
            return null;
        }

        int[]? kinds = data.Many<int>("tokenizer.ggml.token_type");
        if (kinds is not null && kinds.Length != tokens.Length)
        {
            throw data.Bad("tokenizer.ggml.token_type", $"{kinds.Length} kinds do not fit {tokens.Length} tokens.");
        }

        Tokenizer? tokenizer = data.Text("tokenizer.ggml.model") switch
        {
            "gpt2" => Bytes(data, tokens),
            "llama" => Pieces(data, tokens, kinds ?? throw data.Bad("tokenizer.ggml.token_type", "it is missing.")),
            _ => null,
        };
        if (tokenizer is null)
        {
            return null;
        }

        if (kinds is not null)
        {
            bool isBytes = data.Text("tokenizer.ggml.model") == "gpt2";
            tokenizer.AddTokens(tokens.Select((token, id) => (Token: token, Kind: kinds[id]))
                .Where(entry => entry.Kind == Control || (entry.Kind == UserDefined && isBytes))
                .Select(static entry => new AddedToken(entry.Token, Special: entry.Kind == Control, Normalized: false)));
        }

        // SentencePiece's models begin with the token of the beginning unless they say otherwise.
        bool begins = data.Flag("tokenizer.ggml.add_bos_token") ?? data.Text("tokenizer.ggml.model") == "llama";
        if (begins && data.Whole("tokenizer.ggml.bos_token_id") is { } start)
        {
            string token = start >= 0 && start < tokens.Length ? tokens[start]
                : throw data.Bad("tokenizer.ggml.bos_token_id", "no token has it.");
            tokenizer.PostProcessor = TemplateProcessing.Parse($"{token} $A", $"{token} $A {token}:1 $B:1", (token, (int)start));
        }

        return tokenizer;
    }

    /// <summary>Byte pairs over bytes; null where the file cuts words in a way that is not known.</summary>
    private static Tokenizer? Bytes(GgufMetadata data, string[] tokens)
    {
        string? pattern = data.Text("tokenizer.ggml.pre") switch
        {
            "llama-bpe" or "llama3" or "llama-v3" => Llama3Pattern,
            "qwen2" => QwenPattern,
            "gpt-2" or "gpt2" or "default" => ByteLevel.Gpt2Pattern,
            _ => null,
        };
        if (pattern is null || data.Many<string>("tokenizer.ggml.merges") is not { } merges)
        {
            return null;
        }

        Dictionary<string, int> vocabulary = new(tokens.Length);
        for (int id = 0; id < tokens.Length; id++)
        {
            if (!vocabulary.TryAdd(tokens[id], id))
            {
                throw data.Bad("tokenizer.ggml.tokens", $"token {id} is there twice.");
            }
        }

        List<(string, string)> pairs = new(merges.Length);
        foreach (string merge in merges)
        {
            int space = merge.IndexOf(' ', StringComparison.Ordinal);
            pairs.Add(space > 0 ? (merge[..space], merge[(space + 1)..]) : throw data.Bad("tokenizer.ggml.merges", "a merge is no pair."));
        }

        BpeOptions options = new() { IgnoreMerges = pattern == Llama3Pattern };
        return new Tokenizer(new BpeModel(vocabulary, pairs, options))
        {
            PreTokenizer = new PreTokenizerSequence(
                new Split(TextPattern.Regex(pattern), SplitDelimiterBehavior.Isolated),
                new ByteLevel(addPrefixSpace: false, useRegex: false)),
            Decoder = new ByteLevelDecoder(),
        };
    }

    /// <summary>The pieces of a SentencePiece model of byte pairs, as the file of one.</summary>
    private static Tokenizer Pieces(GgufMetadata data, string[] tokens, int[] kinds)
    {
        if (data.Many<float>("tokenizer.ggml.scores") is not { } scores || scores.Length != tokens.Length)
        {
            throw data.Bad("tokenizer.ggml.scores", $"there is no score for each of {tokens.Length} tokens.");
        }

        using MemoryStream file = new();
        using MemoryStream part = new();
        for (int id = 0; id < tokens.Length; id++)
        {
            part.SetLength(0);
            Field(part, 1, Encoding.UTF8.GetBytes(tokens[id]));
            part.WriteByte((2 << 3) | 5);
            part.Write(BitConverter.GetBytes(scores[id]));
            Number(part, 3, (uint)kinds[id]);
            Field(file, 1, part.ToArray());
        }

        // Byte pairs, with bytes for characters that no piece has.
        part.SetLength(0);
        Number(part, 3, 2);
        Number(part, 35, kinds.Contains(ByteKind) ? 1u : 0u);
        Field(file, 2, part.ToArray());
        part.SetLength(0);
        Number(part, 3, data.Flag("tokenizer.ggml.add_space_prefix") == false ? 0u : 1u);
        Number(part, 4, data.Flag("tokenizer.ggml.remove_extra_whitespaces") == true ? 1u : 0u);
        Field(file, 3, part.ToArray());
        try
        {
            return SentencePieceLoader.Load(file.ToArray(), addBeginning: false, addEnd: false);
        }
        catch (TokenizerException e)
        {
            throw new ModelFileException(data.File.FileName, "tokenizer.ggml.tokens", null, e.Message, e);
        }
    }

    private static void Field(Stream stream, uint number, byte[] bytes)
    {
        Varint(stream, (number << 3) | 2);
        Varint(stream, (uint)bytes.Length);
        stream.Write(bytes);
    }

    private static void Number(Stream stream, uint number, uint value)
    {
        Varint(stream, number << 3);
        Varint(stream, value);
    }

    private static void Varint(Stream stream, uint value)
    {
        for (; value >= 128; value >>= 7)
        {
            stream.WriteByte((byte)(value | 128));
        }

        stream.WriteByte((byte)value);
    }
}
