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

    [Fact]
    public void A_fill_has_the_truth_value_of_its_number()
    {
        foreach ((Scalar number, bool truth) in ((Scalar, bool)[])[(0, false), (1, true), (0.0, false), (-0.0, false), (1.0, true)])
        {
            Tensor x = Tensor.From([!truth, !truth, !truth, !truth], 2, 2), column = Tensor.From([!truth, truth, !truth, truth], 2, 2);
            column.Select(1, 0).FillInPlace(number);
            Assert.Equal([truth, truth, truth, truth], x.FillInPlace(number).ToArray<bool>());
            Assert.Equal([truth, truth, truth, truth], column.ToArray<bool>());
            Assert.Equal([truth, truth], Tensor.Full([2], number, DType.Bool).ToArray<bool>());
        }
    }
}
