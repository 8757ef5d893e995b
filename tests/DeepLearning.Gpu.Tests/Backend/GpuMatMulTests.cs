namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Matrix products on ILGPU's accelerator of the processor, against the processor's backend.</summary>
public sealed class GpuMatMulTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:products");

    [Theory]
    [InlineData(DType.Float32, 1e-6)]
    [InlineData(DType.Float64, 1e-14)]
    [InlineData(DType.Float16, 1e-3)]
    [InlineData(DType.BFloat16, 8e-3)]
    [InlineData(DType.Int64, 0)]
    [InlineData(DType.UInt8, 0)]
    public void Batches_broadcast_and_transposes_are_read_where_they_are(DType dtype, double tolerance)
    {
        Generator generator = new(1);
        Tensor a = (Tensor.Randn([2, 1, 5, 7], generator: generator) * 3).Abs().To(dtype);
        Tensor b = (Tensor.Randn([3, 6, 7], generator: generator) * 3).Abs().To(dtype);
        double[] expected = a.MatMul(b.T).To(DType.Float64).ToArray<double>();
        Tensor actual = a.To(s_device).MatMul(b.To(s_device).T);
        Assert.Equal(dtype, actual.DType);
        Assert.Equal(
            expected, actual.To(DType.Float64).ToArray<double>(), (x, y) => Math.Abs(x - y) <= tolerance * (1 + Math.Abs(x)));
    }

    [Theory]
    [InlineData(DType.Float32, 1e-5)]
    [InlineData(DType.BFloat16, 8e-3)]
    [InlineData(DType.Float16, 1e-3)]
    public void A_linear_layer_adds_its_bias_before_it_rounds(DType dtype, double tolerance)
    {
        Generator generator = new(2);
        Tensor x = Tensor.Randn([3, 4, 9], generator: generator).To(dtype), w = Tensor.Randn([6, 9], generator: generator).To(dtype);
        Tensor bias = (Tensor.Randn([6], generator: generator) * 100).To(dtype);
        double[] expected = x.Linear(w, bias).To(DType.Float64).ToArray<double>();
        Tensor actual = x.To(s_device).Linear(w.To(s_device), bias.To(s_device));
        Assert.Equal(
            expected, actual.To(DType.Float64).ToArray<double>(), (a, b) => Math.Abs(a - b) <= tolerance * (1 + Math.Abs(a)));
    }

    [Fact]
    public void Long_sums_of_few_results_are_made_in_parts()
    {
        Tensor a = Tensor.Randn([3, 700], generator: new Generator(3)), b = Tensor.Randn([700, 5], generator: new Generator(4));
        float[] expected = a.MatMul(b).ToArray<float>(), once = a.To(s_device).MatMul(b.To(s_device)).ToArray<float>();
        Assert.Equal(expected, once, static (x, y) => MathF.Abs(x - y) <= 1e-4f);
        Assert.Equal(once, a.To(s_device).MatMul(b.To(s_device)).ToArray<float>());
    }

    [Theory]
    [InlineData(64, 64, 1, 100, 1, 128)]
    [InlineData(64, 64, 1, 1024, 4, 256)]
    [InlineData(10, 10, 1, 1_000_000, 255, 3936)]
    [InlineData(4096, 4096, 1, 4096, 1, 4096)]
    [InlineData(1, 1, 1, 0, 1, 32)]
    public void Parts_follow_from_the_sizes_alone(int m, int n, int batches, int k, int splits, int length) => Assert.Equal(
        (splits, length), DeepLearning.Backends.Gpu.GpuBackend.SplitOf(m, n, batches, k));

    [Fact]
    public void Sums_of_nothing_are_zero_and_nothing_has_no_sums()
    {
        Tensor a = Tensor.Zeros([2, 0]).To(s_device), b = Tensor.Zeros([0, 3]).To(s_device);
        Assert.Equal(new float[6], a.MatMul(b).ToArray<float>());
        Assert.Empty(b.MatMul(Tensor.Zeros([3, 4]).To(s_device)).ToArray<float>());
    }

    [Fact]
    public void What_is_not_finite_stays_in_its_row()
    {
        Tensor a = Tensor.From([1f, float.PositiveInfinity, 2, 3, float.NaN, 4, 5, 6, 7]).Reshape(3, 3);
        float[] y = a.To(s_device).MatMul(Tensor.Ones([3, 3]).To(s_device)).ToArray<float>();
        Assert.Equal([.. Enumerable.Repeat(float.PositiveInfinity, 3), .. Enumerable.Repeat(float.NaN, 3), 18, 18, 18], y);
    }

    [Fact]
    public void Rounded_operands_are_allowed_by_device_and_only_on_a_GPU()
    {
        Assert.False(s_device.AllowTf32);
        s_device.AllowTf32 = true;
        Assert.True(s_device.AllowTf32);
        s_device.AllowTf32 = false;
        Assert.Throws<DeviceException>(static () => Device.Cpu.AllowTf32 = true);
    }
}
