namespace DeepLearning.Tests.Ops.Elementwise;

/// <summary>Arithmetic on bool tensors, as PyTorch has it.</summary>
public class TruthValueTests
{
    private static readonly Tensor s_values = Tensor.From([true, false]);

    [Fact]
    public void Squares_are_integers_as_powers_are()
    {
        foreach (Tensor y in new[] { s_values.Square(), s_values.Pow(2), s_values.Pow(1), s_values.Pow(3) })
        {
            Assert.Equal(DType.Int64, y.DType);
        }

        Assert.Equal([1L, 0], s_values.Square().ToArray<long>());
        Tensor x = s_values.Clone();
        Assert.Throws<DTypeException>(() => x.SquareInPlace());
        Assert.Throws<DTypeException>(() => x.PowInPlace(2));
        Assert.Equal([true, false], x.ToArray<bool>());
        Assert.Equal([9], Tensor.From([(byte)3]).Square().ToArray<byte>());
    }
}
