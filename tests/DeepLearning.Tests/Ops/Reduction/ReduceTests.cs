using DeepLearning.Tests.Backends.Cpu;

namespace DeepLearning.Tests.Ops.Reduction;

/// <summary>The reduction kernels against naive loops, over every choice of axes of many layouts.</summary>
[Collection("Thread setting")]
[Trait("Rerun", "Simd")]
public class ReduceTests
{
    /// <summary>So many elements at most are seen in every order of the axes.</summary>
    private const int Few = 128;

    public static TheoryData<int[]> Shapes =>
    [
        [], [1], [7], [3, 5], [17, 33], [5, 1, 9], [128, 65], [1000, 3], [3, 1000], [2, 3, 4, 5], [70, 6, 130], [140, 70, 2], [20, 8, 49],
            [70001], [9, 0, 2], [3, 3, 2], [2, 2, 2, 2], [4, 4, 4],
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_sum_over_any_axes_of_any_layout_equals_the_loop(int[] shape)
    {
        Tensor x = Values(shape);
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.Int32, DType.UInt8, DType.Bool])
        {
            Tensor typed = dtype.IsFloatingPoint() ? x.To(dtype) : (x.Abs() * 5).To(DType.Int32).To(dtype);
            foreach (Tensor view in Views(typed))
            {
                foreach (int[] axes in Subsets(view.Rank))
                {
                    Compare(view, axes, dtype == DType.Float32 ? 1e-5 : 1e-13);
                }
            }
        }
    }

    [Fact]
    public void Results_have_the_same_bits_on_any_number_of_threads()
    {
        Tensor x = Values([37, 400, 23]).To(DType.Float32);
        Func<Tensor>[] calls =
        [
            () => x.Sum(), () => x.Sum(0), () => x.Sum(1), () => x.Sum([0, 2]), () => x.Sum([1, 2]), () => x.Mean([0, 1]), () =>
                x.Var([0, 2]),
            () => x.Norm(), () => x.Softmax(1), () => x.LogSoftmax(-1), () => x.LogSumExp(1), () => x.CumSum(1), () => x.Sort(1).Values,
                () => x.Amax(0),
            () => x.ArgMax(), () => x.Reshape(-1, 2).Sum(0), () => x.T.Sum(),
        ];
        foreach (Func<Tensor> call in calls)
        {
            double[] expected = [];
            foreach (int threads in (int[])[1, 2, 3, 7])
            {
                using ThreadSetting setting = new(threads);
                double[] actual = call().ToArray<double>();
                expected = threads == 1 ? actual : expected;
                Assert.Equal(expected, actual);
            }
        }
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    [InlineData(DType.Int64)]
    [InlineData(DType.UInt8)]
    public void Every_element_of_a_long_row_counts_once_wherever_the_row_is_cut(DType dtype)
    {
        foreach (int length in (int[])[65535, 65537, 131071, 131072, 131073, 200003, 327685])
        {
            // Small whole numbers, whose sums are exact in any order.
            Tensor x = Tensor.Arange(0, length).Remainder(7).To(dtype), three = Tensor.Stack([x, x, x], 1);
            double sum = Enumerable.Range(0, length).Sum(static i => i % 7.0);
            Assert.Equal(sum, Number(x.Sum()));
            Assert.Equal(sum, Number(three[.., 1].Sum()));
            Assert.Equal(2 * sum, Number(three[.., 1..].Sum()));
            Assert.Equal([sum, sum], Tensor.Stack([x, x]).Sum(1).To(DType.Float64).ToArray<double>());
            Assert.Equal([sum, sum, sum], three.Sum(0).To(DType.Float64).ToArray<double>());
        }

        static double Number(Tensor y) => y.To(DType.Float64).Item<double>();
    }

    [Fact]
    public void A_long_float32_sum_is_as_good_as_its_rounding()
    {
        Tensor x = Values([1 << 20]).To(DType.Float32) + 0.1f;
        double exact = x.ToArray<double>().Sum();
        Assert.Equal(exact, x.Sum().Item<float>(), Math.Abs(exact) * 2e-7);
        Assert.Equal(exact, x.Reshape(1 << 18, 4).Sum(0).Sum().Item<float>(), Math.Abs(exact) * 4e-7);
    }

    [Fact]
    public void Extremes_pass_on_a_NaN_wherever_it_stands()
    {
        foreach (int length in (int[])[1, 3, 16, 17, 64, 300, 5000])
        {
            foreach (int place in (int[])[0, length / 2, length - 1])
            {
                float[] values = new float[length];
                values[place] = float.NaN;
                Tensor x = Tensor.From(values);
                Assert.True(float.IsNaN(x.Max().Item<float>()));
                Assert.True(float.IsNaN(x.Amin().Item<float>()));
                Assert.Equal(place, x.ArgMax().Item<long>());
                Assert.Equal(place, x.Min(0).Indices.Item<long>());
            }
        }
    }

    [Fact]
    public void Errors_name_the_operation_and_the_axis()
    {
        Tensor x = Tensor.Zeros([2, 0], DType.Float32);
        Assert.Contains("Amax: axis 1", Assert.Throws<ShapeException>(() => x.Amax(1)).Message, StringComparison.Ordinal);
        Assert.Contains("ArgMin: axis 1", Assert.Throws<ShapeException>(() => x.ArgMin(-1)).Message, StringComparison.Ordinal);
        Assert.Contains("Sum: axis 2", Assert.Throws<ShapeException>(() => x.Sum(2)).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<ShapeException>(() => x.Sum([1, -1])).Message, StringComparison.Ordinal);
        Assert.Contains("int64", Assert.Throws<DTypeException>(() => Tensor.From([1L, 2L]).Mean()).Message, StringComparison.Ordinal);
        Assert.Equal([0f, 0f], x.Sum(1).ToArray<float>());
        Assert.Equal([1f, 1f], x.Prod(1).ToArray<float>());
        Assert.True(float.IsNaN(x.Mean().Item<float>()));
    }

    [Fact]
    public void Gradients_are_right_to_second_order()
    {
        Tensor x = Values([2, 3, 4]);
        Tensor zeros = Tensor.From([0.0, 2, 3, 1.5, 0, 0, -1, 2, 0.5], 3, 3);
        (string Name, Func<Tensor, Tensor> Call, Tensor Input)[] calls =
        [
            ("Sum", t => t.Sum([0, 2]), x), ("Mean", t => t.Mean(1, keepDim: true), x), ("Var", t => t.Var([0, 1]), x), ("Std", t =>
                t.Std(2), x),
            ("Prod", t => t.Prod(1), zeros), ("Prod all", t => t.Prod(), x), ("CumProd", t => t.CumProd(0), zeros), ("CumSum", t =>
                t.CumSum(1), x),
            ("LogCumSumExp", t => t.LogCumSumExp(1), x), ("LogSumExp", t => t.LogSumExp([0, 2]), x), ("Softmax", t => t.Softmax(1), x),
            ("LogSoftmax", t => t.LogSoftmax(0), x), ("Norm", t => t.Norm(2, [1]), x), ("Norm 3", t => t.Norm(3, [0, 1]), x), ("Sort", t =>
                t.Sort(1).Values, x),
            ("TopK", t => t.TopK(2).Values, x), ("Median", t => t.Median(2).Values, x), ("Quantile", t => t.Quantile(0.3, 2), x), ("Max",
                t => t.Max(1).Values, x),
            ("Amax", t => t.Amax([0, 1]), x), ("CumMax", t => t.CumMax(2).Values, x), ("Diff", t => t.Diff(2), x),
        ];
        foreach ((string name, Func<Tensor, Tensor> call, Tensor input) in calls)
        {
            Tensor leaf = input.Clone();
            leaf.RequiresGrad = true;
            Exception? failure = Record.Exception(() =>
            {
                GradCheck.First(inputs => call(inputs[0]), [leaf]);
                GradCheck.Second(inputs => call(inputs[0]), [leaf]);
            });
            Assert.True(failure is null, $"{name}: {failure?.Message}");
        }
    }

    private static Tensor Values(int[] shape)
    {
        Random random = new(3);
        double[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (random.NextDouble() * 2) - 0.9)];
        return Tensor.From(values, shape);
    }

    private static IEnumerable<Tensor> Views(Tensor x)
    {
        yield return x;
        if (x.Rank == 2)
        {
            yield return x.T;
            yield return x.Reshape(x.Size(0), 1, x.Size(1)).Expand(x.Size(0), 3, x.Size(1));
        }

        if (x.Rank == 3 && x.Count > Few)
        {
            yield return x.Permute(2, 1, 0);
            yield return x.Permute(1, 0, 2);
        }

        if (x.Rank > 2 && x.Count <= Few)
        {
            foreach (int[] order in Orders([.. Enumerable.Range(0, x.Rank)]))
            {
                yield return x.Permute(order);
            }
        }
    }

    private static IEnumerable<int[]> Orders(int[] axes) => axes.Length < 2
        ? [axes]
        : axes.SelectMany(first => Orders([.. axes.Where(axis => axis != first)]).Select(rest => (int[])[first, .. rest]));

    private static IEnumerable<int[]> Subsets(int rank) =>
        Enumerable.Range(0, 1 << rank).Select(bits => Enumerable.Range(0, rank).Where(axis => ((bits >> axis) & 1) != 0).ToArray());

    private static void Compare(Tensor x, int[] axes, double tolerance)
    {
        int[] lengths = x.Shape.ToArray();
        int[] kept = [.. lengths.Select((length, axis) => axes.Length == 0 || axes.Contains(axis) ? 1 : length)];
        double[] values = x.ToArray<double>();
        double[] sums = new double[kept.Aggregate(1, (a, b) => a * b)], sizes = new double[sums.Length];
        int[] index = new int[lengths.Length];
        foreach (double value in values)
        {
            int place = 0;
            for (int axis = 0; axis < lengths.Length; axis++)
            {
                place = (place * kept[axis]) + (kept[axis] == 1 ? 0 : index[axis]);
            }

            sums[place] += value;
            sizes[place] += Math.Abs(value);
            for (int axis = lengths.Length - 1; axis >= 0 && ++index[axis] == lengths[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        Tensor y = x.Sum(axes, keepDim: true);
        Assert.Equal(kept, y.Shape.ToArray());
        double[] actual = y.ToArray<double>();
        for (int i = 0; i < sums.Length; i++)
        {
            Assert.Equal(sums[i], actual[i], tolerance * (1 + sizes[i]));
        }
    }
}
