using System.Text.Json;
using DeepLearning.Tokenizers;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.PreTokenizers;
using DeepLearning.Tokenizers.Training;

namespace DeepLearning.Tests.Tokenizers;

public class TrainerTests
{
    private static readonly JsonElement Trained = Fixture.Read(Fixture.PathOf("trained.json.gz"));

    [Fact]
    public void Byte_pairs_are_merged_as_the_reference_merges_them()
    {
        var model = (BpeModel)new BpeTrainer().Train(Corpus(), preTokenizer: new ByteLevel(addPrefixSpace: false)).Model;
        var expected = Trained.GetProperty("bpe");
        Assert.Equal(expected.GetProperty("merges").EnumerateArray().Select(static m =>
            (m[0].GetString()!, m[1].GetString()!)), model.Merges);
        Same(expected.GetProperty("vocab"), model);
    }

    [Fact]
    public void Words_are_counted_as_the_reference_counts_them()
    {
        var model = new WordLevelTrainer().Train(Corpus(), preTokenizer: new Whitespace()).Model;
        Same(Trained.GetProperty("wordlevel").GetProperty("vocab"), model);
    }

    [Fact]
    public void Special_tokens_alphabet_size_and_frequency_are_kept()
    {
        var reports = new Reports();
        var trainer = new BpeTrainer
        {
            VocabularySize = 400,
            MinFrequency = 3,
            SpecialTokens = [new AddedToken("<s>"), new AddedToken("</s>")],
            InitialAlphabet = BpeTrainer.ByteLevelAlphabet,
        };
        var tokenizer = trainer.Train(Corpus(), preTokenizer: new ByteLevel(addPrefixSpace: false), progress: reports);
        Assert.Equal(400, tokenizer.VocabularySize);
        Assert.Equal(0, tokenizer.TokenToId("<s>"));
        Assert.All(BpeTrainer.ByteLevelAlphabet, c => Assert.NotNull(tokenizer.TokenToId(c)));
        Assert.Equal(400, reports.Last.Done);
        Assert.Equal([0, .. tokenizer.EncodeToIds("the gradient"), 1], tokenizer.EncodeToIds("<s>the gradient</s>"));
        var again = Tokenizer.FromJson(tokenizer.ToJson());
        Assert.Equal(tokenizer.EncodeToIds("Ünïcode 中文 x"), again.EncodeToIds("Ünïcode 中文 x"));
        var frequent = (BpeModel)new BpeTrainer { MinFrequency = 50 }.Train(Corpus(), preTokenizer: new Whitespace()).Model;
        Assert.NotEmpty(frequent.Merges);
        Assert.All(frequent.Merges, merge => Assert.True(Corpus().Sum(line => Count(line, merge.Left + merge.Right)) >= 50));
    }

    [Fact]
    public void A_WordPiece_vocabulary_takes_its_own_words_apart()
    {
        var trainer = new WordPieceTrainer { VocabularySize = 1000, SpecialTokens = [new AddedToken("[UNK]")] };
        var tokenizer = trainer.Train(Corpus(), preTokenizer: new BertPreTokenizer());
        Assert.Equal(1000, tokenizer.VocabularySize);
        foreach (var line in Corpus())
        {
            Assert.DoesNotContain(0, tokenizer.EncodeToIds(line));
        }
    }

    [Fact]
    public void Training_stops_where_it_is_told_to()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            new BpeTrainer().Train(Corpus(), preTokenizer: new Whitespace(), cancellation: source.Token));
    }

    internal static IEnumerable<string> Corpus() =>
        File.ReadAllText(Fixture.PathOf("corpus.txt")).TrimEnd('\n').Split('\n').Select(static line => line + "\n");

    private static int Count(string line, string token) =>
        Enumerable.Range(0, line.Length).Count(i => line.AsSpan(i).StartsWith(token, StringComparison.Ordinal));

    private static void Same(JsonElement expected, TokenModel model) => Assert.Equal(
        expected.EnumerateObject().Select(static p => (p.Value.GetInt32(), p.Name)).Order(),
        model.Vocabulary.Select(static p => (p.Value, p.Key)).Order());

    private sealed class Reports : IProgress<TrainerProgress>
    {
        public TrainerProgress Last { get; private set; }

        public void Report(TrainerProgress value) => Last = value;
    }
}
