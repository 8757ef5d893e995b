using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

/// <summary>Embedding, EmbeddingBag and Bilinear: what the recorded cases do not say.</summary>
public class EmbeddingTests
{
    [Fact]
    public void A_pretrained_table_is_frozen_unless_it_is_asked_for()
    {
        Tensor table = Tensor.Randn(4, 2);
        Assert.False(Embedding.FromPretrained(table).Weight.RequiresGrad);
        Embedding trained = Embedding.FromPretrained(table, freeze: false, paddingIdx: -1);
        Assert.True(trained.Weight.RequiresGrad);
        Assert.Equal(3, trained.PaddingIdx);
        Assert.True(trained.Forward(Tensor.From([3L])).Equal(table[3..4]));
        Assert.Throws<ShapeException>(() => Embedding.FromPretrained(Tensor.Ones(3)));
    }

    [Fact]
    public void Options_show_in_print()
    {
        Assert.Equal("Embedding(5×2, padding 1, max norm 0.5, norm type 1, gradient by frequency, sparse)",
            new Embedding(5, 2, paddingIdx: 1, maxNorm: 0.5, normType: 1, scaleGradByFreq: true, sparse: true).ToString());
        Assert.Equal("EmbeddingBag(5×2, Max)", new EmbeddingBag(5, 2, mode: BagMode.Max).ToString());
        Assert.Equal("Bilinear(3×4→2)", new Bilinear(3, 4, 2).ToString());
    }

    [Fact]
    public void Bags_that_make_no_sense_are_refused_by_name()
    {
        EmbeddingBag bag = new(5, 2, mode: BagMode.Sum);
        Tensor flat = Tensor.From([1L, 2, 3]);
        Assert.Contains("offsets", Assert.Throws<ArgumentException>(() => bag.Forward(flat)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => bag.Forward(flat.Reshape(1, 3), Tensor.From([0L])));
        Assert.Throws<IndexException>(() => bag.Forward(flat, Tensor.From([1L])));
        Assert.Throws<IndexException>(() => bag.Forward(flat, Tensor.From([0L, 2, 1])));
        Assert.Throws<IndexException>(() => bag.Forward(flat, Tensor.From([0L, 4])));
        Assert.Throws<IndexException>(() => bag.Forward(Tensor.From([5L]), Tensor.From([0L])));
        Assert.Throws<ShapeException>(() => bag.Forward(flat, Tensor.From([0L]), Tensor.Ones(2)));
        Assert.Throws<ArgumentException>(() => Tensor.EmbeddingBag(bag.Weight, flat, Tensor.From([0L]), BagMode.Mean, Tensor.Ones(3)));
        Assert.Throws<ArgumentException>(() => new EmbeddingBag(5, 2, mode: BagMode.Max, sparse: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(5, 2, maxNorm: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(5, 2, paddingIdx: 5));
    }

    [Theory]
    [InlineData(BagMode.Sum)]
    [InlineData(BagMode.Mean)]
    [InlineData(BagMode.Max)]
    public void Bags_have_derivatives_of_first_and_second_order(BagMode mode)
    {
        Tensor table = Tensor.Randn([6, 3], DType.Float64);
        table.RequiresGrad = true;
        Tensor flat = Tensor.From([1L, 2, 4, 2, 0]), offsets = Tensor.From([0L, 2, 2]);
        GradCheck.First(w => Tensor.EmbeddingBag(w[0], flat, offsets, mode, paddingIdx: 4).Square(), [table]);
        GradCheck.Second(w => Tensor.EmbeddingBag(w[0], flat, offsets, mode, paddingIdx: 4).Square(), [table]);
    }

    [Fact]
    public void Bilinear_names_itself_and_what_would_fit()
    {
        Sequential<(Tensor, Tensor), Tensor> model =
            new Lambda<(Tensor, Tensor), (Tensor, Tensor)>(static x => x).Then(new Bilinear(3, 4, 2));
        ShapeException error = Assert.Throws<ShapeException>(() => model.Forward((Tensor.Ones(2, 3), Tensor.Ones(2, 5))));
        Assert.StartsWith("1 (Bilinear 3×4→2): inputs [2, 3] and [2, 5]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[.., 4]", error.Message, StringComparison.Ordinal);
    }
}
