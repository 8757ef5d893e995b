using System.Reflection;
using DeepLearning.Backends;
using static DeepLearning.Tests.Ops.Convolution.Images;

namespace DeepLearning.Tests.Ops.Convolution;

/// <summary>The compositions in <see cref="Backend"/>, which define the semantics, against the processor's kernels.</summary>
[Trait("Rerun", "Simd")]
public unsafe class ComposedTests
{
    [Theory]
    [MemberData(nameof(Conv2dTests.Cases), MemberType = typeof(Conv2dTests))]
    public void Convolution_and_its_gradients_equal_their_definition(
        int[] x, int[] w, int[] stride, int[] padding, int[] dilation, int groups)
    {
        Tensor input = Numbers(x.Length == 3 ? [1, .. x] : x, 1, grad: true), weight = Numbers(w, 2, grad: true), bias = Numbers([w[0]], 3);
        Tensor y = input.Conv2d(weight, bias, (stride[0], stride[1]), (padding[0], padding[1]), (dilation[0], dilation[1]), groups);
        Tensor dy = Numbers(y.Shape.ToArray(), 4);
        y.Backward(dy);
        ConvolutionShape shape = new()
        {
            Batch = input.Size(0),
            InputChannels = input.Size(1),
            InputHeight = input.Size(2),
            InputWidth = input.Size(3),
            OutputChannels = w[0],
            KernelHeight = w[2],
            KernelWidth = w[3],
            StrideHeight = stride[0],
            StrideWidth = stride[1],
            PaddingHeight = padding[0],
            PaddingWidth = padding[1],
            DilationHeight = dilation[0],
            DilationWidth = dilation[1],
            Groups = groups,
        };
        Backend backend = input.Backend;
        Tensor result = Tensor.EmptyLike(y.Detach()), dx = Tensor.EmptyLike(input.Detach()), dw = Tensor.EmptyLike(weight.Detach());
        ((delegate*<Backend, in ConvolutionShape, Tensor, Tensor, Tensor?, Tensor, void>)Base(nameof(Backend.Convolve)))(
            backend, shape, input, weight, bias, result);
        ((delegate*<Backend, in ConvolutionShape, Tensor, Tensor, Tensor, void>)Base(nameof(Backend.ConvolveInputGradient)))(
            backend, shape, dy, weight, dx);
        ((delegate*<Backend, in ConvolutionShape, Tensor, Tensor, Tensor, void>)Base(nameof(Backend.ConvolveWeightGradient)))(
            backend, shape, input, dy, dw);
        AssertClose(result, y.Detach());
        AssertClose(dx, input.Grad!);
        AssertClose(dw, weight.Grad!);
    }

    [Theory]
    [MemberData(nameof(PoolingTests.Cases), MemberType = typeof(PoolingTests))]
    public void Pooling_and_its_gradients_equal_their_definition(
        int[] x, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceil)
    {
        double[] values = (Numbers(x) * 4).Round().ToArray<double>();
        values[values.Length / 2] = values[values.Length / 3] = double.NaN;
        Tensor input = Tensor.From(values, x);
        PoolAxis vertical = Axis(0), horizontal = Axis(1);
        (Tensor max, Tensor at) = input.MaxPool2dWithIndices(
            (kernel[0], kernel[1]), (stride[0], stride[1]), (padding[0], padding[1]), (dilation[0], dilation[1]), ceil);
        Tensor planes = input.Reshape(-1, x[^2], x[^1]);
        int[] pooled = [planes.Size(0), vertical.Outputs, horizontal.Outputs];
        Tensor y = Tensor.Empty(pooled, DType.Float64), indices = Tensor.Empty(pooled, DType.Int32), dx = Tensor.EmptyLike(planes);
        Backend backend = input.Backend;
        ((delegate*<Backend, PoolAxis, PoolAxis, Tensor, Tensor, Tensor?, void>)Base(nameof(Backend.MaxPool)))(
            backend, vertical, horizontal, planes, y, indices);
        Assert.Equal(y.ToArray<double>(), max.ToArray<double>());
        Assert.Equal(indices.To(DType.Int64).ToArray<long>(), at.ToArray<long>());

        Tensor dy = Numbers(pooled, 5), expected = Tensor.EmptyLike(planes);
        ((delegate*<Backend, Tensor, Tensor, Tensor, void>)Base(nameof(Backend.MaxPoolBackward)))(backend, dy, indices, expected);
        backend.MaxPoolBackward(dy, indices, dx);
        AssertClose(expected, dx);

        Tensor finite = Numbers(planes.Shape.ToArray()), mean = Tensor.EmptyLike(y);
        ((delegate*<Backend, PoolAxis, PoolAxis, int?, Tensor, Tensor, void>)Base(nameof(Backend.AveragePool)))(
            backend, vertical, horizontal, null, finite, y);
        if (dilation is [1, 1])
        {
            backend.AveragePool(vertical, horizontal, null, finite, mean);
            AssertClose(y, mean);
            ((delegate*<Backend, PoolAxis, PoolAxis, int?, Tensor, Tensor, void>)Base(nameof(Backend.AveragePoolBackward)))(
                backend, vertical, horizontal, null, dy, expected);
            backend.AveragePoolBackward(vertical, horizontal, null, dy, dx);
            AssertClose(expected, dx);
        }

        PoolAxis Axis(int i)
        {
            int source = x[^(2 - i)];
            int outputs = (int)PoolAxis.CountWindows(source, kernel[i], stride[i], padding[i], dilation[i], ceil);
            return PoolAxis.Windows(source, outputs, kernel[i], stride[i], padding[i], dilation[i], true);
        }
    }

    /// <summary>The address of the base version, past the override.</summary>
    private static void* Base(string method) =>
        (void*)typeof(Backend).GetMethod(method, BindingFlags.Instance | BindingFlags.Public)!.MethodHandle.GetFunctionPointer();
}
