namespace DeepLearning.Tests.Ops.Elementwise;

/// <summary>The sign bit, which zeros and NaN have too.</summary>
[Trait("Rerun", "Simd")]
public class SignBitTests
{
    private static readonly double s_negativeNaN = BitConverter.UInt64BitsToDouble(0xFFF8000000000000);
    private static readonly double s_positiveNaN = BitConverter.UInt64BitsToDouble(0x7FF8000000000000);

    [Fact]
    public void Is_read_from_every_number_and_given_to_every_number()
    {
        double[] numbers = [s_positiveNaN, s_negativeNaN, 0, -0.0, double.PositiveInfinity, double.NegativeInfinity, 1, -1];
        bool[] expected = [false, true, false, true, false, true, false, true];
        // Longer than the widest vector, with a rest.
        double[] many = [.. numbers, .. numbers, .. numbers, s_negativeNaN, -2, s_positiveNaN];
        bool[] all = [.. expected, .. expected, .. expected, true, true, false];
        foreach (Tensor x in new[]
                 {
                     Tensor.From(many),
                     Tensor.From(Array.ConvertAll(many, static v => (float)v)),
                     Tensor.From(Array.ConvertAll(many, static v => (Half)v)),
                     Tensor.From(Array.ConvertAll(many, Upper)),
                 })
        {
            Assert.Equal(all, x.SignBit().ToArray<bool>());
            Assert.Equal(all, x.Unsqueeze(1).Expand(-1, 2)[.., 1].SignBit().ToArray<bool>());
            double[] signs = Tensor.OnesLike(x).CopySign(x).To(DType.Float64).ToArray<double>();
            Assert.Equal(Array.ConvertAll(all, static s => s ? -1.0 : 1.0), signs);
            Assert.Equal(all, Tensor.FullLike(x, double.NaN).CopySign(x).SignBit().ToArray<bool>());
            Assert.Equal(Array.ConvertAll(all, static s => !s), (-x).SignBit().ToArray<bool>());
            Assert.Equal(new bool[all.Length], x.Abs().SignBit().ToArray<bool>());
        }

        Assert.Equal([true, false, false], Tensor.From([-1, 0, 1]).SignBit().ToArray<bool>());
        Assert.Equal([false, false], Tensor.From([(byte)255, (byte)0]).SignBit().ToArray<bool>());
    }

    private static BFloat16 Upper(double value) => BFloat16.FromBits((ushort)(BitConverter.SingleToUInt32Bits((float)value) >> 16));

    [Fact]
    public void Of_a_NaN_turns_the_gradient_of_what_takes_it()
    {
        Tensor x = Tensor.From([2.0, 3.0]), signs = Tensor.From([s_negativeNaN, s_positiveNaN]);
        x.RequiresGrad = true;
        Assert.Equal([-1.0, 1.0], Autograd.Grad(x.CopySign(signs).Sum(), x, createGraph: true).ToArray<double>());
    }
}
