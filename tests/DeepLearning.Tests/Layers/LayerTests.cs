using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

[Trait("Rerun", "Simd")]
[Trait("Rerun", "Culture")]
public class LayerTests
{
    [Fact]
    public void Dropout_scales_what_it_keeps_and_passes_everything_in_evaluation()
    {
        Dropout dropout = new(0.25, new Generator(1));
        Tensor x = Tensor.Ones(100, 100);
        float[] y = dropout.Forward(x).ToArray<float>();
        Assert.All(y, v => Assert.True(v == 0 || Math.Abs(v - (1 / 0.75f)) < 1e-6));
        Assert.InRange(y.Count(v => v == 0), 2300, 2700);
        Assert.Same(x, dropout.Eval().Forward(x));
        Assert.Equal(y, new Dropout(0.25, new Generator(1)).Forward(x).ToArray<float>());
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1.5));
    }

    [Fact]
    public void Dropout_gives_the_gradient_to_what_it_kept()
    {
        Tensor x = Tensor.Ones(50);
        x.RequiresGrad = true;
        Tensor y = x.Dropout(0.5, true, new Generator(2));
        y.Sum().Backward();
        Assert.Equal(y.ToArray<float>(), x.Grad!.ToArray<float>());
        Assert.All(Tensor.Ones(3).Dropout(1).ToArray<float>(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Embedding_names_itself_and_the_index_that_is_out_of_range()
    {
        Embedding table = new(5, 3, paddingIdx: -1);
        Assert.All(table.Weight[4].ToArray<float>(), v => Assert.Equal(0, v));
        Assert.True(table.Weight.IsLeaf);
        IndexException error = Assert.Throws<IndexException>(() => table.Forward(Tensor.From([1L, 7L])));
        Assert.StartsWith("Embedding 5×3, padding 4: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_precision_layers_keep_their_type()
    {
        foreach (DType dtype in (DType[])[DType.Float16, DType.BFloat16])
        {
            Sequential model = new(new Conv2d(1, 2, 3, dtype: dtype), new MaxPool2d(2), new AvgPool2d(2));
            Assert.Equal(dtype, model.Forward(Tensor.Ones([1, 1, 10, 10], dtype)).DType);
        }
    }
}
