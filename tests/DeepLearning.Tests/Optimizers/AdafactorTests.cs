using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>What the steps alone do not show: the shapes of the state, and the least denominator.</summary>
public sealed class AdafactorTests
{
    [Fact]
    public void The_state_of_a_matrix_is_a_number_a_row_and_a_number_a_column()
    {
        Parameter[] parameters = [new(Tensor.Ones(3, 4)), new(Tensor.Ones(2, 3, 4)), new(Tensor.Ones(5)), new(Tensor.Ones())];
        Adafactor optimizer = new(parameters);
        Array.ForEach(parameters, static p => p.Grad = Tensor.OnesLike(p.Detach()));
        optimizer.Step();
        OrderedDictionary<string, Tensor> state = optimizer.StateDict();
        Assert.Equal([new Shape(3, 1), new Shape(2, 3, 1)], Shapes("row_var").Take(2));
        Assert.Equal([new Shape(1, 4), new Shape(2, 1, 4)], Shapes("col_var").Take(2));
        Assert.Contains(new Shape(5), Shapes("variance"));

        IEnumerable<Shape> Shapes(string name) =>
            state.Where(item => item.Key.EndsWith(name, StringComparison.Ordinal)).Select(static item => item.Value.Shape);
    }

    [Theory]
    [InlineData(double.NaN, 0.99)]
    [InlineData(1e-6, 0.99)]
    [InlineData(1e-3, 0.9999)]
    public void A_gradient_below_the_least_denominator_makes_a_smaller_step(double eps1, double expected)
    {
        // g / max(|g|, ε₁) is 1 or 1/100; the first rate is 1/100.
        Parameter p = new(Tensor.Ones([2], DType.Float64)) { Grad = Tensor.Full([2], 1e-5, DType.Float64) };
        new Adafactor([p], eps1: eps1).Step();
        Assert.All(p.ToArray<double>(), x => Assert.Equal(expected, x, 1e-12));
    }
}
