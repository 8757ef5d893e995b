using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers.Activations;

/// <summary>Options that give no function are refused, by the layer when it is made and by the operation.</summary>
public class ActivationOptionTests
{
    private static readonly Dictionary<string, (Func<Layer> Layer, Func<Tensor> Operation)> s_wrong = new()
    {
        ["CELU"] = (static () => new CELU(0), static () => Tensor.Ones(2).Celu(0)),
        ["Softplus"] = (static () => new Softplus(0), static () => Tensor.Ones(2).SoftplusInPlace(0)),
        ["Softshrink"] = (static () => new Softshrink(-0.1), static () => Tensor.Ones(2).Softshrink(-0.1)),
        ["Hardtanh"] = (static () => new Hardtanh(1, -1), static () => Tensor.Ones(2).Hardtanh(1, -1)),
    };

    public static TheoryData<string> Names => [.. s_wrong.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_option_that_gives_no_function_is_refused(string name)
    {
        Assert.StartsWith(name + ": ", Assert.ThrowsAny<ArgumentException>(s_wrong[name].Layer).Message, StringComparison.Ordinal);
        Assert.StartsWith(name + ": ", Assert.ThrowsAny<ArgumentException>(s_wrong[name].Operation).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_eps_that_a_variance_cannot_take_is_refused()
    {
        foreach (double eps in new[] { -1e-5, double.NaN, double.PositiveInfinity })
        {
            Func<Layer>[] layers =
            [
                () => new BatchNorm2d(3, eps), () => new InstanceNorm1d(3, eps), () => new LayerNorm(3, eps), () => new RMSNorm(3, eps),
                () => new GroupNorm(1, 3, eps),
            ];
            Assert.All(layers, make => Assert.Equal("eps", Assert.Throws<ArgumentOutOfRangeException>(make).ParamName));
        }
    }
}
