namespace DeepLearning.Tests.Ops.Movement;

[Trait("Rerun", "Simd")]
[Trait("Rerun", "Culture")]
public class ViewTests
{
    private static Tensor Counting(params int[] shape) => Tensor.From(Enumerable.Range(0, (int)new Shape(shape).Count).ToArray(), shape);

    [Fact]
    public void Narrow_select_diagonal_unfold_and_squeeze_share_memory()
    {
        Tensor x = Counting(3, 1, 4);
        x.Narrow(2, 1, 2).FillFrom(-1);
        x.Select(0, 2).FillFrom(-2);
        x.Squeeze().Diagonal(1).FillFrom(-3);
        x.Squeeze().Unfold(1, 2, 2)[1, 0].FillFrom(-4);
        Assert.Equal([0, -3, -1, 3, -4, -4, -3, 7, -2, -2, -2, -3], x.ToArray<int>());
    }

    [Fact]
    public void Split_chunk_and_unbind_are_views_that_cover_the_axis()
    {
        Tensor x = Counting(7, 2);
        Assert.Equal([3, 3, 1], x.Split(3).Select(p => p.Size(0)));
        Assert.Equal([3, 3, 1], x.Chunk(3).Select(p => p.Size(0)));
        Assert.Equal([1, 0, 6], x.Split([1, 0, 6]).Select(p => p.Size(0)));
        Assert.Equal(7, x.Unbind().Length);
        x.Chunk(3)[2].FillFrom(-1);
        Assert.Equal(-1, x[^1, 0].Item<int>());
        Assert.Single(Tensor.Zeros([0, 2]).Split(3));
    }

    [Fact]
    public void A_gradient_reaches_only_what_a_view_shows()
    {
        Tensor x = Tensor.From([1.0, 2, 3, 4, 5, 6], 2, 3);
        x.RequiresGrad = true;
        (x.Narrow(1, 1, 2).Select(0, 1) * x.Diagonal(1)).Sum().Backward();
        Assert.Equal([0, 5, 0, 0, 2, 12], x.Grad!.ToArray<double>());
    }

    [Fact]
    public void Every_view_and_copy_passes_gradient_checks_of_both_orders()
    {
        Func<Tensor, Tensor>[] functions =
        [
            x => x.Narrow(1, 1, 2), x => x.Select(-1, 2), x => x.Flatten(0, 1), x => x.Unsqueeze(1), x => x.MoveAxis(0, 2),
            x => x.Diagonal(1, 1, 2), x => x.Unfold(2, 3, 1), x => x.Flip(0, 2), x => x.Roll([1, -2], [0, 2]),
            x => x.Tril(-1), x => x.Triu(1),
            x => x.Repeat(2, 1, 1, 2), x => x.RepeatInterleave(2, 1), x => x.Pad([1, 2, -1, 1], PadMode.Constant, 3.0),
            x => x.Pad([2, 1], PadMode.Reflect), x => x.Pad([2, 1, 3, 1], PadMode.Replicate), x => x.Pad([2, 3], PadMode.Circular),
            x => Tensor.Cat([x, x.Narrow(1, 0, 2)], 1), x => Tensor.Stack([x, x * x], -1), x => x.DiagEmbed(-1), x => x.Rot90(1, 0, 2),
            x => x.T.Flip(1).Narrow(1, 1, 2),
        ];
        foreach (Func<Tensor, Tensor> function in functions)
        {
            Tensor x = Tensor.From(Enumerable.Range(0, 24).Select(i => Math.Sin(i + 1.0)).ToArray(), 2, 3, 4);
            x.RequiresGrad = true;
            GradCheck.First(i => function(i[0] * i[0]), [x]);
            GradCheck.Second(i => function(i[0] * i[0]), [x]);
        }
    }

