namespace DeepLearning.Tests.Ops.Movement;

[Trait("Rerun", "Simd")]
public class StridedCopyTests
{
    public static TheoryData<DType, int, int> Sizes()
    {
        TheoryData<DType, int, int> rows = [];
        foreach (DType dtype in new[] { DType.Float32, DType.Float64, DType.Int64, DType.Float16, DType.UInt8 })
        {
            foreach ((int m, int n) in new[] { (1, 1), (3, 5), (16, 64), (65, 63), (130, 7), (4, 200), (257, 129) })
            {
                rows.Add(dtype, m, n);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_transposed_copy_exchanges_rows_and_columns_at_every_size(DType dtype, int rows, int columns)
    {
        Tensor x = Tensor.From(Enumerable.Range(0, rows * columns).Select(i => i % 251).ToArray(), rows, columns).To(dtype);
        int[] values = x.ToArray<int>(), transposed = x.T.Contiguous().ToArray<int>();
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], transposed[(i % columns * rows) + (i / columns)]);
        }

        Tensor back = Tensor.Zeros([rows, columns], dtype);
        back.T.CopyFrom(x.T.Contiguous());
        Assert.Equal(values, back.ToArray<int>());
    }

    [Theory]
    [InlineData(0, 2, 1, 3)]
    [InlineData(3, 2, 1, 0)]
    [InlineData(1, 0, 3, 2)]
    [InlineData(2, 3, 0, 1)]
    public void A_permuted_copy_equals_the_walk_over_its_coordinates(params int[] axes)
    {
        int[] shape = [3, 20, 5, 34];
        Tensor x = Tensor.From(Enumerable.Range(0, 3 * 20 * 5 * 34).ToArray(), shape);
        Tensor view = x.Permute(axes);
        int[] copy = view.Contiguous().ToArray<int>();
        int position = 0;
        for (int a = 0; a < view.Size(0); a++)
        {
            for (int b = 0; b < view.Size(1); b++)
            {
                for (int c = 0; c < view.Size(2); c++)
                {
                    for (int d = 0; d < view.Size(3); d++)
                    {
                        long at = (a * view.Strides[0]) + (b * view.Strides[1]) + (c * view.Strides[2]) + (d * view.Strides[3]);
                        Assert.Equal((int)at, copy[position++]);
                    }
                }
            }
        }
    }

    [Fact]
    public void Stretched_stepped_and_reversed_sources_copy_into_stepped_places()
    {
        Tensor target = Tensor.Zeros([4, 6], DType.Int32);
        target[1.., TensorIndex.Slice(null, null, 2)] = Tensor.From([1, 2, 3]);
        target[0, TensorIndex.Slice(null, null, -2)] = Tensor.From([7, 8, 9]);
        Assert.Equal([0, 9, 0, 8, 0, 7, 1, 0, 2, 0, 3, 0, 1, 0, 2, 0, 3, 0, 1, 0, 2, 0, 3, 0], target.ToArray<int>());
    }
}
