namespace DeepLearning.Tests.Models;

/// <summary>A row of a product has the same bits in any number of rows where that is asked for, and in several rows in any case.</summary>
[Trait("Rerun", "Simd")]
public sealed class BatchInvarianceTests
{
    public static TheoryData<int, DType> Sizes => new()
    {
        { 3, DType.Float32 }, { 64, DType.Float32 }, { 345, DType.Float32 }, { 1031, DType.Float32 }, { 64, DType.Float64 },
        { 700, DType.Float64 }, { 500, DType.BFloat16 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_row_gives_the_same_in_any_number_of_rows(int inner, DType dtype)
    {
        Tensor x = Tensor.Randn([150, inner], dtype), bias = Tensor.Randn([90], dtype);
        Tensor weight = Tensor.Randn([90, inner], dtype), turned = weight.T.Contiguous();
        using BatchInvariance.Region region = BatchInvariance.Enable();
        Tensor whole = x.Linear(weight, bias), product = x.MatMul(turned), column = x.MatMul(turned[.., ..1]);
        foreach (int rows in new[] { 1, 2, 3, 7, 16, 33 })
        {
            Tensor part = x[20..(20 + rows)];
            Assert.True(whole[20..(20 + rows)].Equal(part.Linear(weight, bias)), $"{rows} rows, Linear");
            Assert.True(product[20..(20 + rows)].Equal(part.MatMul(turned)), $"{rows} rows, MatMul");
            Assert.True(column[20..(20 + rows)].Equal(part.MatMul(turned[.., ..1])), $"{rows} rows, one column");
            Assert.True(whole[20..(20 + rows)].Equal(part.Unsqueeze(0).Linear(weight, bias)[0]), $"{rows} rows, a batch of one");
        }
    }

    [Fact]
    public void Products_of_a_batch_do_so_on_every_thread()
    {
        Tensor a = Tensor.Randn(40, 9, 400), b = Tensor.Randn(40, 400, 30);
        using BatchInvariance.Region region = BatchInvariance.Enable();
        Tensor whole = a.MatMul(b), rows = a.Narrow(1, 4, 1).MatMul(b);
        Assert.True(whole.Narrow(1, 4, 1).Equal(rows));
    }

    [Fact]
    public void Several_rows_give_the_same_without_asking()
    {
        Tensor x = Tensor.Randn(150, 1031), weight = Tensor.Randn(90, 1031), whole = x.Linear(weight);
        foreach (int rows in new[] { 2, 3, 7, 16, 33 })
        {
            Assert.True(whole[20..(20 + rows)].Equal(x[20..(20 + rows)].Linear(weight)), $"{rows} rows");
        }
    }

    [Fact]
    public void The_setting_ends_with_its_region()
    {
        Assert.False(BatchInvariance.Enabled);
        using (BatchInvariance.Enable())
        {
            using (BatchInvariance.Set(false))
            {
                Assert.False(BatchInvariance.Enabled);
            }

            Assert.True(BatchInvariance.Enabled);
        }

        Assert.False(BatchInvariance.Enabled);
    }
}
