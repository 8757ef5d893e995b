using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

/// <summary>A fused layer computes what the two layers compute that it stands for.</summary>
public sealed class FuseTests
{
    public static TheoryData<string> Names => [.. Cases().Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_convolution_with_its_normalization_is_one_convolution(string name)
    {
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            (ConvolutionLayer convolution, BatchNorm norm, int[] shape) = Cases()[name];
            Trained(norm.To(dtype));
            convolution.To(dtype).Eval();
            Tensor x = Tensor.Randn(shape, dtype, new Generator(3));
            float[] before = convolution.Weight.ToArray<float>();
            ConvolutionLayer fused = Fuse.ConvBatchNorm(convolution, norm);
            Assert.IsType(convolution.GetType(), fused);
            Assert.Equal(before, convolution.Weight.ToArray<float>());
            Assert.Equal((dtype, dtype), (fused.Weight.DType, fused.Bias!.DType));
            Same(norm.Forward(convolution.Forward(x)), fused.Forward(x), dtype);
        }
    }

    [Fact]
    public void A_linear_layer_with_its_normalization_is_one_linear_layer()
    {
        foreach (bool bias in (bool[])[true, false])
        {
            Linear linear = new(4, 3, bias, DType.Float64);
            BatchNorm1d norm = new(3, eps: 1e-3, affine: bias, dtype: DType.Float64);
            Trained(norm);
            linear.Eval();
            Linear fused = Fuse.LinearBatchNorm(linear, norm);
            Tensor x = Tensor.Randn([5, 4], DType.Float64);
            Same(norm.Forward(linear.Forward(x)), fused.Forward(x), DType.Float64);
            Assert.Equal(["weight", "bias"], fused.StateDict().Keys);
        }
    }

    [Fact]
    public void What_cannot_be_fused_is_refused()
    {
        Conv2d convolution = new(2, 4, 3);
        BatchNorm2d norm = new(4);
        Refuses<InvalidOperationException>(convolution, norm, "training mode");
        convolution.Eval();
        Refuses<InvalidOperationException>(convolution, norm, "BatchNorm2d");
        norm.Eval();
        Fuse.ConvBatchNorm(convolution, norm);
        Refuses<InvalidOperationException>(convolution, new BatchNorm2d(4, trackRunningStats: false).Eval(), "no running statistics");
        Refuses<ShapeException>(convolution, new BatchNorm2d(5).Eval(), "4 channels");
        convolution.WeightNorm();
        Refuses<InvalidOperationException>(convolution, norm, "Parametrizations.Remove");
    }

    private static void Refuses<TException>(Conv2d convolution, BatchNorm norm, string part)
        where TException : Exception
    {
        string message = Assert.Throws<TException>(() => Fuse.ConvBatchNorm(convolution, norm)).Message;
        Assert.StartsWith("Fuse.ConvBatchNorm: ", message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    private static Dictionary<string, (ConvolutionLayer Convolution, BatchNorm Norm, int[] Shape)> Cases() => new()
    {
        ["1d"] = (new Conv1d(2, 3, 3), new BatchNorm1d(3), [2, 2, 7]),
        ["1d, reflected, without bias"] =
            (new Conv1d(2, 3, 3, padding: 1, bias: false, paddingMode: PadMode.Reflect), new BatchNorm1d(3, eps: 0.1), [2, 2, 7]),
        ["2d, groups"] = (new Conv2d(4, 6, 3, stride: 2, padding: 1, groups: 2), new BatchNorm2d(6), [2, 4, 7, 6]),
        ["2d, not affine"] = (new Conv2d(2, 3, (3, 1), dilation: 2, bias: false), new BatchNorm2d(3, affine: false), [2, 2, 7, 6]),
        ["3d"] = (new Conv3d(2, 3, 2), new BatchNorm3d(3), [2, 2, 4, 5, 3]),
        ["transposed 1d"] = (new ConvTranspose1d(2, 3, 3, stride: 2), new BatchNorm1d(3), [2, 2, 5]),
        ["transposed 2d, groups"] =
            (new ConvTranspose2d(4, 6, 3, stride: 2, outputPadding: 1, groups: 2), new BatchNorm2d(6), [2, 4, 4, 3]),
        ["transposed 3d"] = (new ConvTranspose3d(2, 3, 2, bias: false), new BatchNorm3d(3), [1, 2, 3, 2, 3]),
    };

    /// <summary>With figures and parameters that are not their starting values.</summary>
    private static void Trained(BatchNorm norm)
    {
        Generator random = new(1);
        using GradMode.Region region = GradMode.NoGrad();
        norm.RunningMean!.CopyFrom(Tensor.Randn([norm.Channels], DType.Float64, random));
        norm.RunningVar!.CopyFrom(Tensor.Rand([norm.Channels], DType.Float64, random) + 0.3);
        norm.Weight?.CopyFrom(Tensor.Randn([norm.Channels], DType.Float64, random));
        norm.Bias?.CopyFrom(Tensor.Randn([norm.Channels], DType.Float64, random));
        norm.Eval();
    }

    private static void Same(Tensor expected, Tensor actual, DType dtype)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double error = (expected - actual).Norm().To(DType.Float64).Item<double>();
        Assert.InRange(error, 0, (dtype == DType.Float64 ? 1e-13 : 1e-6) * expected.Norm().To(DType.Float64).Item<double>());
    }
}
