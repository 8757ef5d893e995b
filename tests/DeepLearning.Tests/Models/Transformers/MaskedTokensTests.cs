using DeepLearning.Models;

namespace DeepLearning.Tests.Models.Transformers;

public sealed class MaskedTokensTests
{
    private const int Vocabulary = 200;

    [Fact]
    public void Of_the_tokens_the_share_asked_for_is_chosen_and_split_in_80_10_and_10()
    {
        // A million draws: five deviations are 0.0018 of all, and 0.0052 of those chosen.
        Tensor tokens = Tensor.RandInt(4, Vocabulary, [1000, 1000], generator: new Generator(1));
        MaskedTokens masked = MaskedTokens.Of(tokens, Vocabulary, 3, [0, 1, 2], generator: new Generator(2));
        Tensor chosen = masked.Labels.NotEqualTo(MaskedTokens.IgnoreIndex);
        double count = Share(chosen);
        Assert.InRange(count, 0.15 - 0.0018, 0.15 + 0.0018);
        Assert.InRange(Share(masked.Inputs.EqualTo(3)) / count, 0.8 - 0.0052, 0.8 + 0.0052);
        Tensor replaced = chosen.LogicalAnd(masked.Inputs.NotEqualTo(3)).LogicalAnd(masked.Inputs.NotEqualTo(tokens));
        // One of the drawn tokens in 196 is the token itself.
        Assert.InRange(Share(replaced) / count, 0.1 * 195 / 196 - 0.0039, 0.1 * 195 / 196 + 0.0039);
        Assert.True(masked.Inputs.Equal(Tensor.Where(chosen, masked.Inputs, tokens)));
        Assert.True(masked.Labels.Equal(tokens.MaskedFill(chosen.LogicalNot(), -100L)));
        Assert.Equal(4L, masked.Inputs.MaskedFill(masked.Inputs.EqualTo(3), 9L).Min().Item<long>());
    }

    [Fact]
    public void Special_tokens_are_never_chosen_nor_drawn()
    {
        Tensor tokens = Tensor.RandInt(0, 6, [300, 50], DType.Int32, new Generator(1));
        MaskedTokens masked = MaskedTokens.Of(tokens, 6, 5, [0, 1, 2], 1, 0, 1, new Generator(2));
        Tensor special = tokens.LessOrEqual(2).LogicalOr(tokens.EqualTo(5));
        Assert.True(masked.Labels.EqualTo(-100L).Equal(special));
        Assert.True(masked.Inputs.DType == DType.Int32 && masked.Labels.DType == DType.Int64);
        long[] drawn = [.. masked.Inputs.MaskedSelect(special.LogicalNot()).To(DType.Int64).ToArray<long>().Distinct().Order()];
        Assert.Equal([3L, 4], drawn);
        Assert.True(masked.Inputs.MaskedSelect(special).Equal(tokens.MaskedSelect(special)));
        MaskedTokens none = MaskedTokens.Of(tokens, 6, 5, [], 0, generator: new Generator(2));
        Assert.True(none.Inputs.Equal(tokens) && none.Labels.EqualTo(-100L).All().Item<bool>());
        MaskedTokens all = MaskedTokens.Of(tokens, 6, 5, [], 1, 1, 0, new Generator(2));
        Assert.True(all.Inputs.EqualTo(5).All().Item<bool>());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Tensor tokens = Tensor.From([1L, 2]);
        Assert.Contains("0 to 2", Assert.Throws<IndexException>(() => MaskedTokens.Of(Tensor.From([3L]), 3, 0)).Message);
        Assert.Throws<DTypeException>(() => MaskedTokens.Of(Tensor.From([1f]), 3, 0));
        Assert.Throws<ShapeException>(() => MaskedTokens.Of(Tensor.FromScalar(1L), 3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MaskedTokens.Of(tokens, 3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => MaskedTokens.Of(tokens, 3, 0, [-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MaskedTokens.Of(tokens, 3, 0, share: 1.5));
        Assert.Contains("more than all", Assert.Throws<ArgumentException>(
            () => MaskedTokens.Of(tokens, 3, 0, maskShare: 0.8, randomShare: 0.3)).Message);
        Assert.Contains("special", Assert.Throws<ArgumentException>(() => MaskedTokens.Of(tokens, 3, 0, [1, 2])).Message);
    }

    private static double Share(Tensor truth) => truth.To(DType.Float64).Mean().Item<double>();
}
