using DeepLearning.Models;

namespace DeepLearning.Tests.Models.Sequences;

public sealed class DecodingTests
{
    /// <summary>A model of four tokens whose next one depends on the two last, without a favorite.</summary>
    private static readonly Tensor s_table = Tensor.Randn([4, 4, 4], DType.Float64, new Generator(11)) * 2;

    private static INextToken Model => NextToken.Of(static tokens =>
    {
        long[] all = tokens.ToArray<long>();
        int length = tokens.Size(1);
        return Tensor.Stack(
        [
            .. Enumerable.Range(0, tokens.Size(0)).Select(row => s_table[
                (int)all[(row * length) + length - 1], (int)all[(row * length) + Math.Max(length - 2, 0)]]),
        ]);
    });

    private static Tensor Prompt => Tensor.From(new long[] { 0, 1, 2, 3 }, 2, 2);

    [Theory]
    [InlineData(null, 0)]
    [InlineData(null, 1)]
    [InlineData(3L, 0)]
    [InlineData(3L, 1)]
    [InlineData(3L, 0.5)]
    public void A_wide_beam_finds_the_best_of_all_sequences(long? end, double penalty)
    {
        // 256 places hold all sequences of four tokens.
        IReadOnlyList<IReadOnlyList<BeamHypothesis>> found = Decoding.Beam(Model, Prompt, 4, 256, end, penalty);
        for (int row = 0; row < 2; row++)
        {
            List<BeamHypothesis> all = [];
            All(Prompt.Select(0, row).ToArray<long>(), 0, 4, end, penalty, all);
            BeamHypothesis[] best = [.. all.OrderByDescending(h => h.Score)];
            Assert.Equal(Math.Min(best.Length, 256), found[row].Count);
            for (int place = 0; place < 20; place++)
            {
                Assert.Equal(best[place].Score, found[row][place].Score, 1e-12);
                Assert.Equal(best[place].Tokens, found[row][place].Tokens);
                Assert.Equal(best[place].LogProbability, found[row][place].LogProbability, 1e-12);
            }
        }
    }

    [Fact]
    public void A_beam_of_one_is_the_likeliest_token_each_time()
    {
        Tensor greedy = Decoding.Greedy(Model, Prompt, 6);
        IReadOnlyList<IReadOnlyList<BeamHypothesis>> beam = Decoding.Beam(Model, Prompt, 6, 1);
        Assert.Equal(greedy.Select(0, 0).ToArray<long>(), beam[0][0].Tokens);
        Assert.Equal(greedy.Select(0, 1).ToArray<long>(), beam[1][0].Tokens);
    }

    [Fact]
    public void A_narrow_search_stops_when_nothing_better_can_come()
    {
        int calls = 0;
        INextToken model = NextToken.Of(tokens =>
        {
            calls++;
            // The end is nearly certain.
            return Tensor.From(new[] { 0f, 0, 9 }).Expand(tokens.Size(0), 3);
        });
        IReadOnlyList<BeamHypothesis> found =
            Decoding.Beam(model, Tensor.Zeros([1, 1], DType.Int64), 50, 2, endToken: 2, lengthPenalty: 0)[0];
        Assert.Equal([0L, 2], found[0].Tokens);
        Assert.InRange(calls, 1, 4);
    }

    [Fact]
    public void A_row_that_has_ended_is_filled_with_the_end()
    {
        INextToken counts = NextToken.Of(static tokens =>
            tokens.Select(1, -1).Add(1).Clamp(max: 5).OneHot(6).To(DType.Float32) * 100);
        Tensor made = Decoding.Greedy(counts, Tensor.From(new long[] { 0, 3 }, 2, 1), 10, endToken: 5);
        Assert.Equal([0L, 1, 2, 3, 4, 5, 3, 4, 5, 5, 5, 5], made.ToArray<long>());
    }

    [Fact]
    public void What_may_be_drawn_is_what_was_asked_for()
    {
        Tensor logits = Tensor.From(new[,] { { 0.15, 0.5, 0.1, 0.25 } }).Log();
        Assert.Equal([true, true, true, true], Left(Decoding.Filter(logits)));
        Assert.Equal([false, true, false, true], Left(Decoding.Filter(logits, topK: 2)));
        Assert.Equal([false, true, false, false], Left(Decoding.Filter(logits, topP: 0.5)));
        Assert.Equal([false, true, false, true], Left(Decoding.Filter(logits, topP: 0.51)));
        Assert.Equal([true, true, false, true], Left(Decoding.Filter(logits, topP: 0.8)));
        Assert.Equal([false, true, false, false], Left(Decoding.Filter(logits, topP: 1e-9)));
        Assert.Equal([true, true, true, true], Left(Decoding.Filter(logits, topP: 1)));
        Assert.Equal([false, true, false, true], Left(Decoding.Filter(logits, topK: 3, topP: 0.7)));
        Assert.True((Decoding.Filter(logits, 0.5) - (logits * 2)).Abs().Max().Item<double>() < 1e-12);

        static bool[] Left(Tensor logits) => logits.IsNegInf().LogicalNot().ToArray<bool>();
    }

    [Fact]
    public void Tokens_are_drawn_as_often_as_they_are_likely()
    {
        INextToken model = NextToken.Of(static tokens => Tensor.From(new[] { 0.6f, 0.3f, 0.1f }).Log().Expand(tokens.Size(0), 3));
        Tensor drawn = Decoding.Sample(model, Tensor.Zeros([4000, 1], DType.Int64), 1, generator: new Generator(1));
        long[] tokens = drawn.Select(1, 1).ToArray<long>();
        Assert.InRange(tokens.Count(t => t == 0) / 4000.0, 0.57, 0.63);
        Assert.InRange(tokens.Count(t => t == 2) / 4000.0, 0.08, 0.12);
    }

    [Fact]
    public void Impossible_requests_are_refused()
    {
        Assert.Contains("Greedy", Assert.Throws<ArgumentOutOfRangeException>(() => Decoding.Sample(Model, Prompt, 1, 0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Decoding.Sample(Model, Prompt, 1, topK: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Decoding.Sample(Model, Prompt, 1, topP: 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Decoding.Beam(Model, Prompt, 1, 0));
        Assert.Contains("start", Assert.Throws<ShapeException>(() => Decoding.Greedy(Model, Tensor.Zeros([2, 0], DType.Int64), 1)).Message);
        Assert.Throws<DTypeException>(() => Decoding.Greedy(Model, Tensor.Zeros(2, 1), 1));
        Assert.Contains("[2, vocabulary]", Assert.Throws<ShapeException>(
            () => Decoding.Greedy(NextToken.Of(static _ => Tensor.Zeros(3, 4)), Prompt, 1)).Message);
    }

    private static void All(long[] tokens, double log, int left, long? end, double penalty, List<BeamHypothesis> found)
    {
        int added = tokens.Length - 2;
        if (left == 0 || (added > 0 && tokens[^1] == end))
        {
            found.Add(new BeamHypothesis(tokens, log, log / Math.Pow(added, penalty)));
            return;
        }

        double[] logs = Model.NextLogits(Tensor.From(tokens, 1, tokens.Length)).LogSoftmax(-1).ToArray<double>();
        for (int token = 0; token < 4; token++)
        {
            All([.. tokens, token], log + logs[token], left - 1, end, penalty, found);
        }
    }
}
