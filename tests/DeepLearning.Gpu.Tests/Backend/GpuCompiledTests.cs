using DeepLearning.Layers;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Compiled models on the device: what follows a product is in its kernel, with the bits of the operations one by one.</summary>
public sealed class GpuCompiledTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:compiled");

    private static readonly Func<Tensor, Tensor>[] s_activations =
    [
        static x => x.Relu(), static x => x.Gelu(), static x => x.Silu(), static x => x.Tanh(), static x => x.Sigmoid(),
        static x => x.LeakyRelu(0.2),
    ];

    [Theory]
    [InlineData(DType.Float32, 3)]
    [InlineData(DType.BFloat16, 3)]
    [InlineData(DType.Float16, 3)]
    [InlineData(DType.Float64, 3)]
    [InlineData(DType.Float32, 700)]
    public void Activations_behind_a_linear_map_are_in_its_kernel(DType dtype, int inner)
    {
        // With 700 the sum is made in parts, and what adds them up does the rest.
        foreach (Func<Tensor, Tensor> activation in inner == 3 ? s_activations : s_activations[..1])
        {
            Between model = new(inner, 5, (y, _) => activation(y));
            AssertBits(model, Tensor.Randn([2, inner], generator: new Generator(3)), dtype, 1);
        }
    }

    [Fact]
    public void A_residual_a_gate_and_numbers_go_along_in_any_shape()
    {
        AssertBits(new Between(4, 4, static (y, x) => ((y + 1).Gelu() * 0.5) + x), Tensor.Randn(2, 3, 4), DType.Float32, 2);
        AssertBits(new Between(4, 4, static (y, x) => Tensor.Where(x.Greater(0), y.Relu(), x)), Tensor.Randn(5, 4), DType.Float32, null);
    }

    [Fact]
    public void Elementwise_operations_are_one_kernel()
    {
        Between model = new(4, 4, static (_, x) => ((x * 2).Sigmoid() + x).Tanh());
        foreach (DType dtype in (DType[])[DType.Float32, DType.BFloat16])
        {
            AssertBits(model, Tensor.Randn(3, 4), dtype, 1);
        }
    }

    [Fact]
    public void A_convolution_with_normalization_activation_and_residual_is_one_kernel()
    {
        BatchNorm2d norm = new(3);
        norm.To(s_device);
        norm.Forward(Tensor.Randn(4, 3, 2, 2).To(s_device));
        Convolved model = new(norm);
        model.To(s_device);
        model.Eval();
        Tensor x = Tensor.Randn(2, 3, 5, 4).To(s_device);
        CompiledModel compiled = model.Compile(x);
        Assert.Contains("1 operation", compiled.ToString());
        Tensor y = Tensor.Randn(2, 3, 5, 4).To(s_device);
        BothDevices.Compare(model.Forward(y).Detach().To(Device.Cpu), compiled.Forward(y), 1e-5, "the result");
        Assert.Empty(s_device.HostFallbacks);
    }

    [Fact]
    public void An_empty_batch_gives_an_empty_result()
    {
        Between model = new(3, 5, static (y, _) => y.Relu());
        model.To(s_device);
        CompiledModel compiled = model.Compile(Tensor.Randn(2, 3).To(s_device), 0, 2);
        Assert.Equal([0, 5], compiled.Forward(Tensor.Zeros([0, 3], DType.Float32, s_device)).Shape.ToArray());
    }

    private static void AssertBits(Module<Tensor, Tensor> model, Tensor example, DType dtype, int? operations)
    {
        model.To(s_device);
        model.To(dtype);
        Tensor x = example.To(s_device, dtype);
        CompiledModel compiled = model.Compile(x);
        if (operations is { } count)
        {
            Assert.Contains($": {count} operation{(count == 1 ? "" : "s")}\n", compiled.ToString().ReplaceLineEndings("\n"));
        }

        Tensor other = x.Flip(0) * 1.5;
        double[] expected = model.Forward(other).Detach().To(DType.Float64).ToArray<double>();
        Assert.Equal(expected, compiled.Forward(other).To(DType.Float64).ToArray<double>());
    }

    /// <summary>A linear map and what is done with its result and its input.</summary>
    private sealed class Between(int inner, int outer, Func<Tensor, Tensor, Tensor> after) : Module<Tensor, Tensor>
    {
        private readonly Linear _map = new(inner, outer, generator: new Generator(2));

        public override Tensor Forward(Tensor input) => after(_map.Forward(input), input);
    }

    private sealed class Convolved(BatchNorm2d norm) : Module<Tensor, Tensor>
    {
        private readonly Conv2d _map = new(3, 3, 3, padding: 1, generator: new Generator(2));
        private readonly BatchNorm2d _norm = norm;

        public override Tensor Forward(Tensor input) => (_norm.Forward(_map.Forward(input)) + input).Relu();
    }
}
