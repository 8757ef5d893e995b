using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Where the weights or the direction of a layer are zero, its rate is the plain one, and nothing becomes NaN.</summary>
public class TrustRatioTests
{
    [Theory]
    [InlineData("LAMB")]
    [InlineData("LARS")]
    public void A_gradient_of_zeros_moves_nothing(string name)
    {
        Parameter p = new(Tensor.From([3.0, -4])) { Grad = Tensor.Zeros([2], DType.Float64) };
        Make(name, p).Step();
        Assert.Equal([3.0, -4], p.Detach().ToArray<double>());
    }

    [Theory]
    [InlineData("LAMB", 0.1)]
    [InlineData("LARS", 0.2)]
    public void Weights_of_zeros_take_a_step_of_the_plain_rate(string name, double step)
    {
        Parameter p = new(Tensor.Zeros([2], DType.Float64)) { Grad = Tensor.From([2.0, -2]) };
        Make(name, p).Step();
        double[] moved = p.Detach().ToArray<double>();
        Assert.Equal(-step, moved[0], 1e-6);
        Assert.Equal(step, moved[1], 1e-6);
    }

    private static Optimizer Make(string name, Parameter p) => name == "LAMB"
        ? new LAMB([p], 0.1, weightDecay: 0)
        : new LARS([p], 0.1, weightDecay: 0);
}
