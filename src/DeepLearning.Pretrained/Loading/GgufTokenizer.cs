using DeepLearning.Tokenizers;
using DeepLearning.Tokenizers.Decoders;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Patterns;
using DeepLearning.Tokenizers.PostProcessors;
using DeepLearning.Tokenizers.PreTokenizers;

namespace DeepLearning.Pretrained;

/// <summary>The tokenizer of a GGUF file, where it is one of byte pairs over bytes (llama.cpp's "gpt2").</summary>
internal static class GgufTokenizer
{
    private const int Control = 3;
    private const int UserDefined = 4;

    private const string Llama3Pattern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
        + @"|\s+(?!\S)|\s+";

    private const string QwenPattern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
        + @"|\s+(?!\S)|\s+";

    /// <summary>Null where the file has another kind, or none.</summary>
    /// <exception cref="DeepLearning.Formats.ModelFileException">Tokens, kinds and merges do not fit each other.</exception>
    public static Tokenizer? Of(GgufMetadata data)
    {
        string? pattern = data.Text("tokenizer.ggml.pre") switch
        {
            "llama-bpe" or "llama3" or "llama-v3" => Llama3Pattern,
            "qwen2" => QwenPattern,
            "gpt-2" or "gpt2" or "default" => ByteLevel.Gpt2Pattern,
            _ => null,
        };
        if (data.Text("tokenizer.ggml.model") != "gpt2" || pattern is null
            || data.Many<string>("tokenizer.ggml.tokens") is not { } tokens || data.Many<string>("tokenizer.ggml.merges") is not { } merges)
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
        Tokenizer tokenizer = new(new BpeModel(vocabulary, pairs, options))
        {
            PreTokenizer = new PreTokenizerSequence(
                new Split(TextPattern.Regex(pattern), SplitDelimiterBehavior.Isolated), new ByteLevel(addPrefixSpace: false, useRegex: false)),
            Decoder = new ByteLevelDecoder(),
        };
        if (data.Many<int>("tokenizer.ggml.token_type") is { } kinds)
        {
            if (kinds.Length != tokens.Length)
            {
                throw data.Bad("tokenizer.ggml.token_type", $"{kinds.Length} kinds do not fit {tokens.Length} tokens.");
            }

            tokenizer.AddTokens(tokens.Where((_, id) => kinds[id] is Control or UserDefined).Select(
                token => new AddedToken(token, Special: kinds[vocabulary[token]] == Control, Normalized: false)));
        }

        if (data.Flag("tokenizer.ggml.add_bos_token") == true && data.Whole("tokenizer.ggml.bos_token_id") is { } start)
        {
            string token = start >= 0 && start < tokens.Length ? tokens[start] : throw data.Bad("tokenizer.ggml.bos_token_id", "no token has it.");
            tokenizer.PostProcessor = TemplateProcessing.Parse($"{token} $A", $"{token} $A {token}:1 $B:1", (token, (int)start));
        }

        return tokenizer;
    }
}
