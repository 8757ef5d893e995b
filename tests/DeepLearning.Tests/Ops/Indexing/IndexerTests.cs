namespace DeepLearning.Tests.Ops.Indexing;

[Trait("Rerun", "Simd")]
[Trait("Rerun", "Culture")]
public class IndexerTests
{
    private static Tensor Counting(params int[] shape) => Tensor.From(Enumerable.Range(0, (int)new Shape(shape).Count).ToArray(), shape);

    [Fact]
    public void Positions_ranges_and_new_axes_give_views()
    {
        Tensor x = Counting(2, 3, 4);
        Assert.Equal(new Shape(3, 2), x[1, .., 1..^1].Shape);
        Assert.Equal([13, 14, 17, 18, 21, 22], x[1, .., 1..^1].ToArray<int>());
        Assert.Equal(new Shape(2, 3, 1), x[.., null, ^1].Shape);
        Assert.Equal(23, x[^1, -1, 3].Item<int>());
        Assert.Equal(new Shape(2, 3, 2), x[.., .., TensorIndex.Slice(null, null, 2)].Shape);
        x[0, 0..1].FillWith(-1);
        Assert.Equal([-1, -1, -1, -1, 4], x.Flatten()[..5].ToArray<int>());
    }

    [Fact]
    public void Two_dots_take_one_axis_or_all_that_are_missing()
    {
        Tensor x = Counting(2, 3, 4, 5);
        Assert.Equal(new Shape(3, 4), x[0, .., 0].Shape);
        Assert.Equal(new Shape(2, 3, 4), x[.., 0].Shape);
        Assert.Equal(new Shape(2, 3, 5), x[.., .., 0, ..].Shape);
        Assert.Equal(new Shape(2, 4, 5), x[TensorIndex.All, 0].Shape);
        Assert.Equal(new Shape(2, 3), x[.., .., 0, 0].Shape);
        Assert.Equal(new Shape(), x[0, 0, TensorIndex.Ellipsis, 0, 0].Shape);
        Assert.Equal(new Shape(2, 4), x[.., 1, TensorIndex.Ellipsis, 0].Shape);
        Assert.Equal(new Shape(2, 3, 4, 5), x[..].Shape);
    }

    [Fact]
    public void Ranges_are_cut_to_the_axis_as_in_PyTorch()
    {
        Tensor x = Counting(5);
        Assert.Equal([3, 4], x[3..100].ToArray<int>());
        Assert.Equal([0, 1], x[^100..2].ToArray<int>());
        Assert.Empty(x[4..1].ToArray<int>());
        Assert.Empty(x[^0..].ToArray<int>());
        Assert.Equal([1, 3], x[TensorIndex.Slice(1, null, 2)].ToArray<int>());
        Assert.Equal([1, 2, 3], x[TensorIndex.Slice(-4, -1)].ToArray<int>());
    }

    [Fact]
    public void A_negative_step_walks_backwards_and_copies()
    {
        Tensor x = Counting(6);
        Assert.Equal([5, 4, 3, 2, 1, 0], x[TensorIndex.Slice(step: -1)].ToArray<int>());
        Assert.Equal([4, 2], x[TensorIndex.Slice(4, 0, -2)].ToArray<int>());
        Assert.Equal([4, 2, 0], x[TensorIndex.Slice(4, null, -2)].ToArray<int>());
        Assert.Empty(x[TensorIndex.Slice(1, 3, -1)].ToArray<int>());
        Tensor y = Counting(2, 3);
        Assert.Equal([5, 3, 2, 0], y[new[] { 1, 0 }, TensorIndex.Slice(step: -2)].ToArray<int>());
        y[TensorIndex.Slice(step: -1), new[] { 0, 2 }] = Tensor.From([10, 20, 30, 40], 2, 2);
        Assert.Equal([30, 1, 40, 10, 4, 20], y.ToArray<int>());
    }