    [Fact]
    public void Cat_and_stack_promote_types_and_take_any_layout()
    {
        Tensor a = Counting(2, 3), b = Counting(3, 2).T.To(DType.Float32);
        Assert.Equal(DType.Float32, Tensor.Cat([a, b], 1).DType);
        Assert.Equal([0, 1, 2, 0, 2, 4, 3, 4, 5, 1, 3, 5], Tensor.Cat([a, b], 1).ToArray<int>());
        Assert.Equal(new Shape(2, 2, 3), Tensor.Stack([a, b], 1).Shape);
        Assert.Equal([0, 1, 2, 0, 2, 4, 3, 4, 5, 1, 3, 5], Tensor.Stack([a, b], 1).ToArray<int>());
        Assert.Equal(new Shape(0, 3), Tensor.Cat([Tensor.Zeros(0, 3), Tensor.Zeros(0)]).Shape);
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Bool)]
    public void Movement_keeps_every_type(DType dtype)
    {
        Tensor x = Counting(2, 3).To(dtype);
        double[] values = x.ToArray<double>();
        Assert.Equal(values, x.Flip(0, 1).Flip(0, 1).ToArray<double>());
        Assert.Equal(values, x.Roll(1, 1).Roll(-1, 1).ToArray<double>());
        Assert.Equal(values, x.Pad([1, 1]).Narrow(1, 1, 3).ToArray<double>());
        Assert.Equal(values, Tensor.Cat([x.Narrow(1, 0, 1), x.Narrow(1, 1, 2)], 1).ToArray<double>());
        Assert.Equal(values, x.T.Contiguous().T.ToArray<double>());
        Assert.All([x.Flip(0), x.Tril(), x.Repeat(2, 1), x.Pad([1, 0], PadMode.Circular)], y => Assert.Equal(dtype, y.DType));
    }

    [Fact]
    public void Errors_name_operation_shape_axis_and_what_fits()
    {
        Tensor x = Tensor.Zeros(2, 3);
        string[] messages =
        [
            Assert.Throws<ShapeException>(() => x.Narrow(1, 2, 2)).Message,
            Assert.Throws<IndexException>(() => x.Select(1, 3)).Message,
            Assert.Throws<ShapeException>(() => Tensor.Cat([x, Tensor.Zeros(3, 3)], 1)).Message,
            Assert.Throws<ShapeException>(() => Tensor.Stack([x, Tensor.Zeros(3, 3)])).Message,
            Assert.Throws<ShapeException>(() => x.Split([1, 1], 1)).Message,
            Assert.Throws<ShapeException>(() => x.Pad([3, 0], PadMode.Reflect)).Message,
            Assert.Throws<ShapeException>(() => x.Unfold(1, 4, 1)).Message,
            Assert.Throws<ShapeException>(() => x.Unflatten(1, 2, 2)).Message,
            Assert.Throws<ShapeException>(() => x.Flip(0, -2)).Message,
            Assert.Throws<ShapeException>(() => x.Squeeze(2)).Message,
            Assert.Throws<ShapeException>(() => x.Unsqueeze(4)).Message,
            Assert.Throws<ShapeException>(() => x.Repeat(2)).Message,
        ];
        Assert.StartsWith(
            "Narrow: 2 elements from 2 do not fit axis 1 of length 3 of a tensor [2, 3]", messages[0], StringComparison.Ordinal);
        Assert.Equal("Select: index 3 is out of range for axis 1 of length 3; use -3 to 2.", messages[1]);
        Assert.All(messages, message => Assert.Matches("^[A-Z][A-Za-z]+: ", message));
    }

    [Fact]
    public void Tensors_without_elements_and_without_axes_move_too()
    {
        Tensor none = Tensor.Zeros(0, 3), number = Tensor.FromScalar(2.0);
        Assert.Equal(new Shape(0, 3), none.Flip(0, 1).Shape);
        Assert.Equal(new Shape(2, 3), none.Pad([0, 0, 1, 1]).Shape);
        Assert.Equal(new Shape(0, 6), none.Repeat(3, 2).Shape);
        Assert.Equal(new Shape(3, 0), none.T.Contiguous().Shape);
        Assert.Equal(new Shape(1), number.Flatten().Shape);
        Assert.Equal(new Shape(1), number.Unsqueeze(-1).Shape);
        Assert.Equal(new Shape(3), number.Repeat(3).Shape);
        Assert.Equal(2.0, number.Squeeze().Item<double>());
    }
}

internal static class ViewTestExtensions
{
    /// <summary>Writes one number through a view.</summary>
    public static void FillFrom(this Tensor view, int value) => view.CopyFrom(Tensor.FromScalar(value, view.DType));
}
