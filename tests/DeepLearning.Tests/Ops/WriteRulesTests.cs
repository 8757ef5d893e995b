namespace DeepLearning.Tests.Ops;

/// <summary>What a write into a tensor must refuse, and what it must survive.</summary>
public class WriteRulesTests
{
    [Fact]
    public void A_repeated_element_is_not_written_in_place()
    {
        Tensor x = Tensor.Ones(3), view = x.Unsqueeze(1).Expand(3, 4), other = Tensor.Ones(3, 4);
        Action[] writes =
        [
            () => view.AddInPlace(1), () => view.MultiplyInPlace(other), () => view.AddCMulInPlace(other, other), () => view.ExpInPlace(),
            () => view.CopyFrom(other), () => view.ClampInPlace(0, 1), () => view.MaskedFillInPlace(view > 0, 2),
            () => view.UniformInPlace(), () => view.ScatterInPlace(1, Tensor.From([0L, 0L, 0L], 3, 1), 5.0),
            () => view[.., 0] = other[.., 0],
        ];
        foreach (Action write in writes)
        {
            Assert.Contains("Clone()", Assert.Throws<InvalidOperationException>(write).Message, StringComparison.Ordinal);
        }

        Assert.Equal([1, 1, 1], x.ToArray<float>());
    }

    [Fact]
    public void A_repeated_element_is_filled_with_one_number()
    {
        Tensor x = Tensor.Ones(3);
        x.Unsqueeze(1).Expand(3, 4).FillInPlace(2);
        Assert.Equal([2, 2, 2], x.ToArray<float>());
    }

    [Fact]
    public void An_index_may_share_its_memory_with_what_is_written()
    {
        Tensor order = Tensor.From([2L, 0, 3, 1]);
        order.ScatterInPlace(0, order, Tensor.Arange(4));
        Assert.Equal([1L, 3, 0, 2], order.ToArray<long>());

        Tensor places = Tensor.From([1L, 0, 2]);
        places[places] = Tensor.From([1_000_000_000L, 2_000_000_000, 3_000_000_000]);
        Assert.Equal([2_000_000_000L, 1_000_000_000, 3_000_000_000], places.ToArray<long>());

        Tensor copied = Tensor.From([1L, 0, 2]);
        copied.IndexCopyInPlace(0, copied, Tensor.From([1_000_000_000L, 2_000_000_000, 3_000_000_000]));
        Assert.Equal([2_000_000_000L, 1_000_000_000, 3_000_000_000], copied.ToArray<long>());
    }

    [Fact]
    public void A_value_with_an_outdated_history_is_refused_before_anything_is_written()
    {
        Tensor leaf = Tensor.Ones(4);
        leaf.RequiresGrad = true;
        Tensor stale = leaf * 2, view;
        using (GradMode.NoGrad())
        {
            view = stale[0..2];
        }

        stale.AddInPlace(1);
        Tensor x = Tensor.Zeros(2), mask = Tensor.From([true, true]);
        Action[] writes =
        [
            () => x.CopyFrom(view), () => x[..] = view, () => x.IndexCopyInPlace(0, Tensor.From([0L, 1L]), view),
            () => x.ScatterInPlace(0, Tensor.From([0L, 1L]), view), () => x.MaskedFillInPlace(mask, view[0]), () => x.AddInPlace(view),
        ];
        foreach (Action write in writes)
        {
            Assert.Throws<AutogradException>(write);
            Assert.Equal([0, 0], x.ToArray<float>());
        }
    }

    [Fact]
    public void A_filled_tensor_starts_a_new_history()
    {
        Tensor leaf = Tensor.Ones(2);
        leaf.RequiresGrad = true;
        Tensor x = leaf * 3;
        x.FillInPlace(2);
        x.RequiresGrad = true;
        (x * x).Sum().Backward();
        Assert.Equal([4, 4], x.Grad!.ToArray<float>());
    }

    [Fact]
    public void A_truth_value_of_any_bits_counts_once()
    {
        bool[] truths = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, bool>([2, 0, 3, 255, 1, 0, 0, 7, 6, 0]).ToArray();
        Tensor mask = Tensor.From(truths);
        Assert.Equal([0, 2, 3, 4, 7, 8], mask.NonZero().ToArray<int>());
        Assert.Equal([0, 2, 3, 4, 7, 8], Tensor.Arange(10)[mask].ToArray<int>());
    }

    [Fact]
    public void A_shape_of_too_many_elements_is_named() =>
        Assert.Contains(
            "[2147483647, 2147483647, 2147483647]",
            Assert.Throws<ShapeException>(() => Tensor.Zeros(int.MaxValue, int.MaxValue, int.MaxValue)).Message,
            StringComparison.Ordinal);
}
