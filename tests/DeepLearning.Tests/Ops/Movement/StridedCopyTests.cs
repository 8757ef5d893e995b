namespace DeepLearning.Tests.Ops.Movement;

[Trait("Rerun", "Simd")]
public class StridedCopyTests
{
    /// <summary>Shapes of equal lengths, in which the strides of one order of the axes are easily taken for those of another.</summary>
    public static TheoryData<int[]> Cubes => [[4, 4], [3, 3, 3], [2, 2, 2, 2], [1, 4, 1, 4], [2, 1, 2, 4], [9, 3, 27]];

    [Theory]
    [MemberData(nameof(Cubes))]
    public void Whatever_order_the_axes_lie_in_every_element_is_read_and_written_once(int[] shape)
    {
        Tensor x = Tensor.Arange(0, new Shape(shape).Count).Reshape(shape).To(DType.Float64);
        foreach (int[] order in Orders([.. Enumerable.Range(0, shape.Length)]))
        {
            Tensor y = x.Clone(), view = y.Permute(order);
            double[] expected = [.. Walk(x, order)];
            Assert.Equal(expected, view.Contiguous().ToArray<double>());
            Assert.Equal([.. expected.Select(static v => v + 1)], (view + 1).ToArray<double>());
            view.AddInPlace(view.Clone()).MultiplyInPlace(2);
            Assert.Equal([.. x.ToArray<double>().Select(static v => 4 * v)], y.ToArray<double>());
            view.CopyFrom(Tensor.Arange(0, x.Count).Reshape(view.Shape).To(DType.Float64));
            Assert.Equal(Enumerable.Range(0, (int)x.Count).Select(static i => (double)i), Walk(y, order));
            view.FillInPlace(7);
            Assert.All(y.ToArray<double>(), static v => Assert.Equal(7, v));
        }
    }

    private static IEnumerable<int[]> Orders(int[] axes) => axes.Length < 2
        ? [axes]
        : axes.SelectMany(first => Orders([.. axes.Where(axis => axis != first)]).Select(rest => (int[])[first, .. rest]));

    /// <summary>The elements of a contiguous tensor, its axes in another order.</summary>
    private static List<double> Walk(Tensor x, int[] order)
    {
        double[] values = x.ToArray<double>();
        int[] strides = [.. order.Select(axis => x.Shape.ToArray().Skip(axis + 1).Aggregate(1, static (a, b) => a * b))];
        IEnumerable<int> places = [0];
        for (int i = 0; i < order.Length; i++)
        {
            (int length, int stride) = (x.Size(order[i]), strides[i]);
            places = places.SelectMany(place => Enumerable.Range(0, length).Select(k => place + (k * stride)));
        }

        return [.. places.Select(place => values[place])];
    }

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
