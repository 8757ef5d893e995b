namespace DeepLearning.Tests.Ops.Elementwise;

/// <summary>First and second derivatives stay finite where the function is smooth, also far from 0 and at the joints of a
/// formula.</summary>
[Trait("Rerun", "Simd")]
public class DerivativeTests
{
    private static readonly double[] s_points = [-1000, -50, -20, -3, -1, -0.5, -0.0, 0.0, 1e-9, 1e-5, 0.3, 0.5, 1, 3, 6, 20, 20.5, 50,
        1000];

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_functions = new()
    {
        ["Relu"] = x => x.Relu(),
        ["Relu6"] = x => x.Relu6(),
        ["LeakyRelu"] = x => x.LeakyRelu(),
        ["Elu"] = x => x.Elu(0.7),
        ["Selu"] = x => x.Selu(),
        ["Celu"] = x => x.Celu(0.7),
        ["Gelu"] = x => x.Gelu(),
        ["GeluTanh"] = x => x.Gelu(approximate: true),
        ["Silu"] = x => x.Silu(),
        ["Mish"] = x => x.Mish(),
        ["Softplus"] = x => x.Softplus(),
        ["SoftplusSharp"] = x => x.Softplus(3, 1e6),
        ["Softsign"] = x => x.Softsign(),
        ["LogSigmoid"] = x => x.LogSigmoid(),
        ["Hardtanh"] = x => x.Hardtanh(),
        ["Hardsigmoid"] = x => x.Hardsigmoid(),
        ["Hardswish"] = x => x.Hardswish(),
        ["Hardshrink"] = x => x.Hardshrink(),
        ["Softshrink"] = x => x.Softshrink(),
        ["Tanhshrink"] = x => x.Tanhshrink(),
        ["Sinc"] = x => x.Sinc(),
        ["Asinh"] = x => x.Asinh(),
        ["Exp2Down"] = x => (-x.Abs()).Exp2(),
        ["LogAddExp"] = x => x.LogAddExp(x * -0.5),
        ["LogAddExp2"] = x => x.LogAddExp2(x * -0.5),
        ["Square"] = x => x.Pow(2),
        ["Cube"] = x => x.Pow(3),
        ["ToTheZero"] = x => x.Pow(0),
        ["ZeroToThe"] = x => Tensor.Pow(0.0, x * x),
        ["Clamp"] = x => x.Clamp(-1, 3),
        ["NanToNum"] = x => x.NanToNum(),
        ["Hypot"] = x => x.Hypot(Tensor.From([3.0])),
        ["Remainder"] = x => x % 0.7,
        ["Prelu"] = x => x.Prelu(Tensor.From([0.2])),
    };

    public static TheoryData<string> Names() => [.. s_functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void First_and_second_derivatives_are_finite(string name)
    {
        Tensor x = Tensor.From(s_points);
        x.RequiresGrad = true;
        Tensor first = DeepLearning.Autograd.Grad(s_functions[name](x).Sum(), [x], createGraph: true)[0]!;
        Assert.All(first.ToArray<double>(), v => Assert.True(double.IsFinite(v)));
        if (first.RequiresGrad)
        {
            Tensor? second = DeepLearning.Autograd.Grad(first.Sum(), [x])[0];
            Assert.All(second?.ToArray<double>() ?? [], v => Assert.True(double.IsFinite(v)));
        }
    }

    [Fact]
    public void The_cardinal_sine_bends_at_zero_as_its_series_does()
    {
        Tensor x = Tensor.From([0.0, 1e-5, 0.3183, 0.31832]);
        x.RequiresGrad = true;
        Tensor first = DeepLearning.Autograd.Grad(x.Sinc().Sum(), [x], createGraph: true)[0]!;
        double[] second = DeepLearning.Autograd.Grad(first.Sum(), [x])[0]!.ToArray<double>();
        Assert.Equal(-Math.PI * Math.PI / 3, second[0], 1e-12);
        Assert.Equal(second[2], second[3], 1e-3);
    }

    [Fact]
    public void An_in_place_operation_on_data_keeps_the_gradient_of_its_operand()
    {
        Tensor data = Tensor.From([2.0, 3.0]), weight = Tensor.From([5.0, 7.0]);
        weight.RequiresGrad = true;
        Tensor y = data.MultiplyInPlace(weight);
        y.Sum().Backward();
        Assert.Equal([2.0, 3.0], weight.Grad!.ToArray<double>());
        Assert.Equal([10.0, 21.0], y.ToArray<double>());
    }

    [Fact]
    public void Limits_and_weights_given_as_tensors_get_gradients()
    {
        Tensor x = Tensor.From([0.0, 2.0, 5.0]), low = Tensor.From([1.0]), high = Tensor.From([3.0]);
        low.RequiresGrad = high.RequiresGrad = true;
        x.Clamp(low, high).Sum().Backward();
        Assert.Equal((1.0, 1.0), (low.Grad!.Item<double>(), high.Grad!.Item<double>()));
    }

    [Fact]
    public void Clamp_takes_plain_numbers_and_nothing_on_either_side()
    {
        Tensor x = Tensor.From([-1f, 0.5f, 2f]);
        Assert.Equal([0f, 0.5f, 1f], x.Clamp(0, 1).ToArray<float>());
        Assert.Equal([-1f, 0.5f, 1f], x.Clamp(null, 1.0).ToArray<float>());
        Assert.Equal([0f, 0.5f, 2f], x.Clamp(min: 0).ToArray<float>());
        Assert.All(x.Clamp(double.NaN, 1).ToArray<float>(), v => Assert.True(float.IsNaN(v)));
        Assert.Throws<ArgumentException>(() => x.Clamp());
        Assert.Equal([0f, 0.5f, 1f], x.ClampInPlace(0, 1).ToArray<float>());
    }

    [Fact]
    public void Comparison_operators_compare_elements_and_equality_compares_references()
    {
        Tensor a = Tensor.From([1f, 2f, 3f]), b = Tensor.From([2f]);
        Assert.Equal([true, false, false], (a < b).ToArray<bool>());
        Assert.Equal([false, true, true], (a >= 2).ToArray<bool>());
        Assert.Equal([true, true, false], (3 > a).ToArray<bool>());
        Assert.Equal([false, true, true], (2 <= a).ToArray<bool>());
        Assert.False(a == b);
        Assert.True(a != a.Clone());
    }

    [Fact]
    public void Rounding_to_decimals_refuses_integers()
    {
        Assert.Equal([1.24, -2.56], Tensor.From([1.235, -2.5551]).Round(2).ToArray<double>());
        Assert.Equal([20.0, 20.0], Tensor.From([15.0, 25.0]).Round(-1).ToArray<double>());
        Assert.Throws<DTypeException>(() => Tensor.From([1L]).Round(1));
    }
}
