using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests.Text;

public class NextTokenDatasetTests
{
    [Fact]
    public void A_text_comes_back_from_its_numbers()
    {
        CharacterVocabulary vocabulary = new("hello world 😀");
        Assert.Equal(" dehlorw😀", vocabulary.Characters);
        Assert.Equal(9, vocabulary.Count);
        int[] numbers = vocabulary.Encode("hold 😀");
        Assert.Equal([3, 5, 4, 1, 0, 8], numbers);
        Assert.Equal("hold 😀", new CharacterVocabulary(vocabulary.Characters).Decode(numbers));
    }

    [Fact]
    public void Unknown_characters_and_numbers_are_named()
    {
        CharacterVocabulary vocabulary = new("abc");
        Assert.Contains("'x' (U+0078) at 2 is none of the 3", Assert.Throws<ArgumentException>(() => vocabulary.Encode("abx")).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.Decode(3));
        Assert.Throws<ArgumentException>(() => new CharacterVocabulary("a\uD800"));
    }

    [Fact]
    public void The_target_is_the_input_one_further()
    {
        NextTokenDataset set = new(Enumerable.Range(0, 10).ToArray(), 4);
        Assert.Equal(6, set.Count);
        Assert.Equal([5, 6, 7, 8], set[5].Input.ToArray<int>());
        Assert.Equal([6, 7, 8, 9], set[5].Target.ToArray<int>());
        Example batch = set.GetBatch([2, 0]);
        Assert.Equal(DType.Int64, batch.Input.DType);
        Assert.Equal([2, 4], batch.Target.Shape.ToArray());
        Assert.Equal([3, 4, 5, 6, 1, 2, 3, 4], batch.Target.ToArray<int>());
        Assert.Throws<ArgumentOutOfRangeException>(() => set[6]);
    }

    [Theory]
    [InlineData(9, 2)]
    [InlineData(8, 1)]
    [InlineData(5, 1)]
    public void With_a_stride_of_the_length_every_token_is_a_target_once(int tokens, int windows)
    {
        NextTokenDataset set = new(Enumerable.Range(0, tokens).ToArray(), 4, stride: 4);
        Assert.Equal(windows, set.Count);
        Assert.Equal(Enumerable.Range(1, 4 * windows), Enumerable.Range(0, windows).SelectMany(i => set[i].Target.ToArray<int>()));
    }

    [Fact]
    public void Too_short_a_sequence_is_refused()
    {
        Assert.Contains("4 tokens have no window of 4", Assert.Throws<ArgumentException>(
            () => new NextTokenDataset(new int[4], 4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new NextTokenDataset(new int[4], 0));
    }
}
