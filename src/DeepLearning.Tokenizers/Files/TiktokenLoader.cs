using System.Buffers.Text;
using DeepLearning.Tokenizers.Decoders;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Patterns;
using DeepLearning.Tokenizers.PreTokenizers;
using DeepLearning.Tokenizers.Text;

namespace DeepLearning.Tokenizers.Files;

/// <summary>Makes a tokenizer of a tiktoken file: lines of a token in base64, a space, and its rank.</summary>
internal static class TiktokenLoader
{
    private const int MaxToken = 1024;

    public static Tokenizer Load(ReadOnlySpan<byte> file, TiktokenEncoding encoding)
    {
        var entries = new List<KeyValuePair<string, int>>();
        var ranks = new HashSet<int>();
        var line = 0;
        while (!file.IsEmpty)
        {
            line++;
            var end = file.IndexOf((byte)'\n');
            var text = end < 0 ? file : file[..end];
            file = end < 0 ? default : file[(end + 1)..];
            text = text.TrimEnd((byte)'\r');
            if (text.IsEmpty)
            {
                continue;
            }

            var entry = Entry(text, line);
            if (!ranks.Add(entry.Value))
            {
                throw new TokenizerException($"tiktoken file, line {line}: the rank {entry.Value} is there already.");
            }

            entries.Add(entry);
        }

        return Make(entries, encoding);
    }

    private static KeyValuePair<string, int> Entry(ReadOnlySpan<byte> text, int line)
    {
        var space = text.IndexOf((byte)' ');
        if (space < 1 || !Utf8Parser.TryParse(text[(space + 1)..], out int rank, out var used) || used != text.Length - space - 1
            || rank < 0)
        {
            throw new TokenizerException($"tiktoken file, line {line}: base64, a space and a rank were expected.");
        }

        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(space)];
        if (Base64.DecodeFromUtf8(text[..space], bytes, out _, out var count) != System.Buffers.OperationStatus.Done || count == 0)
        {
            throw new TokenizerException($"tiktoken file, line {line}: the token is no base64.");
        }

        return KeyValuePair.Create(ByteAlphabet.Text(bytes.AsSpan(0, count)), rank);
    }

    private static Tokenizer Make(List<KeyValuePair<string, int>> entries, TiktokenEncoding encoding)
    {
        var ranked = entries.OrderBy(static entry => entry.Value).ToArray();
        foreach (var (token, id) in encoding.SpecialTokens)
        {
            entries.Add(KeyValuePair.Create(token, id));
        }

        var vocabulary = new Vocabulary(entries);
        if (vocabulary.Ids.Count != entries.Count || vocabulary.Ids.Values.Distinct().Count() != entries.Count)
        {
            throw new TokenizerException("tiktoken file: a token or an id is there twice, special tokens included.");
        }

        for (var b = 0; b < 256; b++)
        {
            if (!vocabulary.TryGet([ByteAlphabet.Char((byte)b)], out _))
            {
                throw new TokenizerException($"tiktoken file: the byte 0x{b:X2} has no token.");
            }
        }

        var merges = new Dictionary<ulong, BpeMerge>(entries.Count * 2);
        var written = new List<(string Left, string Right)>(entries.Count * 2);
        foreach (var (token, rank) in ranked)
        {
            MergesOf.Add(token, rank, rank, vocabulary, merges, written, MaxToken, static _ => true);
        }

        var tokenizer = new Tokenizer(new BpeModel(vocabulary, merges, written, new BpeOptions { IgnoreMerges = true }))
        {
            PreTokenizer = new PreTokenizerSequence(new Split(TextPattern.Regex(encoding.Pattern), SplitDelimiterBehavior.Isolated),
                new ByteLevel(addPrefixSpace: false, useRegex: false)),
            Decoder = new ByteLevelDecoder(),
        };
        tokenizer.AddTokens(encoding.SpecialTokens.Keys.Select(static token => new AddedToken(token, Special: true)));
        return tokenizer;
    }
}
