namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Random numbers and sequences of the device beside the processor's: the same bits, and the generator moves on alike.</summary>
public sealed class GpuRandomTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:random");

    public static TheoryData<DType> Floats => [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16];

    public static TheoryData<DType> All => [.. Enum.GetValues<DType>()];

    [Theory]
    [MemberData(nameof(Floats))]
    public void Uniform_numbers_are_the_processors(DType dtype)
    {
        Same(y => y.UniformInPlace(generator: new Generator(3)), dtype, 77);
        Same(y => y.UniformInPlace(-2, 0.75, new Generator(4)), dtype, 33);
    }

    [Theory]
    [MemberData(nameof(Floats))]
    public void Normal_numbers_are_the_processors(DType dtype)
    {
        Same(y => y.NormalInPlace(generator: new Generator(5)), dtype, 77);
        Same(y => y.NormalInPlace(1.5, 0.25, new Generator(6)), dtype, 5);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Integers_truth_values_and_sequences_are_the_processors(DType dtype)
    {
        long high = dtype == DType.Bool ? 2 : 200;
        Same(y => y.RandomInPlace(0, high, new Generator(7)), dtype, 41);
        Same(y => y.BernoulliInPlace(0.3, new Generator(8)), dtype, 70);
        if (dtype != DType.Bool)
        {
            Equal(Tensor.Arange(3, 24, 2, dtype, Device.Cpu), Tensor.Arange(3, 24, 2, dtype, s_device));
            Equal(Tensor.Arange(0.5, 9.1, 0.7, dtype, Device.Cpu), Tensor.Arange(0.5, 9.1, 0.7, dtype, s_device));
            Equal(Tensor.Linspace(1, 9, 14, dtype), Tensor.Linspace(1, 9, 14, dtype, s_device));
        }
    }

    [Fact]
    public void Wide_integers_are_the_processors() =>
        Same(y => y.RandomInPlace(long.MinValue + 5, long.MaxValue, new Generator(9)), DType.Int64, 17);

    [Fact]
    public void A_fill_of_a_view_leaves_the_rest_alone()
    {
        Tensor host = Tensor.Zeros(6, 5), device = host.To(s_device);
        host.Narrow(1, 1, 3).UniformInPlace(generator: new Generator(1));
        device.Narrow(1, 1, 3).UniformInPlace(generator: new Generator(1));
        Equal(host, device);
    }

    [Fact]
    public void A_generator_moves_on_as_on_the_processor()
    {
        Generator host = new(11), device = new(11);
        foreach ((Generator generator, Device where) in new[] { (host, Device.Cpu), (device, s_device) })
        {
            _ = Tensor.Rand([33], generator: generator, device: where);
            _ = Tensor.Randn([3], DType.Float64, generator, where);
            _ = Tensor.RandInt(0, 9, [70], generator: generator, device: where);
            _ = Tensor.Rand([0], generator: generator, device: where);
            _ = Tensor.Empty([65], DType.Bool, where).BernoulliInPlace(0.5, generator);
        }

        Assert.Equal(host.State, device.State);
    }

    [Fact]
    public void Dropout_makes_its_mask_on_the_device()
    {
        Tensor x = Tensor.Arange(1.0, 100, dtype: DType.Float32), there = x.To(s_device);
        long waits = Waits.Of(s_device);
        Tensor dropped = there.Dropout(0.4, generator: new Generator(2));
        Assert.Equal(waits, Waits.Of(s_device));
        Equal(x.Dropout(0.4, generator: new Generator(2)), dropped);
        Assert.Empty(s_device.HostFallbacks);
    }

    private static void Same(Func<Tensor, Tensor> fill, DType dtype, int count) =>
        Equal(fill(Tensor.Empty([count], dtype, Device.Cpu)), fill(Tensor.Empty([count], dtype, s_device)));

    private static void Equal(Tensor expected, Tensor actual) => Assert.Equal(
        expected.To(DType.Float64).ToArray<double>(), actual.To(Device.Cpu).To(DType.Float64).ToArray<double>());
}
