using System.Text;
using DeepLearning.Pretrained;
using DeepLearning.Tokenizers;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Normalizers;
using DeepLearning.Tokenizers.PreTokenizers;

namespace DeepLearning.Quantization;

/// <summary>Sentences of one length, about, with their classes.</summary>
internal sealed record Batch(ModelInputs Inputs, Tensor Classes);

/// <summary>Sentences of two classes as ids, in two splits.</summary>
internal sealed class Sentences
{
    private const int Longest = 64;

    private readonly int _padding;

    private Sentences(List<(int[] Ids, int Class)> train, List<(int[] Ids, int Class)> test, int vocabularySize, int padding) =>
        (Train, Test, VocabularySize, _padding) = (train, test, vocabularySize, padding);

    public List<(int[] Ids, int Class)> Train { get; }

    public List<(int[] Ids, int Class)> Test { get; }

    public int VocabularySize { get; }

    public static Sentences Read(string first, string second, string vocabulary)
    {
        string[] tokens = File.ReadAllLines(vocabulary);
        Tokenizer tokenizer = new(new WordPieceModel(tokens.Select(static (token, id) => KeyValuePair.Create(token, id))))
        {
            Normalizer = new BertNormalizer(),
            PreTokenizer = new BertPreTokenizer(),
        };
        (int begin, int end) = (Array.IndexOf(tokens, "[CLS]"), Array.IndexOf(tokens, "[SEP]"));
        List<(int[] Ids, int Class)> all = [];
        foreach ((string file, int kind) in ((string, int)[])[(first, 0), (second, 1)])
        {
            foreach (string line in File.ReadLines(file, Encoding.Latin1).Where(static line => line.Length > 0))
            {
                all.Add(([begin, .. tokenizer.EncodeToIds(line).Take(Longest - 2), end], kind));
            }
        }

        Random random = new(1);
        (int[], int)[] mixed = [.. all];
        random.Shuffle(mixed);
        int held = mixed.Length / 5;
        return new Sentences([.. mixed[held..]], [.. mixed[..held]], tokens.Length, Array.IndexOf(tokens, "[PAD]"));
    }

    /// <summary>Batches of sentences that are about as long; in an order that <paramref name="random"/> draws.</summary>
    public List<Batch> Batches(List<(int[] Ids, int Class)> sentences, int size, Random? random)
    {
        (int[] Ids, int Class)[] order = [.. sentences];
        random?.Shuffle(order);
        (int[] Ids, int Class)[][] chunks = [.. order.OrderBy(static sentence => sentence.Ids.Length).Chunk(size)];
        random?.Shuffle(chunks);
        return [.. chunks.Select(Padded)];
    }

    private Batch Padded((int[] Ids, int Class)[] sentences)
    {
        int length = sentences.Max(static sentence => sentence.Ids.Length);
        long[] ids = new long[sentences.Length * length];
        bool[] mask = new bool[ids.Length];
        Array.Fill(ids, _padding);
        for (int i = 0; i < sentences.Length; i++)
        {
            for (int t = 0; t < sentences[i].Ids.Length; t++)
            {
                (ids[(i * length) + t], mask[(i * length) + t]) = (sentences[i].Ids[t], true);
            }
        }

        return new Batch(
            new ModelInputs { Tokens = Tensor.From(ids, sentences.Length, length), Mask = Tensor.From(mask, sentences.Length, length) },
            Tensor.From([.. sentences.Select(static sentence => (long)sentence.Class)], sentences.Length));
    }
}
