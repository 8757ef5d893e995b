namespace DeepLearning.Tests.Ops.Reduction;

/// <summary>What is selected from nothing, and from a single number; and NaN among sorted boundaries.</summary>
public class EmptyAndSingleTests
{
    [Fact]
    public void The_median_of_nothing_is_NaN_and_has_a_gradient()
    {
        foreach (DType dtype in new[] { DType.Float16, DType.BFloat16, DType.Float32, DType.Float64 })
        {
            foreach (int[] shape in new int[][] { [0], [0, 3], [2, 0, 4] })
            {
                foreach (Func<Tensor, Tensor> median in new Func<Tensor, Tensor>[] { x => x.Median(), x => x.NanMedian() })
                {
                    Tensor x = Tensor.Zeros(shape, dtype);
                    x.RequiresGrad = true;
                    Tensor y = median(x);
                    Assert.Equal((dtype, 0), (y.DType, y.Rank));
                    Assert.True(y.IsNaN().Item<bool>());
                    y.Backward();
                    Assert.Equal(shape, x.Grad!.Shape.ToArray());
                }
            }
        }

        Assert.Throws<ShapeException>(() => Tensor.Zeros([0], DType.Int64).Median());
        Assert.Throws<ShapeException>(() => Tensor.Zeros(0, 3).Median(0));
        Assert.Equal([0], Tensor.Zeros(0, 3).Median(1).Values.Shape.ToArray());
    }

    [Fact]
    public void A_single_number_is_its_own_top_0_and_top_1()
    {
        foreach (int k in new[] { 0, 1 })
        {
            Tensor x = Tensor.FromScalar(3.0, DType.Float64);
            x.RequiresGrad = true;
            (Tensor values, Tensor indices) = x.TopK(k);
            Assert.Equal((0, 0, 3.0, 0L), (values.Rank, indices.Rank, values.Item<double>(), indices.Item<long>()));
            Assert.Equal(1, Autograd.Grad(values, x).Item<double>());
            Assert.Equal(3, x.Detach().To(DType.Float16).TopK(k, largest: false).Values.To(DType.Float32).Item<float>());
        }

        Assert.Throws<ShapeException>(() => Tensor.FromScalar(3).TopK(2));
        Assert.Throws<ShapeException>(() => Tensor.FromScalar(3).KthValue(0));
        Assert.Equal([0], Tensor.From([1f, 2]).TopK(0).Values.Shape.ToArray());
    }

    [Fact]
    public void Boundaries_with_NaN_are_searched_in_the_order_of_Sort()
    {
        foreach (DType dtype in new[] { DType.Float16, DType.BFloat16, DType.Float32, DType.Float64 })
        {
            Tensor unsorted = Tensor.From([2.0, double.NaN, 1, double.NegativeInfinity, double.NaN, double.PositiveInfinity]).To(dtype);
            Tensor boundaries = unsorted.Sort().Values;
            Tensor values = Tensor.From([0, 1, 1.5, 2, 3, double.PositiveInfinity, double.NaN, double.NegativeInfinity]).To(dtype);
            Assert.Equal([1L, 1, 2, 2, 3, 3, 4, 0], boundaries.SearchSorted(values).ToArray<long>());
            Assert.Equal([1L, 2, 2, 3, 3, 4, 6, 1], boundaries.SearchSorted(values, right: true).ToArray<long>());
            Assert.Equal([1L, 2, 2, 3, 3, 4, 6, 1], values.Bucketize(boundaries, right: true).ToArray<long>());

            // Inserted there, the boundaries stay sorted.
            foreach (bool right in new[] { false, true })
            {
                for (int i = 0; i < values.Count; i++)
                {
                    int at = (int)boundaries.SearchSorted(values[i..(i + 1)], right).Item<long>();
                    Tensor inserted = Tensor.Cat([boundaries[..at], values[i..(i + 1)], boundaries[at..]]);
                    Assert.Equal(inserted.Sort().Values.ToString(), inserted.ToString());
                }
            }
        }

        Tensor rows = Tensor.From([1f, float.NaN, 2, 3], 2, 2);
        Assert.Equal([1L, 2, 0, 2], rows.SearchSorted(Tensor.From([5f, float.NaN, 1, float.NaN], 2, 2), right: true).ToArray<long>());
    }
}
