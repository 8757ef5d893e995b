namespace DeepLearning.Tests.AutogradTests;

/// <summary>The search for the first NaN: what it finds, what it says, where it ends.</summary>
public sealed class AnomalyTests
{
    [Fact]
    public void One_NaN_among_numbers_is_found()
    {
        Tensor x = Leaf(2.0, -1.0, 3.0);
        using (Autograd.DetectAnomaly())
        {
            Assert.Equal("Log", Assert.Throws<AnomalyException>(() => x.Log()).Operation);
        }
    }

    [Fact]
    public void A_NaN_on_the_way_back_is_told_with_the_line_that_recorded_the_operation()
    {
        Tensor zero = Leaf(0.0, 1.0);
        using (Autograd.DetectAnomaly())
        {
            Tensor y = (zero.Sqrt() * 0.0).Sum();
            AnomalyException error = Assert.Throws<AnomalyException>(() => y.Backward());
            Assert.Contains("Sqrt", error.Message, StringComparison.Ordinal);
            Assert.Contains(
                nameof(A_NaN_on_the_way_back_is_told_with_the_line_that_recorded_the_operation), error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_operation_recorded_outside_is_named_without_a_line()
    {
        Tensor zero = Leaf(0.0), y = zero.Sqrt() * 0.0;
        using (Autograd.DetectAnomaly())
        {
            AnomalyException error = Assert.Throws<AnomalyException>(() => y.Backward());
            Assert.EndsWith("contains NaN.", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_NaN_that_arrives_at_a_part_is_found_whichever_part_it_is(int place)
    {
        Tensor h = Leaf(1.0, 2.0, 3.0) * 1;
        Tensor[] parts = [h[..1], h[1..2], h[2..]];
        Tensor[] gradients = [Tensor.From([1.0]), Tensor.From([1.0]), Tensor.From([1.0])];
        gradients[place] = Tensor.From([double.NaN]);
        using (Autograd.DetectAnomaly())
        {
            Assert.Throws<AnomalyException>(() => Autograd.GradOrNull(parts, [h], gradients, retainGraph: true));
        }

        Assert.True(double.IsNaN(Autograd.GradOrNull(parts, [h], gradients)[0]!.ToArray<double>()[place]));
    }

    [Fact]
    public void A_region_inside_another_leaves_the_search_on_and_the_outer_one_ends_it()
    {
        Tensor x = Leaf(-1.0);
        using (Autograd.DetectAnomaly())
        {
            using (Autograd.DetectAnomaly())
            {
                Assert.Throws<AnomalyException>(() => x.Log());
            }

            Assert.Throws<AnomalyException>(() => x.Log());
        }

        Assert.True(double.IsNaN(x.Log().Item<double>()));
    }

    private static Tensor Leaf(params double[] values)
    {
        Tensor x = values.Length == 1 ? Tensor.FromScalar(values[0], DType.Float64) : Tensor.From(values);
        x.RequiresGrad = true;
        return x;
    }
}
