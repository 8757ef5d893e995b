using DeepLearning.Tests.Backends.Cpu;

namespace DeepLearning.Tests.Ops.Indexing;

[Collection("Thread setting")]
[Trait("Rerun", "Simd")]
public class GatherScatterTests
{
    private static Tensor Waves(params int[] shape)
    {
        Tensor x = Tensor.From(Enumerable.Range(0, (int)new Shape(shape).Count).Select(i => Math.Sin(i + 0.5) + 1.5).ToArray(), shape);
        x.RequiresGrad = true;
        return x;
    }

    [Fact]
    public void All_pass_gradient_checks_of_both_orders()
    {
        Tensor index = Tensor.From([0, 2, 1, 1, 0, 1], 2, 3), rows = Tensor.From([2, 0, 2]), mask = Tensor.From([true, false, true, true]);
        Func<Tensor, Tensor, Tensor>[] functions =
        [
            (x, v) => x.Gather(0, index), (x, v) => x.Gather(1, index),
            (x, v) => x.ScatterAdd(0, index, v), (x, v) => x.ScatterAdd(1, index, v),
            (x, v) => x.Scatter(1, Tensor.From([1, 3], 2, 1), v), (x, v) => x.Scatter(0, index, 2.0),
            (x, v) => x.IndexSelect(0, rows), (x, v) => x.IndexAdd(0, rows, x, 0.5),
            (x, v) => x.IndexCopy(1, Tensor.From([3, 1]), x.Narrow(1, 0, 2)),
            (x, v) => x.IndexFill(1, rows, 2.0), (x, v) => x.MaskedFill(mask, 2.0), (x, v) => x.MaskedFill(mask, v.Sum()),
            (x, v) => x.MaskedSelect(mask),
            (x, v) => x.MaskedScatter(mask, x), (x, v) => x.Take(index), (x, v) => x.TakeAlongDim(Tensor.From([2, 0, 1, 1], 1, 4), 0),
            (x, v) => x.T.Gather(1, index), (x, v) => Tensor.Embedding(x, index),
            (x, v) => x.ScatterReduce(1, index, v, ScatterReduction.Mean),
            (x, v) => x.ScatterReduce(1, index, v, ScatterReduction.Prod, false),
        ];
        foreach (Func<Tensor, Tensor, Tensor> function in functions)
        {
            Tensor x = Waves(3, 4), values = Waves(2, 3);
            GradCheck.First(i => function(i[0] * i[0], i[1] * i[1]), [x, values]);
            GradCheck.Second(i => function(i[0] * i[0], i[1] * i[1]), [x, values]);
        }
    }

