using DeepLearning.Numerics;

namespace DeepLearning.Tests.Numerics;

[Trait("Rerun", "Simd")]
public class DualTests
{
    public static TheoryData<string> Functions => [.. NamedFunctions.Names];

    [Theory]
    [MemberData(nameof(Functions))]
    public void The_derivative_of_every_function_equals_the_difference_quotient(string function)
    {
        foreach (double x in new[] { 0.13, 0.4, 0.77 })
        {
            double numeric = Quotient(v => NamedFunctions.Of(function, v), x);
            double derivative = Derivative(NamedFunctions.Apply(function, At(x)));
            Assert.Equal(numeric, derivative, 1e-7 * Math.Max(1.0, Math.Abs(numeric)));
        }
    }

    [Theory]
    [InlineData("Pow")]
    [InlineData("Atan2")]
    public void The_derivatives_of_functions_of_two_numbers_equal_the_difference_quotients(string function)
    {
        (double a, double b) = (1.3, -2.1);
        double byFirst = Quotient(v => NamedFunctions.Apply(function, new Lane<double>(v), new Lane<double>(b)).Value, a);
        double bySecond = Quotient(v => NamedFunctions.Apply(function, new Lane<double>(a), new Lane<double>(v)).Value, b);
        Assert.Equal(byFirst, NamedFunctions.Apply(function, new Dual<Lane<double>>(a, 1.0), b).D.Value, 1e-8);
        Assert.Equal(bySecond, NamedFunctions.Apply(function, a, new Dual<Lane<double>>(b, 1.0)).D.Value, 1e-8);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(-1.3)]
    [InlineData(25.0)]
    public void The_derivative_of_trigamma_reaches_below_zero_and_far_out(double x)
    {
        double numeric = Quotient(v => NamedFunctions.Of("Trigamma", v), x);
        Assert.Equal(numeric, Dual<Lane<double>>.Trigamma(new(x, 1.0)).D.Value, 1e-7 * Math.Max(1.0, Math.Abs(numeric)));
    }

    [Fact]
    public void Kinks_and_edges_have_the_derivatives_of_PyTorch()
    {
        Assert.Equal(0.0, Derivative(Dual<Lane<double>>.Abs(At(0.0))));
        Assert.Equal(-1.0, Derivative(Dual<Lane<double>>.Abs(At(-2.0))));
        Assert.Equal(0.5, Derivative(Dual<Lane<double>>.Max(At(1.0), 1.0)));
        Assert.Equal(0.5, Derivative(Dual<Lane<double>>.Min(1.0, At(1.0))));
        Assert.Equal(1.0, Derivative(Dual<Lane<double>>.Max(At(2.0), 1.0)));
        Assert.Equal(0.0, Derivative(Dual<Lane<double>>.Min(At(2.0), 1.0)));
        Assert.Equal(double.PositiveInfinity, Derivative(Dual<Lane<double>>.Sqrt(At(0.0))));
        Assert.Equal(0.0, Derivative(Dual<Lane<double>>.Round(At(0.3))));
        Assert.Equal(0.0, Derivative(Dual<Lane<double>>.Pow(At(0.0), 0.0)));
        Assert.Equal(1.0, Derivative(Dual<Lane<double>>.Pow(At(0.0), 1.0)));
        Assert.Equal(0.0, Derivative(Dual<Lane<double>>.Pow(At(0.0), 2.0)));
        Assert.Equal(0.0, Derivative(Dual<Lane<double>>.Pow(0.0, At(2.0))));
        Assert.Equal(12.0, Derivative(Dual<Lane<double>>.Pow(At(-2.0), 3.0)));
    }

    [Fact]
    public void Selection_keeps_the_derivative_of_the_branch_taken()
    {
        Dual<Lane<double>> x = At(3.0);
        Mask<Dual<Lane<double>>> positive = Dual<Lane<double>>.Less(0.0, x);
        Assert.Equal(6.0, Derivative(Dual<Lane<double>>.Select(positive & ~Dual<Lane<double>>.IsNaN(x), x * x, -x)));
        Assert.Equal(-1.0, Derivative(Dual<Lane<double>>.Select(~positive, x * x, -x)));
        Assert.Equal(7.0, Derivative(Dual<Lane<double>>.MultiplyAdd(x, x, x)));
        Assert.Equal(-1.0 / 9.0, Derivative(1.0 / x), 1e-15);
    }

    private static Dual<Lane<double>> At(double x) => new(x, 1.0);

    private static double Derivative(Dual<Lane<double>> y) => y.D.Value;

    private static double Quotient(Func<double, double> function, double x)
    {
        const double h = 1e-4;
        return ((8.0 * (function(x + h) - function(x - h))) - (function(x + (2.0 * h)) - function(x - (2.0 * h)))) / (12.0 * h);
    }
}
