namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Normalizations on the device, beside the processor.</summary>
public sealed class GpuNormalizationTests
{
    private readonly Generator _generator = new(12);

    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 6)]
    [InlineData(19, 17)]
    [InlineData(2, 70)]
    public void Rows_agree(int rows, int length)
    {
        // Of one number nothing is left but rounding, times 1 / √eps.
        double least = length == 1 ? 316 : 1;
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64])
        {
            double tolerance = dtype == DType.Float32 ? 3e-6 : 1e-14;
            Tensor x = Random(dtype, rows, length), weight = Random(dtype, length), bias = Random(dtype, length);
            BothDevices.AgreeBeside(least, x => x[0].LayerNorm([length], x[1], x[2]), tolerance, x, weight, bias);
            BothDevices.AgreeBeside(least, x => x[0].LayerNorm([length]), tolerance, x);
            BothDevices.AgreeBeside(least, x => x[0].LayerNorm([length], x[1]), tolerance, x, weight);
            BothDevices.AgreeBeside(least, x => x[0].LayerNorm([length], null, x[1]), tolerance, x, bias);
            BothDevices.AgreeBeside(least, x => x[0].RmsNorm([length], x[1]), tolerance, x, weight);
            BothDevices.AgreeBeside(least, x => x[0].RmsNorm([length]), tolerance, x);
        }
    }

    [Theory]
    [InlineData(3, 4, 1)]
    [InlineData(2, 6, 5)]
    [InlineData(1, 2, 40)]
    [InlineData(2, 4, 12)]
    public void Channels_agree(int batch, int channels, int length)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64])
        {
            double tolerance = (dtype == DType.Float32 ? 3e-6 : 1e-14) * (length == 1 ? 10 : 1);
            Tensor x = Random(dtype, batch, channels, length), weight = Random(dtype, channels), bias = Random(dtype, channels);
            Tensor mean = Random(dtype, channels), variance = Random(dtype, channels).Square() + 0.5;
            BothDevices.AgreeBeside(1, static x => x[0].BatchNorm(null, null, x[1], x[2], training: true), tolerance, x, weight, bias);
            BothDevices.AgreeBeside(1, static x => x[0].BatchNorm(null, null, training: true), tolerance, x);
            BothDevices.AgreeBeside(
                1, static x => x[0].BatchNorm(x[3].Detach(), x[4].Detach(), x[1], x[2]), tolerance, x, weight, bias, mean, variance);
            BothDevices.AgreeBeside(1, static x => x[0].GroupNorm(2, x[1], x[2]), tolerance, x, weight, bias);
            BothDevices.AgreeBeside(1, static x => x[0].GroupNorm(1), tolerance, x);
            BothDevices.AgreeBeside(1, static x => x[0].GroupNorm(2, null, x[1]), tolerance, x, bias);
        }
    }

    [Fact]
    public void Segments_in_parts_agree()
    {
        // One channel of more elements than a part has.
        Tensor x = Random(DType.Float32, 2, 1, 3000), weight = Random(DType.Float32, 1);
        BothDevices.AgreeBeside(1, static x => x[0].BatchNorm(null, null, x[1], training: true), 3e-6, x, weight);
        BothDevices.AgreeBeside(1, static x => x[0].GroupNorm(1, x[1]), 3e-6, x, weight);
    }

    [Fact]
    public void A_large_mean_costs_no_digits()
    {
        Tensor x = (Tensor.Randn([4, 3, 16], generator: _generator) * 0.01) + 10000;
        BothDevices.AgreeBeside(1, static x => x[0].LayerNorm([16]), 1e-5, x);
        BothDevices.AgreeBeside(1, static x => x[0].BatchNorm(null, null, training: true), 1e-5, x);
        BothDevices.AgreeBeside(1, static x => x[0].GroupNorm(3), 1e-5, x);
        Tensor single = x.Clone();
        single[0, 0, 0].FillInPlace(0);
        BothDevices.AgreeBeside(1, static x => x[0].LayerNorm([16]), 1e-5, single);
    }

    [Fact]
    public void Running_figures_and_narrow_types_agree()
    {
        Tensor x = Random(DType.Float32, 4, 3, 5);
        float[][] found = [.. ((Device[])[Device.Cpu, Device.IlgpuCpu]).Select(device =>
        {
            Tensor mean = Tensor.Zeros([3], DType.Float32, device), variance = Tensor.Ones([3], DType.Float32, device);
            _ = x.To(device).BatchNorm(mean, variance, training: true);
            return (float[])[.. mean.To(Device.Cpu).ToArray<float>(), .. variance.To(Device.Cpu).ToArray<float>()];
        })];
        Assert.All(found[0].Zip(found[1]), static pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        BothDevices.AgreeBeside(1, static x => x[0].LayerNorm([5], x[1]), 2e-3, x.To(DType.Float16), Random(DType.Float16, 5));
        BothDevices.AgreeBeside(1, static x => x[0].RmsNorm([5], x[1]), 2e-2, x.To(DType.BFloat16), Random(DType.BFloat16, 5));
    }

    [Fact]
    public void What_is_not_finite_goes_where_the_processor_has_it()
    {
        const float inf = float.PositiveInfinity;
        Tensor x = Tensor.From([inf, 1, 2, 3, float.NaN, 1, -1, 0, 5, 5, 5, 5, 1, 2, -inf, 4]).Reshape(4, 4);
        foreach (Func<Tensor, Tensor> norm in (Func<Tensor, Tensor>[])
            [static x => x.LayerNorm([4]), static x => x.RmsNorm([4]), static x => x.GroupNorm(2), static x => x.LayerNorm([4], eps: 0)])
        {
            BothDevices.Compare(norm(x), norm(x.To(Device.IlgpuCpu)), 1e-6, "the result");
        }
    }

    private Tensor Random(DType dtype, params int[] shape) => Tensor.Randn(shape, generator: _generator).To(dtype);
}
