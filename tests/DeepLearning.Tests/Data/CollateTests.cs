using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

public class CollateTests
{
    [Fact]
    public void Sequences_are_filled_up_at_their_ends_to_the_longest()
    {
        (Tensor padded, Tensor lengths) = Collate.Pad([Tensor.From([1f, 2, 3]), Tensor.From([4f]), Tensor.Zeros(0)], -1);
        Assert.Equal([3, 3], padded.Shape.ToArray());
        Assert.Equal([1f, 2, 3, 4, -1, -1, -1, -1, -1], padded.ToArray<float>());
        Assert.Equal([3L, 1, 0], lengths.ToArray<long>());
    }

    [Fact]
    public void Axes_after_the_first_stay()
    {
        (Tensor padded, _) = Collate.Pad([Tensor.Ones([2, 4], DType.Int32), Tensor.Ones([3, 4], DType.Int32)]);
        Assert.Equal([2, 3, 4], padded.Shape.ToArray());
        Assert.Equal(DType.Int32, padded.DType);
        Assert.Equal(20, padded.Sum().Item<long>());
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Assert.Contains("sample 1",
            Assert.Throws<ShapeException>(() => Collate.Pad([Tensor.Ones(2, 4), Tensor.Ones(2, 5)])).Message, StringComparison.Ordinal);
        Assert.Contains("sample 1", Assert.Throws<ShapeException>(() => Collate.Pad([Tensor.Ones(2), Tensor.Ones()])).Message,
            StringComparison.Ordinal);
        Assert.Contains("sample 1",
            Assert.Throws<DTypeException>(() => Collate.Pad([Tensor.Ones(2), Tensor.Ones([2], DType.Int64)])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Collate.Pad([]));
    }

    [Fact]
    public void Targets_are_stacked_or_padded_with_what_losses_ignore()
    {
        Example[] classes = [new(Tensor.Ones(2), Tensor.FromScalar(1)), new(Tensor.Ones(3), Tensor.FromScalar(0))];
        Assert.Equal([1L, 0], DataLoader.Pad(classes).Target.ToArray<long>());
        Example[] tags = [new(Tensor.Ones(1), Tensor.From<long>([7L])), new(Tensor.Ones(2), Tensor.From<long>([5L, 6]))];
        PaddedExample batch = DataLoader.Pad(tags);
        Assert.Equal([7L, -100, 5, 6], batch.Target.ToArray<long>());
        Assert.Equal([1f, 0, 1, 1], batch.Input.ToArray<float>());
        Assert.Equal([1L, 2], batch.Lengths.ToArray<long>());
    }

    [Fact]
    public void A_filling_that_the_type_cannot_hold_is_refused()
    {
        foreach (int value in (int[])[300, -1])
        {
            DTypeException error = Assert.Throws<DTypeException>(() => Collate.Pad([Tensor.Ones([2], DType.UInt8)], value));
            Assert.StartsWith($"Pad: the number {value} does not fit", error.Message, StringComparison.Ordinal);
        }

        Tensor padded = Collate.Pad([Tensor.Ones([2], DType.UInt8), Tensor.Ones([3], DType.UInt8)], 255).Padded;
        Assert.Equal([1L, 1, 255], padded[0].To(DType.Int64).ToArray<long>());
    }
}