    [Fact]
    public void Arrays_and_masks_select_copies()
    {
        Tensor x = Counting(3, 4);
        Tensor picked = x[new[] { 2, 0, -1 }];
        Assert.Equal([8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11], picked.ToArray<int>());
        picked.FillWith(0);
        Assert.Equal(66, x.Sum().Item<long>());
        Assert.Equal([5, 10], x[new long[] { 1, 2 }, new long[] { 1, 2 }].ToArray<int>());
        Assert.Equal([4, 6, 7], x[1, new[] { true, false, true, true }].ToArray<int>());
        Assert.Equal([9, 10, 11], x[x.Greater(8)].ToArray<int>());
        Assert.Equal(new Shape(2, 3, 4), Counting(3, 2, 4)[TensorIndex.All, 0][null, ..][new[] { 0, 0 }].Shape);
    }

    [Fact]
    public void Separated_index_tensors_put_their_axes_first()
    {
        Tensor x = Tensor.Zeros(4, 5, 6, 7), i = Tensor.From([0, 1, 2]);
        Assert.Equal(new Shape(4, 3, 7), x[.., i, i, ..].Shape);
        Assert.Equal(new Shape(3, 5, 7), x[i, .., i, ..].Shape);
        Assert.Equal(new Shape(2, 3, 5, 7), x[Tensor.From([0, 1], 2, 1), .., i, ..].Shape);
        Assert.Equal(new Shape(5, 3, 7), x[0, .., i, ..].Shape);
    }

    [Fact]
    public void Assignment_works_through_every_index()
    {
        Tensor x = Tensor.Zeros(3, 4);
        x[0] = 1.5;
        x[1, 1..3] = Tensor.From([2.0f, 3.0f]);
        x[.., 3] = 7;
        x[new[] { 2, 2 }, new[] { 0, 1 }] = Tensor.From([4.0f, 5.0f]);
        x[x.EqualTo(1.5)] = -1.0;
        x[2, ^1] += 1;
        Assert.Equal([-1, -1, -1, 7, 0, 2, 3, 7, 4, 5, 0, 8], x.ToArray<double>());
        Tensor exact = Tensor.Zeros([2], DType.Float64);
        exact[0] = 0.1;
        Assert.Equal(0.1, exact[0].Item<double>());
    }

    [Fact]
    public void Assignment_of_an_overlapping_part_reads_before_it_writes()
    {
        Tensor x = Counting(6);
        x[1..] = x[..^1];
        Assert.Equal([0, 0, 1, 2, 3, 4], x.ToArray<int>());
        x[new[] { 1, 0, 3 }] = x[3..];
        Assert.Equal([3, 2, 1, 4, 3, 4], x.ToArray<int>());
    }

    [Fact]
    public void Accumulating_adds_every_value_of_a_place()
    {
        Tensor x = Tensor.Zeros(3);
        x.IndexPutInPlace([new[] { 0, 2, 0 }], Tensor.From([1.0f, 2.0f, 4.0f]), accumulate: true);
        Assert.Equal([5, 0, 2], x.ToArray<double>());
        Assert.Equal([6, 1, 3], x.IndexPut([Range.All], 1.0, accumulate: true).ToArray<double>());
        Assert.Equal([5, 0, 2], x.ToArray<double>());
    }

    [Fact]
    public void Gradients_flow_to_the_tensor_and_to_the_values()
    {
        Tensor mask = Tensor.From([true, false, true]), rows = Tensor.From([2, 0, 1]);
        TensorIndex?[][] parts =
        [
            [1], [Range.All, 1..3], [TensorIndex.Slice(step: -2), 0], [rows], [Range.All, rows], [rows, Range.All, new[] { 1, 0, 3 }],
            [mask, (1..)], [null, Range.All],
        ];
        foreach (TensorIndex?[] part in parts)
        {
            Tensor x = Tensor.From(Enumerable.Range(0, 36).Select(i => Math.Cos(i)).ToArray(), 3, 3, 4);
            x.RequiresGrad = true;
            Tensor values = Tensor.From([1.5]);
            values.RequiresGrad = true;
            GradCheck.First(i => (i[0] * i[0])[part], [x]);
            GradCheck.Second(i => (i[0] * i[0])[part], [x]);
            foreach (bool accumulate in new[] { false, true })
            {
                GradCheck.First(i => (i[0] * i[0]).IndexPut(part, i[1] * i[1], accumulate), [x, values]);
                GradCheck.Second(i => (i[0] * i[0]).IndexPut(part, i[1] * i[1], accumulate), [x, values]);
            }
        }
    }

