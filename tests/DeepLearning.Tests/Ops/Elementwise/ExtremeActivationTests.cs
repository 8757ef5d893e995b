namespace DeepLearning.Tests.Ops.Elementwise;

/// <summary>Activations far out and at infinity, where they are straight lines: value and both derivatives in every type.</summary>
[Trait("Rerun", "Simd")]
public class ExtremeActivationTests
{
    private static readonly DType[] s_types = [DType.Float32, DType.Float64, DType.Float16, DType.BFloat16];

    private static readonly Dictionary<string, Line> s_lines = new()
    {
        ["Relu"] = new(x => x.Relu(), Ramp, Step),
        ["Gelu"] = new(x => x.Gelu(), Ramp, Step),
        ["GeluTanh"] = new(x => x.Gelu(approximate: true), Ramp, Step),
        ["Silu"] = new(x => x.Silu(), Ramp, Step),
        ["Mish"] = new(x => x.Mish(), Ramp, Step),
        ["Hardswish"] = new(x => x.Hardswish(), Ramp, Step),
        ["Softplus"] = new(x => x.Softplus(), Ramp, Step),
        ["Elu"] = new(x => x.Elu(), x => x > 0 ? x : -1, Step),
        ["Celu"] = new(x => x.Celu(0.7), x => x > 0 ? x : -0.7, Step),
        ["Selu"] = new(x => x.Selu(), x => x > 0 ? x * 1.0507009873554805 : -1.7580993408473766, x => Step(x) * 1.0507009873554805),
        ["LeakyRelu"] = new(x => x.LeakyRelu(), x => x > 0 ? x : x * 0.01, x => x > 0 ? 1 : 0.01),
        ["Prelu"] = new(x => x.Prelu(Tensor.FromScalar(0.25, x.DType).Reshape(1)), x => x > 0 ? x : x * 0.25, x => x > 0 ? 1 : 0.25),
        ["Relu6"] = new(x => x.Relu6(), x => x > 0 ? 6 : 0, Flat),
        ["Hardtanh"] = new(x => x.Hardtanh(-0.7, 0.7), x => x > 0 ? 0.7 : -0.7, Flat),
        ["Hardsigmoid"] = new(x => x.Hardsigmoid(), Step, Flat),
        ["Sigmoid"] = new(x => x.Sigmoid(), Step, Flat),
        ["Tanh"] = new(x => x.Tanh(), x => Math.Sign(x), Flat),
        ["LogSigmoid"] = new(x => x.LogSigmoid(), x => x > 0 ? 0 : x, x => 1 - Step(x)),
        ["Tanhshrink"] = new(x => x.Tanhshrink(), x => x - Math.Sign(x), _ => 1),
        ["Hardshrink"] = new(x => x.Hardshrink(), x => x, _ => 1),
        ["Softshrink"] = new(x => x.Softshrink(), x => x - (0.5 * Math.Sign(x)), _ => 1),
        ["Threshold"] = new(x => x.Threshold(0.5, -3), x => x > 0 ? x : -3, Step),
        ["Softsign"] = new(
            x => x.Softsign(), x => double.IsInfinity(x) ? Math.Sign(x) : x / (1 + Math.Abs(x)), x => Math.Pow(1 + Math.Abs(x), -2),
            x => -2 * Math.Sign(x) * Math.Pow(1 + Math.Abs(x), -3)),
    };

