namespace DeepLearning.Tests.Creation;

[Trait("Rerun", "Simd")]
public class SequenceTests
{
    [Fact]
    public void Arange_of_integers_is_int64_and_of_fractions_float32()
    {
        Assert.Equal(DType.Int64, Tensor.Arange(5).DType);
        Assert.Equal([0L, 1, 2, 3, 4], Tensor.Arange(5).ToArray<long>());
        Assert.Equal([1f, 1.5f, 2f], Tensor.Arange(1, 2.5, 0.5).ToArray<float>());
        Assert.Equal([3L, 2, 1], Tensor.Arange(3, 0, -1).ToArray<long>());
        Assert.Equal([0L, 1, 2], Tensor.Arange(0.5, 3, dtype: DType.Int64).ToArray<long>());
        Assert.Equal([0L, 1, 3, 4, 6, 7], Tensor.Arange(0, 9, 1.5, DType.Int64).ToArray<long>());
        Assert.Equal([0L, 0, 1], Tensor.Arange(-0.7, 2, dtype: DType.Int64).ToArray<long>());
        Assert.Equal(10, Tensor.Arange(0, 1, 0.1).Count);
        Assert.Equal(0, Tensor.Arange(3, 3).Count);
    }

    [Fact]
    public void Arange_is_exact_beyond_the_integers_of_a_double()
    {
        long start = (1L << 60) + 1;
        Assert.Equal([start, start + 2], Tensor.Arange(start, start + 4, 2).ToArray<long>());
    }

    [Fact]
    public void Arange_refuses_a_step_that_leads_away_or_nowhere()
    {
        Assert.Contains("leads from 0 away from 5", Assert.Throws<ArgumentException>(() => Tensor.Arange(0, 5, -1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Tensor.Arange(0, 5, 0));
        Assert.Throws<ArgumentException>(() => Tensor.Arange(0, double.PositiveInfinity));
    }

    [Fact]
    public void Linspace_has_both_ends_exactly()
    {
        Assert.Equal([0f, 0.25f, 0.5f, 0.75f, 1f], Tensor.Linspace(0, 1, 5).ToArray<float>());
        Assert.Equal([0L, 3, 6, 10], Tensor.Linspace(0, 10, 4, DType.Int64).ToArray<long>());
        double[] odd = Tensor.Linspace(-0.1, 0.7, 12345, DType.Float64).ToArray<double>();
        Assert.Equal((-0.1, 0.7), (odd[0], odd[^1]));
        Assert.Equal(7.0, Tensor.Linspace(7, 9, 1).Item<double>());
        Assert.Equal(0, Tensor.Linspace(7, 9, 0).Count);
        Assert.Equal([1f, 2f, 4f, 8f], Tensor.Logspace(0, 3, 4, 2).ToArray<float>());
    }

    [Fact]
    public void Eye_has_ones_on_its_diagonal()
    {
        Assert.Equal([1L, 0, 0, 1, 0, 0], Tensor.Eye(3, 2, DType.Int64).ToArray<long>());
        Assert.Equal([1f, 0, 0, 0, 1, 0], Tensor.Eye(2, 3).ToArray<float>());
        Assert.Equal(0, Tensor.Eye(0).Count);
        Assert.Throws<ShapeException>(() => Tensor.Eye(-1));
    }
}
