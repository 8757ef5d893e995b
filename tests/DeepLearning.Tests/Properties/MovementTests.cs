namespace DeepLearning.Tests.Properties;

/// <summary>Laws of views, joins and positions on random shapes.</summary>
[Trait("Rerun", "Simd")]
public class MovementTests
{
    [Fact]
    public void Reshaping_and_permuting_can_be_undone() => Case.Holds(static c =>
    {
        Tensor x = c.Normal();
        Laws.Same(x.Flatten().Reshape(c.Shape), x);
        int[] axes = [.. Enumerable.Range(0, c.Shape.Length)];
        new Random(c.Seed).Shuffle(axes);
        int[] back = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            back[axes[i]] = i;
        }

        Laws.Same(x.Permute(axes).Permute(back), x);
        Laws.Same(x.Permute(axes).Contiguous().Permute(back), x);
        Laws.Same(x.Transpose(0, -1).Transpose(-1, 0), x);
        Laws.Same(x.Unsqueeze(c.Axis()).Squeeze(c.Axis()), x);
        Laws.Same(x.MoveAxis(0, -1).MoveAxis(-1, 0), x);
    });

    [Fact]
    public void Joining_the_parts_gives_the_whole() => Case.Holds(static c =>
    {
        Tensor x = c.Normal();
        int axis = c.Axis(), size = c.Integer(1, 4, 1);
        if (c.Shape[axis] > 0)
        {
            Laws.Same(Tensor.Cat(x.Split(size, axis), axis), x);
            Laws.Same(Tensor.Cat(x.Chunk(size, axis), axis), x);
            Laws.Same(Tensor.Stack(x.Unbind(axis), axis), x);
        }

        Laws.Same(Tensor.Cat([x, x], axis).Narrow(axis, c.Shape[axis], c.Shape[axis]), x);
        Laws.Same(x.Repeat([.. Enumerable.Repeat(1, c.Shape.Length)]), x);
    });

    [Fact]
    public void Flips_rolls_and_paddings_can_be_undone() => Case.Holds(static c =>
    {
        Tensor x = c.Normal();
        int axis = c.Axis(), shift = c.Integer(-7, 8, 1);
        Laws.Same(x.Flip(axis).Flip(axis), x);
        Laws.Same(x.Roll(shift, axis).Roll(-shift, axis), x);
        Laws.Same(x.Roll(c.Shape[axis], axis), x);
        int before = c.Integer(0, 4, 2), after = c.Integer(0, 4, 3);
        Laws.Same(x.Pad([before, after], PadMode.Constant, 9).Narrow(-1, before, c.Shape[^1]), x);
        if (c.Shape[^1] > 3)
        {
            Tensor last = x.Narrow(-1, c.Shape[^1] - before, before), first = x.Narrow(-1, 0, after);
            Laws.Same(x.Pad([before, after], PadMode.Circular), Tensor.Cat([last, x, first], -1));
        }
    });

    [Fact]
    public void Lower_and_upper_triangles_make_the_matrix() => Case.Holds(static c =>
    {
        Tensor x = c.Normal([c.Integer(0, 6), c.Integer(0, 6, 1)]);
        int diagonal = c.Integer(-4, 5, 2);
        Laws.Same(x.Tril(diagonal) + x.Triu(diagonal + 1), x);
        Laws.Same(x.Tril(diagonal).T, x.T.Triu(-diagonal));
    });

    [Fact]
    public void A_slice_written_into_is_the_slice_read() => Case.HoldsWhereFilled(static c =>
    {
        Tensor x = c.Normal(), y = x.Clone();
        int start = c.Integer(0, c.Shape[0]), length = c.Integer(0, c.Shape[0] - start + 1, 1);
        Tensor values = c.Normal([length, .. c.Shape[1..]], 1);
        y[start..(start + length)] = values;
        Laws.Same(y[start..(start + length)], values);
        Laws.Same(y[..start], x[..start]);
        Laws.Same(y[(start + length)..], x[(start + length)..]);
    });

    [Fact]
    public void Selecting_positions_equals_indexing_with_them() => Case.HoldsWhereFilled(static c =>
    {
        Tensor x = c.Normal();
        int axis = c.Axis(), count = c.Shape[axis];
        Tensor places = Tensor.RandInt(0, count, [c.Integer(0, 7)], generator: new Generator((ulong)c.Seed));
        Laws.Same(x.IndexSelect(axis, places), x.MoveAxis(axis, 0)[places].MoveAxis(0, axis));
        Laws.Same(x.IndexSelect(0, places.Remainder(c.Shape[0])), x[places.Remainder(c.Shape[0])]);
        Laws.Same(x.Flatten().Take(Tensor.Arange(x.Count)), x.Flatten());
    });

    [Fact]
    public void A_scatter_undoes_a_gather_along_permutations() => Case.HoldsWhereFilled(static c =>
    {
        Tensor x = c.Normal();
        int axis = c.Axis();
        Tensor order = c.Normal(1).ArgSort(axis);
        Tensor gathered = x.Gather(axis, order);
        Laws.Same(Tensor.ZerosLike(x).Scatter(axis, order, gathered), x);
        Laws.Same(Tensor.ZerosLike(x).ScatterAdd(axis, order, gathered), x);
        Laws.Same(gathered.Gather(axis, order.ArgSort(axis)), x);
        Laws.Same(x.TakeAlongDim(order, axis), gathered);
    });

    [Fact]
    public void Masks_choose_and_fill_the_same_elements() => Case.Holds(static c =>
    {
        Tensor x = c.Normal(), mask = c.Normal(1) > 0;
        Laws.Same(x.MaskedFill(mask, 3), Tensor.Where(mask, Tensor.FullLike(x, 3), x));
        Laws.Same(x.MaskedSelect(mask), x[mask]);
        Laws.Same(Tensor.ZerosLike(x).MaskedScatter(mask, x.MaskedSelect(mask)), x * mask);
        Assert.Equal(mask.Sum().Item<long>(), x.MaskedSelect(mask).Count);
        Laws.Same(mask.NonZero().To(DType.Float64), Tensor.Stack(mask.NonZeroAsTuple(), 1).To(DType.Float64));
    });

    [Fact]
    public void Orders_agree() => Case.HoldsWhereFilled(static c =>
    {
        Tensor x = c.Normal();
        int axis = c.Axis(), k = c.Integer(1, c.Shape[axis] + 1);
        (Tensor values, Tensor indices) = (x.Sort(axis).Values, x.Sort(axis).Indices);
        Laws.Same(x.Gather(axis, indices), values);
        Laws.Same(x.ArgSort(axis).To(DType.Float64), indices.To(DType.Float64));
        Laws.Same(x.Sort(axis, descending: true).Values, values.Flip(axis));
        Laws.Same(x.TopK(k, axis).Values, values.Flip(axis).Narrow(axis, 0, k));
        Laws.Same(x.KthValue(k, axis).Values, values.Select(axis, k - 1));
        Laws.Same(x.Median(axis).Values, values.Select(axis, (c.Shape[axis] - 1) / 2));
        Laws.Same(x.Max(axis).Values, values.Select(axis, -1));
        Laws.Same(x.ArgMin(axis).To(DType.Float64), indices.Select(axis, 0).To(DType.Float64));
        Assert.True((values.Diff(axis: axis) >= 0).All().Item<bool>());
    });

    [Fact]
    public void Hot_rows_count_and_look_up() => Case.HoldsWhereFilled(static c =>
    {
        int classes = c.Integer(1, 9);
        Tensor labels = Tensor.RandInt(0, classes, [c.Integer(1, 30, 1)], generator: new Generator((ulong)c.Seed));
        Tensor hot = labels.OneHot(classes), table = c.Normal([classes, 3]);
        Laws.Same(hot.ArgMax(1).To(DType.Float64), labels.To(DType.Float64));
        Laws.Same(hot.Sum(0).To(DType.Float64), labels.BinCount(minLength: classes).To(DType.Float64));
        Laws.Near(hot.To(DType.Float64).MatMul(table), Tensor.Embedding(table, labels));
        Tensor sorted = table.Select(1, 0).Sort().Values;
        Laws.Same(sorted.SearchSorted(sorted).To(DType.Float64), Tensor.Arange(classes).To(DType.Float64));
    });
}