    public static TheoryData<string> Names() => [.. s_lines.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Far_out_values_and_both_derivatives_are_those_of_the_line(string name)
    {
        Line line = s_lines[name];
        foreach (DType dtype in s_types)
        {
            Tensor x = Points(dtype);
            double[] points = x.ToArray<double>();
            x.RequiresGrad = true;
            Tensor ones = Tensor.OnesLike(x);
            Near(name, dtype, "value", points, line.Value, line.Function(x).Detach());
            Near(name, dtype, "gradient", points, line.Slope, DeepLearning.Autograd.Grad(line.Function(x), x, ones));
            Tensor first = DeepLearning.Autograd.Grad(line.Function(x), x, ones, createGraph: true);
            Near(name, dtype, "recorded gradient", points, line.Slope, first.Detach());
            if (first.RequiresGrad)
            {
                Near(name, dtype, "second derivative", points, line.Bend ?? Flat, DeepLearning.Autograd.Grad(first.Sum(), x));
            }
        }
    }

    [Theory]
    [InlineData("Elu", 1.0, 1.0)]
    [InlineData("Celu", 1.0, 0.5)]
    [InlineData("Selu", 1.7580993408473766, 1.0)]
    [InlineData("Expm1", 1.0, 1.0)]
    public void An_exponential_tail_keeps_the_digits_of_its_gradient(string name, double factor, double width)
    {
        foreach (DType dtype in s_types)
        {
            Tensor x = Tensor.From([-1.0, -5, -5.5, -9, -12, -18, -30, -42, .. Enumerable.Range(1, 29).Select(i => i * -0.25)]).To(dtype);
            double[] points = x.ToArray<double>();
            x.RequiresGrad = true;
            Tensor y = name switch { "Elu" => x.Elu(), "Celu" => x.Celu(width), "Selu" => x.Selu(), _ => x.Expm1() };
            Near(name, dtype, "gradient", points, p => factor * Math.Exp(p / width), DeepLearning.Autograd.Grad(y, x, Tensor.OnesLike(x)));
        }
    }

    [Fact]
    public void The_gradient_of_a_clipped_element_is_zero_where_a_16_bit_type_rounds_the_bound()
    {
        foreach (DType dtype in s_types)
        {
            Tensor x = Tensor.Linspace(-3, 3, 61, dtype), bound = Tensor.Linspace(0.05, 2.95, 59);
            foreach (double limit in bound.ToArray<double>())
            {
                x.RequiresGrad = true;
                double[] slope = DeepLearning.Autograd.Grad(x.Hardtanh(-limit, limit), x, Tensor.OnesLike(x)).ToArray<double>();
                double rounded = Tensor.FromScalar(limit, dtype).Item<double>();
                Assert.Equal(x.Detach().ToArray<double>().Select(p => Math.Abs(p) < rounded ? 1.0 : 0.0), slope);
            }
        }
    }

    private static double Ramp(double x) => x > 0 ? x : 0;

    private static double Step(double x) => x > 0 ? 1 : 0;

    private static double Flat(double x) => 0;

    /// <summary>±10⁴ to ±∞ in a type, over more than a vector and a rest.</summary>
    private static Tensor Points(DType dtype)
    {
        double most = dtype switch
        {
            DType.Float16 => 65504,
            DType.BFloat16 => BFloat16.MaxValue,
            DType.Float32 => float.MaxValue,
            _ => double.MaxValue,
        };
        double[] sizes = [1e4, 5e4, 2e19, 1e30, most, double.PositiveInfinity];
        double[] signed = [.. sizes, .. sizes.Select(static s => -s)];
        return Tensor.From([.. signed, .. signed, .. signed]).To(dtype);
    }

    private static void Near(string name, DType dtype, string what, double[] points, Func<double, double> expected, Tensor actual)
    {
        (double relative, double absolute) = dtype switch
        {
            DType.Float32 => (2e-6, 1e-37),
            DType.Float64 => (1e-13, 1e-300),
            DType.Float16 => (1e-3, 6e-8),
            _ => (8e-3, 1e-37),
        };
        Assert.Equal(dtype, actual.DType);
        double[] values = actual.ToArray<double>();
        double[] wanted = Tensor.From(Array.ConvertAll(points, p => expected(p))).To(dtype).ToArray<double>();
        for (int i = 0; i < points.Length; i++)
        {
            bool isNear = values[i] == wanted[i] || Math.Abs(values[i] - wanted[i]) <= absolute + (relative * Math.Abs(wanted[i]));
            Assert.True(isNear, $"{name}, {dtype.Name()}: {what} at {points[i]} is {values[i]}, not {wanted[i]}.");
        }
    }

    private sealed record Line(
        Func<Tensor, Tensor> Function, Func<double, double> Value, Func<double, double> Slope, Func<double, double>? Bend = null);
}
