using System.Text;
using DeepLearning.Tokenizers;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.PreTokenizers;
using DeepLearning.Tokenizers.Training;

namespace DeepLearning.Tests.Tokenizers;

public class UnigramTrainerTests
{
    private static readonly AddedToken[] Unknown = [new("<unk>")];

    [Fact]
    public void Words_made_of_parts_are_taken_apart_into_those()
    {
        string[] stems = [.. Enumerable.Range(0, 80).Select(
            static i => $"{"bdfgklmnpr"[i % 10]}{"aeiou"[i / 3 % 5]}{"tvwz"[i % 4]}{"aou"[i / 7 % 3]}")];
        string[] ends = ["ling", "ment", "sh"];
        var texts = stems.SelectMany(stem => ends.Select(end => stem + end)).ToArray();
        var tokenizer = new UnigramTrainer { VocabularySize = 110, SpecialTokens = Unknown }.Train(texts, preTokenizer: new Whitespace());
        Assert.All(ends, end => Assert.NotNull(tokenizer.TokenToId(end)));
        Assert.InRange(texts.Average(text => ends.Contains(tokenizer.Encode(text).Tokens[^1]) ? 1 : 0), 0.7, 1);
        Assert.InRange(texts.Average(text => tokenizer.Encode(text).Tokens.Count), 1.5, 2.5);
    }

    [Fact]
    public void Pieces_are_probabilities_in_their_order_and_every_character_is_one()
    {
        var tokenizer = Trained(600);
        var model = (UnigramModel)tokenizer.Model;
        Assert.Equal(600, tokenizer.VocabularySize);
        Assert.Equal(0, tokenizer.TokenToId("<unk>"));
        var scores = model.Pieces.Skip(1).Select(static piece => piece.Score).ToArray();
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.InRange(scores.Sum(Math.Exp), 0.8, 1.01);
        foreach (var c in Corpus().SelectMany(static text => text.EnumerateRunes())
            .Where(static rune => !Rune.IsWhiteSpace(rune)).Distinct())
        {
            Assert.NotNull(tokenizer.TokenToId(c.ToString()));
        }

        Assert.All(Corpus(), text => Assert.DoesNotContain(0, tokenizer.EncodeToIds(text)));
    }

    [Fact]
    public void More_pieces_need_fewer_tokens_and_a_file_gives_the_same_ones()
    {
        var (small, large) = (Trained(300), Trained(1500));
        Assert.True(Corpus().Sum(text => large.EncodeToIds(text).Length) < 0.8 * Corpus().Sum(text => small.EncodeToIds(text).Length));
        var again = Tokenizer.FromJson(large.ToJson());
        Assert.All(Corpus(), text => Assert.Equal(large.EncodeToIds(text), again.EncodeToIds(text)));
    }

    [Fact]
    public void The_same_texts_give_the_same_pieces()
    {
        var (one, other) = ((UnigramModel)Trained(400).Model, (UnigramModel)Trained(400).Model);
        Assert.Equal(one.Pieces, other.Pieces);
    }

    [Fact]
    public void A_vocabulary_is_never_smaller_than_its_alphabet_and_may_be_told_it()
    {
        var trainer = new UnigramTrainer { VocabularySize = 3, SpecialTokens = Unknown, InitialAlphabet = ["z", "\U0001F600"] };
        var tokenizer = trainer.Train(["abc abd", "a\ud800b"], preTokenizer: new Whitespace());
        Assert.Equal(
            ["<unk>", "a", "b", "c", "d", "z", "\U0001F600", "\ufffd"],
            ((UnigramModel)tokenizer.Model).Pieces.Select(static piece => piece.Piece).Order(StringComparer.Ordinal));
        Assert.Equal(3, tokenizer.Encode("abz").Ids.Count);
    }

    [Fact]
    public void Nothing_to_read_gives_the_special_tokens()
    {
        var tokenizer = new UnigramTrainer { SpecialTokens = Unknown }.Train([]);
        Assert.Equal(1, tokenizer.VocabularySize);
    }

    [Fact]
    public void What_it_is_told_must_make_sense()
    {
        Assert.Throws<ArgumentException>(() => new UnigramTrainer().Train(["a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnigramTrainer { SpecialTokens = Unknown, MaxPieceLength = 0 }.Train(["a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnigramTrainer { SpecialTokens = Unknown, SeedSize = 0 }.Train(["a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnigramTrainer { SpecialTokens = Unknown, SubIterations = 0 }.Train(["a"]));
        foreach (var factor in (double[])[0, 1, double.NaN])
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new UnigramTrainer { SpecialTokens = Unknown, ShrinkingFactor = factor }.Train(["a"]));
        }
    }

    [Fact]
    public void A_training_can_be_stopped()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => new UnigramTrainer { SpecialTokens = Unknown }.Train(["a b"], cancellation: stop.Token));
    }

    private static Tokenizer Trained(int size) =>
        new UnigramTrainer { VocabularySize = size, SpecialTokens = Unknown }.Train(Corpus(), preTokenizer: new Whitespace());

    private static IEnumerable<string> Corpus() => TrainerTests.Corpus();
}