    [Fact]
    public void Sums_do_not_depend_on_the_number_of_threads()
    {
        Tensor weight = Tensor.Zeros(50, 130);
        weight.RequiresGrad = true;
        Tensor index = Tensor.From(Enumerable.Range(0, 3000).Select(i => i * 7919 % 50).ToArray());
        Tensor gradient = Tensor.From(Enumerable.Range(0, 3000 * 130).Select(i => MathF.Sin(i)).ToArray(), 3000, 130);
        Tensor places = Tensor.From(Enumerable.Range(0, 3000 * 130).Select(i => i * 31 % 50).ToArray(), 3000, 130);
        List<float[]> results = [];
        foreach (int count in new[] { 1, 2, 3, 7 })
        {
            using ThreadSetting setting = new(count);
            weight.ZeroGrad();
            Tensor.Embedding(weight, index).Backward(gradient);
            results.Add([.. weight.Grad!.ToArray<float>(), .. Tensor.Zeros(50, 130).ScatterAdd(0, places, gradient).ToArray<float>()]);
        }

        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void In_place_variants_write_into_the_tensor_and_record()
    {
        Tensor x = Waves(3, 4), values = Waves(2, 4);
        Tensor rows = Tensor.From([0, 2]), mask = Tensor.From([false, true, false, false]);
        Tensor index = Tensor.From([0, 1, 2, 0, 2, 2, 1, 0], 2, 4);
        (Func<Tensor, Tensor, Tensor> Plain, Func<Tensor, Tensor, Tensor> InPlace)[] pairs =
        [
            ((x, v) => x.Scatter(0, index, v), (x, v) => x.ScatterInPlace(0, index, v)),
            ((x, v) => x.Scatter(0, index, 3.0), (x, v) => x.ScatterInPlace(0, index, 3.0)),
            ((x, v) => x.ScatterAdd(0, index, v), (x, v) => x.ScatterAddInPlace(0, index, v)),
            ((x, v) => x.IndexAdd(0, rows, v, 2.0), (x, v) => x.IndexAddInPlace(0, rows, v, 2.0)),
            ((x, v) => x.IndexCopy(0, rows, v), (x, v) => x.IndexCopyInPlace(0, rows, v)),
            ((x, v) => x.IndexFill(0, rows, 2.0), (x, v) => x.IndexFillInPlace(0, rows, 2.0)),
            ((x, v) => x.MaskedFill(mask, 2.0), (x, v) => x.MaskedFillInPlace(mask, 2.0)),
            ((x, v) => x.MaskedScatter(mask, v), (x, v) => x.MaskedScatterInPlace(mask, v)),
        ];
        foreach ((Func<Tensor, Tensor, Tensor> plain, Func<Tensor, Tensor, Tensor> inPlace) in pairs)
        {
            Tensor expected = plain(x * x, values);
            Tensor y = x * x;
            Assert.Same(y, inPlace(y, values));
            Assert.Equal(expected.ToArray<double>(), y.ToArray<double>());
            Tensor[] a = GradientsOf(expected), b = GradientsOf(y);
            Assert.Equal(a[0].ToArray<double>(), b[0].ToArray<double>());
            Assert.Equal(a[1].ToArray<double>(), b[1].ToArray<double>());
        }

        Tensor[] GradientsOf(Tensor result)
        {
            x.ZeroGrad();
            values.ZeroGrad();
            ((result * result).Sum() + (values.Sum() * 0.0)).Backward();
            return [x.Grad!, values.Grad!];
        }
    }

    [Fact]
    public void Bad_indices_and_types_are_named_and_change_nothing()
    {
        Tensor x = Tensor.Zeros(3, 4);
        Assert.Equal(
            "ScatterAdd: index 3 is out of range for axis 0 of length 3; use 0 to 2.",
            Assert.Throws<IndexException>(() => x.ScatterAddInPlace(0, Tensor.From([0, 3], 1, 2), Tensor.Ones(1, 2))).Message);
        Assert.Equal(
            "Embedding: index -1 is out of range for axis 0 of length 3; use 0 to 2.",
            Assert.Throws<IndexException>(() => Tensor.Embedding(x, Tensor.From([0, -1]))).Message);
        Assert.Throws<IndexException>(() => x.Gather(1, Tensor.From([-1], 1, 1)));
        Assert.Throws<IndexException>(() => x.Take(Tensor.From([12])));
        Assert.Throws<IndexException>(() => Tensor.From([0, 3]).OneHot(3));
        Assert.Throws<ShapeException>(() => x.Gather(0, Tensor.From([0])));
        Assert.Throws<ShapeException>(() => x.Scatter(0, Tensor.From([0, 1], 1, 2), Tensor.Ones(1, 1)));
        Assert.Throws<ShapeException>(() => x.IndexAdd(0, Tensor.From([0, 1]), Tensor.Ones(2, 3)));
        Assert.Throws<ShapeException>(() => x.MaskedScatter(Tensor.From([true, true, true, true]), Tensor.Ones(3)));
        Assert.Throws<DTypeException>(() => x.Gather(0, Tensor.Zeros(3, 4)));
        Assert.Throws<DTypeException>(() => x.ScatterAdd(0, Tensor.From([0], 1, 1), Tensor.From([1.0], 1, 1)));
        Assert.Throws<DTypeException>(() => x.MaskedFill(Tensor.From([1, 0, 0, 0]), 1.0));
        Assert.Throws<DTypeException>(() => Tensor.From([1, 2]).MaskedFill(Tensor.From([true, false]), 1.5));
        Assert.All(x.ToArray<double>(), v => Assert.Equal(0, v));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(32767)]
    [InlineData(70001)]
    public void The_first_bad_index_of_many_is_found(int at)
    {
        long[] numbers = new long[70002];
        numbers[at] = 10 + at;
        numbers[^1] = 10 + at;
        Assert.StartsWith(
            $"Take: index {10 + at} is out of range",
            Assert.Throws<IndexException>(() => Tensor.Zeros(10).Take(Tensor.From(numbers))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(-6)]
    [InlineData(-10)]
    [InlineData(-11)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(long.MinValue + 5)]
    public void Indices_that_are_all_bad_are_refused_however_many_there_are(long bad)
    {
        Tensor x = Tensor.Zeros(5, 3), places = Tensor.Zeros(5);
        foreach (int count in (int[])[1, 3, 4, 8, 9, 64, 70])
        {
            Tensor index = Tensor.From([.. Enumerable.Repeat(bad, count)]), line = index.Reshape(1, count);
            Tensor values = Tensor.Ones(count, 3), wide = Tensor.Zeros(5, count);
            Action[] uses =
            [
                () => x.IndexSelect(0, index), () => _ = x[index], () => Tensor.Embedding(x, index), () => places.Take(index),
                () => wide.Gather(0, line), () => x.IndexAddInPlace(0, index, values), () => x.IndexCopyInPlace(0, index, values),
                () => x.IndexPutInPlace([index], values), () => wide.ScatterInPlace(0, line, Tensor.Ones(1, count)),
                () => wide.ScatterAddInPlace(0, line, Tensor.Ones(1, count)), () => x.IndexFillInPlace(0, index, 1),
            ];
            Assert.All(uses, use => Assert.Contains($"index {bad} is out of range", Assert.Throws<IndexException>(use).Message,
                StringComparison.Ordinal));
        }

        Assert.All(x.ToArray<float>(), static v => Assert.Equal(0, v));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65)]
    [InlineData(700)]
    [InlineData(5000)]
    public void A_target_of_any_layout_takes_what_one_in_one_piece_takes(int width)
    {
        Tensor index = Tensor.From([3L, 0, 3, 2]), values = Tensor.Arange(0, 4 * width).Reshape(4, width).To(DType.Float64);
        (string Kind, Func<Tensor> Make)[] targets =
        [
            ("transposed", () => Tensor.Zeros([width, 5], DType.Float64).T),
            ("every second", () => Tensor.Zeros([5, width, 2], DType.Float64).Select(2, 1)),
            ("a part", () => Tensor.Zeros([7, width + 3], DType.Float64)[1..6, 2..(width + 2)]),
            ("rows apart", () => Tensor.Zeros([5, 3, width], DType.Float64).Select(1, 1)),
        ];
        (string Name, Action<Tensor> Write)[] writes =
        [
            ("IndexAdd", y => y.IndexAddInPlace(0, index, values)), ("IndexCopy", y => y.IndexCopyInPlace(0, index, values)),
            ("IndexPut", y => y.IndexPutInPlace([index], values, accumulate: true)), ("Assign", y => y[index] = values),
            ("columns", y => y.IndexAddInPlace(1, Tensor.From([(long)width - 1, 0]), Tensor.From([1.0, 2]).Expand(5, 2))),
            ("pairs", y => y[index, Tensor.From([0L, width - 1, width / 2, 0])] = 7.0),
        ];
        foreach ((string name, Action<Tensor> write) in writes)
        {
            Tensor expected = Tensor.Zeros([5, width], DType.Float64);
            write(expected);
            foreach ((string kind, Func<Tensor> make) in targets)
            {
                Tensor target = make();
                write(target);
                Assert.True(target.Equal(expected), $"{name}, {kind}");
            }
        }
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.UInt8)]
    public void Every_type_gathers_and_adds(DType dtype)
    {
        Tensor x = Tensor.From([1, 2, 3, 4, 5, 6], 2, 3).To(dtype), index = Tensor.From([0, 1, 1, 1, 0, 0], 2, 3);
        Assert.Equal([1, 5, 6, 4, 2, 3], x.Gather(0, index).ToArray<int>());
        Assert.Equal([2, 7, 9, 8, 7, 9], x.ScatterAdd(0, index, x).ToArray<int>());
        Tensor product = x.ScatterReduce(0, Tensor.From([0, 0, 1], 1, 3), x[1..], ScatterReduction.Prod);
        Assert.Equal([4, 10, 3, 4, 5, 36], product.ToArray<int>());
        Assert.Equal([5, 7, 9, 4, 5, 6], x.IndexAdd(0, Tensor.From([0]), x[1..]).ToArray<int>());
        Assert.Equal([1, 2, 3, 4], x.MaskedSelect(x.Less(5)).ToArray<int>());
        Assert.Equal([4, 5, 6, 1, 2, 3], x.IndexSelect(0, Tensor.From([1L, 0L])).ToArray<int>());
    }

    [Fact]
    public void Truth_values_add_as_or_and_multiply_as_and()
    {
        Tensor x = Tensor.From([true, false, true]), index = Tensor.From([0, 0, 1]);
        Tensor values = Tensor.From([true, false, true]);
        Assert.Equal([true, true, true], x.ScatterAdd(0, index, values).ToArray<bool>());
        Assert.Equal([true, true, true], x.IndexAdd(0, index, values).ToArray<bool>());
        Assert.Equal([false, false, true], x.ScatterReduce(0, index, values, ScatterReduction.Prod).ToArray<bool>());
    }

    [Fact]
    public void Nonzero_lists_coordinates_and_fits_the_indexer()
    {
        Tensor x = Tensor.From([0.0, 2, double.NaN, -0.0, 0, 5], 2, 3);
        Assert.Equal([0, 1, 0, 2, 1, 2], x.NonZero().ToArray<int>());
        Tensor[] places = x.NonZeroAsTuple();
        Assert.Equal([2, double.NaN, 5], x[places[0], places[1]].ToArray<double>());
        Assert.Equal(new Shape(0, 2), Tensor.Zeros(3, 4).NonZero().Shape);
        Assert.Equal(new Shape(1, 0), Tensor.FromScalar(3).NonZero().Shape);
    }

    [Fact]
    public void A_padding_row_gets_no_gradient()
    {
        Tensor weight = Waves(3, 2);
        Tensor.Embedding(weight, Tensor.From([0, 1, 1, 2]), paddingIdx: 1).Sum().Backward();
        Assert.Equal([1, 1, 0, 0, 1, 1], weight.Grad!.ToArray<double>());
    }
}
