namespace DeepLearning.Tests.Backends.Cpu;

/// <summary>Many rows of softmax at once: each has the bits that it has alone.</summary>
[Trait("Rerun", "Simd")]
public class SoftmaxPipelineTests
{
    public static TheoryData<int, int> Sizes => new()
    {
        { 5, 1 }, { 2, 64 }, { 3, 32 }, { 5, 96 }, { 40, 63 }, { 40, 65 }, { 33, 128 }, { 100, 1024 }, { 70, 4096 }, { 9, 4160 },
        { 2000, 64 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Rows_have_the_bits_that_they_have_alone(int rows, int length)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])
        {
            Tensor x = ((Tensor.Randn([rows, length], generator: new Generator(7)) * 5) + 3).To(dtype);
            Check(x, x.Softmax(-1));
            Tensor strided = Tensor.Randn([length, rows], generator: new Generator(8)).To(dtype).Transpose(0, 1);
            Check(strided, strided.Softmax(-1));
        }
    }

    [Fact]
    public void What_is_not_finite_stays_in_its_row()
    {
        Tensor x = Tensor.Randn([12, 192], generator: new Generator(7));
        x[1, 5].FillInPlace(float.NaN);
        x[3, 100].FillInPlace(float.NegativeInfinity);
        x[5].FillInPlace(float.NegativeInfinity);
        x[7, 191].FillInPlace(float.PositiveInfinity);
        x[11, 0].FillInPlace(1e30f);
        Tensor y = x.Softmax(-1);
        Check(x, y);
        Assert.Equal(3, y.Sum(-1).IsNaN().ToArray<bool>().Count(static isNaN => isNaN));
        Assert.Equal(0f, y[3, 100].Item<float>());
        Assert.Equal(1f, y[11, 0].Item<float>());
    }

    private static void Check(Tensor x, Tensor y)
    {
        for (int row = 0; row < x.Size(0); row++)
        {
            double[] expected = x[row].Contiguous().Softmax(-1).To(DType.Float64).ToArray<double>();
            Assert.Equal(expected, y[row].To(DType.Float64).ToArray<double>());
        }
    }
}
