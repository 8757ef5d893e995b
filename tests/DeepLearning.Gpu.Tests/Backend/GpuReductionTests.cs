using DeepLearning.Losses;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Reductions along any axes on the device, beside the processor, and losses that are sums of pairs.</summary>
public sealed class GpuReductionTests
{
    private readonly Generator _generator = new(13);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(2, 70)]
    [InlineData(200, 3)]
    [InlineData(3, 4200)]
    [InlineData(4200, 1)]
    public void Matrices_agree_along_each_axis(int rows, int columns)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64])
        {
            Tensor x = Tensor.Randn([rows, columns], generator: _generator).To(dtype), gpu = x.To(Device.IlgpuCpu);
            foreach (Func<Tensor, Tensor> reduce in (Func<Tensor, Tensor>[])
            [
                static x => x.Sum(0), static x => x.Sum(1), static x => x.Sum(), static x => x.Transpose(0, 1).Mean(0),
                static x => x.Amax(1),
            ])
            {
                BothDevices.Compare(reduce(x), reduce(gpu), dtype == DType.Float32 ? 2e-5 : 1e-13, "the result");
            }
        }
    }

    [Fact]
    public void Any_axes_types_and_layouts_agree()
    {
        Tensor x = Tensor.Randn([3, 4, 5, 6], generator: _generator), gpu = x.To(Device.IlgpuCpu);
        foreach (int[] axes in (int[][])[[0, 2], [1, 3], [0, 3], [1, 2], [0, 1, 2, 3], []])
        {
            BothDevices.Compare(x.Sum(axes), gpu.Sum(axes), 1e-6, $"the sum over {string.Join(',', axes)}", least: 20);
            BothDevices.Compare(
                x.Permute(2, 0, 3, 1).Amin(axes), gpu.Permute(2, 0, 3, 1).Amin(axes), 0, $"the least over {string.Join(',', axes)}");
        }

        Tensor planes = Tensor.Randn([5, 2, 7, 3], generator: _generator), there = planes.To(Device.IlgpuCpu);
        BothDevices.Compare(planes.Sum([0, 2, 3]), there.Sum([0, 2, 3]), 1e-6, "a sum for each channel", least: 20);
        BothDevices.Compare(planes.Amax([0, 2, 3]), there.Amax([0, 2, 3]), 0, "the greatest of each channel");
        Tensor whole = (x * 100).To(DType.Int64), truth = x > 1.5;
        BothDevices.Compare(whole.Sum(1), whole.To(Device.IlgpuCpu).Sum(1), 0, "integers");
        BothDevices.Compare(truth.Any([0, 1]), truth.To(Device.IlgpuCpu).Any([0, 1]), 0, "truth values");
        BothDevices.Compare(x.Expand(2, 3, 4, 5, 6).Sum(0), gpu.Expand(2, 3, 4, 5, 6).Sum(0), 0, "repeated elements");
        BothDevices.Compare(x.Narrow(2, 1, 3).Sum(2), gpu.Narrow(2, 1, 3).Sum(2), 1e-6, "a part");
        BothDevices.Compare(Tensor.Zeros([0, 3]).Sum(0), Tensor.Zeros([0, 3], DType.Float32, Device.IlgpuCpu).Sum(0), 0, "nothing");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(4201)]
    public void Losses_of_pairs_agree(int count)
    {
        Tensor a = Tensor.Rand([count], generator: _generator), b = Tensor.Rand([count], generator: _generator);
        BothDevices.Agree(static x => Loss.MSE(x[0], x[1]), 2e-6, a, b);
        BothDevices.Agree(static x => Loss.L1(x[0], x[1], LossReduction.Sum), 2e-6, a, b);
        BothDevices.Agree(static x => Loss.MSE(x[0], x[1]), 1e-13, a.To(DType.Float64), b.To(DType.Float64));
        BothDevices.Agree(static x => Loss.SmoothL1(x[0], x[1]), 2e-3, a.To(DType.Float16), b);
        BothDevices.Agree(static x => Loss.MSE(x[0].T, x[1].T), 2e-6, a.Reshape(1, count), b.Reshape(1, count));
    }
}
