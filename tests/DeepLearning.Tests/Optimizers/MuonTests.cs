using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Its paths are compared with the formula in Golden.</summary>
public sealed class MuonTests
{
    [Fact]
    public void Vectors_are_refused_when_they_are_given_and_when_they_are_added()
    {
        Parameter matrix = new(Tensor.Ones(2, 3)), vector = new(Tensor.Ones(3)), number = new(Tensor.Ones());
        Assert.Contains(
            "[3] is not a matrix", Assert.Throws<ArgumentException>(() => new Muon([matrix, vector])).Message, StringComparison.Ordinal);
        Muon optimizer = new([matrix]);
        Assert.Throws<ArgumentException>(() => optimizer.AddParameterGroup(new([number], new MuonOptions())));
        Assert.Single(optimizer.ParameterGroups);
    }

    [Theory]
    [InlineData(5, 5, DType.Float64)]
    [InlineData(3, 9, DType.Float64)]
    [InlineData(9, 3, DType.Float32)]
    [InlineData(6, 4, DType.Float16)]
    public void A_step_has_singular_values_near_1(int rows, int columns, DType dtype)
    {
        Generator generator = new(3);
        Parameter p = new(Tensor.Zeros([rows, columns], dtype));
        Muon optimizer = new([p], 1, weightDecay: 0);
        p.Grad = (Tensor.Randn([rows, columns], DType.Float64, generator) * 30).To(dtype);
        optimizer.Step();
        double scale = Math.Sqrt(Math.Max(1, (double)rows / columns));
        double[] values = Linalg.Svd(p.Detach().To(DType.Float64) / scale).S.ToArray<double>();
        Assert.All(values, static value => Assert.InRange(value, 0.3, 1.3));
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void A_step_of_16_bits_is_that_of_float32_rounded_once(DType dtype)
    {
        Generator generator = new(4);
        Parameter narrow = new(Tensor.Randn([7, 5], DType.Float32, generator).To(dtype)), wide = new(narrow.Detach().To(DType.Float32));
        Muon a = new([narrow], 0.1), b = new([wide], 0.1);
        for (int step = 0; step < 4; step++)
        {
            wide.Detach().CopyFrom(narrow.Detach());
            narrow.Grad = Tensor.Randn([7, 5], DType.Float32, generator).To(dtype);
            wide.Grad = narrow.Grad.To(DType.Float32);
            a.Step();
            b.Step();
            Assert.Equal(wide.Detach().To(dtype).ToArray<double>(), narrow.ToArray<double>());
        }

        Assert.Equal(DType.Float32, a.StateDict()["state.0.momentum_buffer"].DType);
    }

    [Fact]
    public void A_parameter_without_elements_is_passed_over() =>
        new Muon([new Parameter(Tensor.Ones(0, 3)) { Grad = Tensor.Ones(0, 3) }]).Step();
}
