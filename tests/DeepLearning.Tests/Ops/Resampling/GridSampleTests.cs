using static DeepLearning.Tests.Ops.Convolution.Images;

namespace DeepLearning.Tests.Ops.Resampling;

public class GridSampleTests
{
    [Theory]
    [InlineData(InterpolationMode.Bilinear)]
    [InlineData(InterpolationMode.Nearest)]
    [InlineData(InterpolationMode.Bicubic)]
    public void The_grid_of_the_identity_reads_the_image_as_it_is(InterpolationMode mode)
    {
        Tensor identity = Tensor.From([1.0, 0, 0, 0, 1, 0], 1, 2, 3), x = Numbers([1, 3, 4, 5]);
        foreach (bool corners in (bool[])[false, true])
        {
            foreach (GridPadding padding in Enum.GetValues<GridPadding>())
            {
                Tensor grid = identity.AffineGrid([1, 3, 4, 5], corners);
                AssertClose(x, x.GridSample(grid, mode, padding, corners));
            }
        }
    }

    [Fact]
    public void A_grid_that_is_turned_reads_the_image_turned()
    {
        Tensor turned = Tensor.From([0.0, 1, 0, 1, 0, 0], 1, 2, 3), x = Numbers([1, 2, 4, 4]);
        AssertClose(x.Transpose(2, 3), x.GridSample(turned.AffineGrid([1, 2, 4, 4])));
        Tensor swapped = Tensor.From([0.0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0], 1, 3, 4), volume = Numbers([1, 2, 3, 3, 3]);
        AssertClose(volume.Permute(0, 1, 4, 3, 2), volume.GridSample(swapped.AffineGrid([1, 2, 3, 3, 3])));
    }

    [Fact]
    public void Beyond_the_edge_are_zeros_whatever_the_image_holds()
    {
        Tensor x = Tensor.Full([1, 1, 2, 2], double.NaN, DType.Float64), far = Tensor.Full([1, 1, 1, 2], 3.0, DType.Float64);
        Assert.Equal([0.0], x.GridSample(far).ToArray<double>());
        Assert.Equal([0.0], x.GridSample(far, InterpolationMode.Bicubic).ToArray<double>());
        Assert.Equal([double.NaN], x.GridSample(far, padding: GridPadding.Border).ToArray<double>());
    }

    [Fact]
    public void Places_have_a_gradient_of_zeros_for_the_nearest_neighbor()
    {
        Tensor grid = Numbers([1, 2, 2, 2], grad: true);
        Numbers([1, 1, 3, 3]).GridSample(grid, InterpolationMode.Nearest).Sum().Backward();
        Assert.All(grid.Grad!.ToArray<double>(), static v => Assert.Equal(0, v));
    }

    [Fact]
    public void Empty_batches_and_empty_grids_are_sampled()
    {
        Assert.Equal([0, 2, 3, 3], Numbers([0, 2, 4, 4]).GridSample(Numbers([0, 3, 3, 2])).Shape.ToArray());
        Assert.Equal([1, 2, 0, 3], Numbers([1, 2, 4, 4]).GridSample(Numbers([1, 0, 3, 2])).Shape.ToArray());
    }

    [Fact]
    public void Half_precision_is_rounded_once()
    {
        Tensor x = Numbers([1, 2, 4, 4], 1, DType.Float16), grid = Numbers([1, 3, 3, 2], 2, DType.Float16);
        Tensor exact = x.To(DType.Float32).GridSample(grid.To(DType.Float32)).To(DType.Float16);
        Assert.Equal(exact.ToArray<Half>(), x.GridSample(grid).ToArray<Half>());
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Tensor x = Numbers([1, 2, 4, 4]), grid = Numbers([1, 3, 3, 2]);
        Fails<ShapeException>("[N, H', W', 2]", () => x.GridSample(Numbers([2, 3, 3, 2])));
        Fails<ShapeException>("[N, H', W', 2]", () => x.GridSample(Numbers([1, 3, 3, 3])));
        Fails<ShapeException>("[N, H', W', 2]", () => Numbers([1, 2, 4]).GridSample(Numbers([1, 3, 1])));
        Fails<ShapeException>("empty", () => Numbers([1, 2, 0, 4]).GridSample(grid));
        Fails<DTypeException>("float32", () => x.GridSample(grid.To(DType.Float32)));
        Fails<ArgumentException>("Bicubic", () => x.GridSample(grid, InterpolationMode.Area));
        Fails<ArgumentException>(
            "over two axes", () => Numbers([1, 1, 2, 2, 2]).GridSample(Numbers([1, 2, 2, 2, 3]), InterpolationMode.Bicubic));
        Fails<ShapeException>("[N, 2, 3]", () => Numbers([1, 2, 2]).AffineGrid([1, 1, 2, 2]));
        Fails<ShapeException>("[N, 2, 3]", () => Numbers([1, 2, 3]).AffineGrid([2, 1, 2, 2]));
        Fails<ShapeException>("below 1", () => Numbers([1, 2, 3]).AffineGrid([1, 1, 0, 2]));
    }

    private static void Fails<TException>(string part, Func<object> call)
        where TException : Exception =>
        Assert.Contains(part, Assert.ThrowsAny<TException>(call).Message, StringComparison.Ordinal);
}
