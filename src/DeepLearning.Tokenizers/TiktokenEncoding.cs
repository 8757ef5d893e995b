using DeepLearning.Tokenizers.PreTokenizers;

namespace DeepLearning.Tokenizers;

/// <summary>What a tiktoken file does not say: the pattern that cuts words, and the special tokens.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="SpecialTokens">The special tokens and their ids.</param>
public sealed record TiktokenEncoding(string Pattern, IReadOnlyDictionary<string, int> SpecialTokens)
{
    private const string Cl100kPattern = @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+|"
        + @" ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s";

    private const string O200kPattern =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
        + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary><c>gpt2</c> and <c>r50k_base</c>.</summary>
    public static TiktokenEncoding Gpt2 { get; } = new(ByteLevel.Gpt2Pattern, new Dictionary<string, int> { ["<|endoftext|>"] = 50256 });

    /// <summary><c>cl100k_base</c>.</summary>
    public static TiktokenEncoding Cl100kBase { get; } = new(Cl100kPattern, new Dictionary<string, int>
    {
        ["<|endoftext|>"] = 100257,
        ["<|fim_prefix|>"] = 100258,
        ["<|fim_middle|>"] = 100259,
        ["<|fim_suffix|>"] = 100260,
        ["<|endofprompt|>"] = 100276,
    });

    /// <summary><c>o200k_base</c>.</summary>
    public static TiktokenEncoding O200kBase { get; } = new(O200kPattern, new Dictionary<string, int>
    {
        ["<|endoftext|>"] = 199999,
        ["<|endofprompt|>"] = 200018,
    });

    /// <summary>The pattern and the special tokens.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Pattern} with {string.Join(", ", SpecialTokens.Keys)}";
}