    [Fact]
    public void A_recorded_assignment_becomes_history_of_earlier_views_too()
    {
        Tensor x = Tensor.From([1.0, 2, 3]), value = Tensor.FromScalar(5.0, DType.Float64);
        x.RequiresGrad = value.RequiresGrad = true;
        Tensor y = x * 2;
        Tensor view = y[1..];
        y[0] = value * value;
        (y * y).Sum().Backward(retainGraph: true);
        Assert.Equal([0, 16, 24], x.Grad!.ToArray<double>());
        Assert.Equal(500, value.Grad!.Item<double>());
        x.Grad = null;
        view.Sum().Backward();
        Assert.Equal([0, 2, 2], x.Grad!.ToArray<double>());
        Assert.Throws<AutogradException>(() => x[0] = 1.0);
        using (GradMode.NoGrad())
        {
            x[0] = 9.0;
        }

        Assert.Equal(9, x[0].Item<double>());
    }

    [Fact]
    public void A_saved_value_changed_by_assignment_is_detected()
    {
        Tensor x = Tensor.From([1.0, 2]);
        x.RequiresGrad = true;
        Tensor y = x * 1.0;
        Tensor z = y * y;
        y[0] = 3.0;
        Assert.Throws<AutogradException>(() => z.Sum().Backward());
    }

    [Fact]
    public void Bad_indices_are_named_and_change_nothing()
    {
        Tensor x = Tensor.Zeros(3, 4);
        Assert.Equal(
            "Index: index 5 is out of range for axis 1 of length 4; use -4 to 3.",
            Assert.Throws<IndexException>(() => x[.., new[] { 0, 5 }]).Message);
        Assert.Equal(
            "Index assignment: index -4 is out of range for axis 0 of length 3; use -3 to 2.",
            Assert.Throws<IndexException>(() => x[new[] { 0, -4 }] = 1.0).Message);
        Assert.Contains("[0, 0, ^0]", Assert.Throws<ShapeException>(() => x[0, 0, ^0]).Message, StringComparison.Ordinal);
        Assert.Throws<IndexException>(() => x[^0]);
        Assert.Throws<IndexException>(() => x[3]);
        Assert.Throws<ShapeException>(() => x[0, 0, 0]);
        Assert.Throws<ShapeException>(() => x[0] = Tensor.Zeros(3));
        Assert.Throws<ShapeException>(() => x[new[] { true, false }]);
        Assert.Throws<ShapeException>(() => x[TensorIndex.Ellipsis, TensorIndex.Ellipsis]);
        Assert.Throws<DTypeException>(() => x[Tensor.Zeros(2)]);
        Assert.Throws<ShapeException>(() => x[Tensor.From([0, 1]), Tensor.From([0, 1, 2])]);
        Assert.Throws<ArgumentException>(() => TensorIndex.Slice(step: 0));
        Assert.All(x.ToArray<double>(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Empty_selections_read_and_write_nothing()
    {
        Tensor x = Counting(3, 2);
        Assert.Equal(new Shape(0, 2), x[Array.Empty<int>()].Shape);
        Assert.Equal(new Shape(0), x[x.Greater(100)].Shape);
        x[x.Greater(100)] = 5;
        x[2..1] = 7;
        Assert.Equal(15, x.Sum().Item<long>());
    }
}

internal static class IndexerTestExtensions
{
    public static void FillWith(this Tensor view, int value) => view.CopyFrom(Tensor.FromScalar(value, view.DType));
}
