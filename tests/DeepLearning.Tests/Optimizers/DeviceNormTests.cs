using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Backends.Reference;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Norms of gradients on another device, which are read all at once.</summary>
public sealed class DeviceNormTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(1e-20, 2)]
    [InlineData(1e20, 2)]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    [InlineData(1, double.PositiveInfinity)]
    public void A_norm_is_that_of_the_processor_whatever_the_size(double scale, double order)
    {
        Parameter[] there = Parameters(ReferenceDevice.Instance), here = Parameters(Device.Cpu);
        double expected = Gradients.Norm(here, order), actual = Gradients.Norm(there, order);
        Assert.Equal(expected, actual, 1e-6 * expected);
        Gradients.ClipNorm(here, 0.5, order);
        Gradients.ClipNorm(there, 0.5, order);
        Assert.All(here.Zip(there), static pair => Assert.True(pair.First.Grad!.AllClose(pair.Second.Grad!.To(Device.Cpu), 1e-5)));

        Parameter[] Parameters(Device device) =>
        [
            .. Enumerable.Range(1, 4).Select(i => new Parameter(Tensor.Ones(i, 3).To(device))
            {
                Grad = ((Tensor.Arange(0, 3 * i, dtype: DType.Float32).View(i, 3) - 2) * scale).To(device),
            }),
        ];
    }

    [Fact]
    public void A_gradient_that_is_no_number_makes_the_norm_so()
    {
        Parameter parameter = new(Tensor.Ones(2).To(ReferenceDevice.Instance))
        {
            Grad = Tensor.From([1f, float.NaN]).To(ReferenceDevice.Instance),
        };
        Assert.True(double.IsNaN(Gradients.Norm([parameter])));
        Assert.Throws<InvalidOperationException>(() => Gradients.ClipNorm([parameter], 1, errorIfNonFinite: true));
    }
}
