using DeepLearning.Losses;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Softmax and cross-entropy on the device, beside the processor.</summary>
public sealed class GpuSoftmaxTests
{
    private readonly Generator _generator = new(11);

    [Theory]
    [InlineData(5, 1)]
    [InlineData(3, 2)]
    [InlineData(7, 5)]
    [InlineData(2, 16)]
    [InlineData(3, 70)]
    public void Rows_of_any_length_agree(int rows, int length)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64])
        {
            Tensor x = (Tensor.Randn([rows, length], generator: _generator) * 3).To(dtype);
            double tolerance = dtype == DType.Float32 ? 5e-7 : 1e-14;
            BothDevices.Agree(static x => x[0].Softmax(1), tolerance, x);
            BothDevices.Agree(static x => x[0].LogSoftmax(1), tolerance, x);
        }
    }

    [Fact]
    public void Any_axis_and_narrow_types_agree()
    {
        Tensor x = Tensor.Randn([3, 4, 5], generator: _generator);
        BothDevices.Agree(static x => x[0].Softmax(0), 5e-7, x);
        BothDevices.Agree(static x => x[0].Transpose(1, 2).LogSoftmax(1), 5e-7, x);
        BothDevices.Agree(static x => x[0].Softmax(-1), 1e-3, x.To(DType.Float16));
        BothDevices.Agree(static x => x[0].LogSoftmax(-1), 8e-3, x.To(DType.BFloat16));
        BothDevices.Agree(static x => x[0].Softmax(0), 0, Tensor.From([2f]).Squeeze(0));
    }

    [Fact]
    public void Special_numbers_go_where_the_processor_has_them()
    {
        const float inf = float.PositiveInfinity, nan = float.NaN;
        float[][] rows =
        [
            [-inf, 1, 2, -inf, 0], [-inf, -inf, -inf, -inf, -inf], [0, inf, 1, 2, 3], [inf, inf, 1, -inf, 0], [1, nan, 2, 3, 4],
            [nan, inf, 0, 0, -inf], [88, 89, 3e38f, 0, 1], [-3e38f, 3e38f, 0, 1, 2], [1e-40f, 0, -0f, 1, 2], [-inf, -inf, 5, -inf, -inf],
        ];
        Tensor x = Tensor.From<float>([.. rows.SelectMany(static row => row)]).Reshape(rows.Length, 5);
        BothDevices.Compare(x.Softmax(1), x.To(Device.IlgpuCpu).Softmax(1), 3e-7, "softmax");
        BothDevices.Compare(x.LogSoftmax(1), x.To(Device.IlgpuCpu).LogSoftmax(1), 3e-7, "its logarithm");
    }

    [Theory]
    [InlineData(LossReduction.Mean, 0, false)]
    [InlineData(LossReduction.Sum, 0, true)]
    [InlineData(LossReduction.None, 0.1, true)]
    [InlineData(LossReduction.Mean, 0.3, false)]
    [InlineData(LossReduction.Mean, 1, true)]
    public void Cross_entropy_agrees(LossReduction reduction, double smoothing, bool isWeighed)
    {
        foreach ((int rows, int classes) in ((int, int)[])[(6, 3), (4, 37), (5, 1)])
        {
            Tensor x = Tensor.Randn([rows, classes], generator: _generator) * 4;
            Tensor target = Tensor.From<long>([.. Enumerable.Range(0, rows).Select(row => row == 2 ? -100L : row * 7 % classes)]);
            Tensor weight = Tensor.Rand([classes], generator: _generator);
            BothDevices.Agree(
                x => Loss.CrossEntropy(x[0], x[1], isWeighed ? x[2].Detach() : null, labelSmoothing: smoothing, reduction: reduction),
                1e-6, x, target, weight);
        }
    }

    [Fact]
    public void What_a_nearly_certain_row_lacks_is_not_lost()
    {
        Tensor x = Tensor.From([20f, 0, 0, 0, 1, 30, 2, 3, 20]).Reshape(3, 3), target = Tensor.From([0L, 2, 2]);
        Tensor expected = Loss.CrossEntropy(x, target, reduction: LossReduction.None);
        Tensor actual = Loss.CrossEntropy(x.To(Device.IlgpuCpu), target.To(Device.IlgpuCpu), reduction: LossReduction.None);
        float[] a = expected.ToArray<float>(), b = actual.To(Device.Cpu).ToArray<float>();
        Assert.True(a[0] > 0 && a[2] > 0);
        Assert.Equal(a[0], b[0], 1e-6 * a[0]);
        Assert.Equal(a[2], b[2], 1e-6 * a[2]);
    }

    [Fact]
    public void A_target_that_is_not_a_class_is_told_with_the_next_value_and_once()
    {
        Device device = OwnDevice.Make("wrong-class");
        Tensor x = Tensor.Zeros([2, 3], DType.Float32, device);
        x.RequiresGrad = true;
        Tensor target = Tensor.From([1L, 3]).To(device);
        Tensor loss = Loss.CrossEntropy(x, target, reduction: LossReduction.None);
        loss.Sum().Backward();
        Assert.Contains("target 3 of row 1", Assert.Throws<IndexException>(device.Synchronize).Message, StringComparison.Ordinal);
        Assert.Equal(Math.Log(3), loss.Detach()[0].Item<float>(), 1e-6);
    }
}
