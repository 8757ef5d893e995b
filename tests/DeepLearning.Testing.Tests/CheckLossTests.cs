using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Testing;

namespace DeepLearning.Tests.Testing;

public sealed class CheckLossTests
{
    private static readonly Tensor s_input = Tensor.From([0.3f, -1.2f, 0.8f, 1.9f, -0.4f, 0.6f], 2, 3);

    private static readonly LossCheckOptions s_options = new()
    {
        InputShapes = ["[N, C]", "[N, C]"],
        ElementShape = "[N, C]",
        Rejects = [new Rejection("another shape", "[2, 4]", null, Tensor.Zeros(2, 4))],
    };

    [Fact]
    public void A_right_loss_passes_as_a_module_and_as_a_function()
    {
        CheckLoss.Run(static reduction => new MSELoss(reduction), s_input, s_input.Cos(), s_options);
        CheckLoss.Run("MSE", static (x, reduction) => Loss.MSE(x[0], x[1], reduction), [s_input, s_input.Cos()], s_options);
        CheckLoss.Run(
            static reduction => new Lambda<(Tensor, Tensor), Tensor>(pair => Loss.MSE(pair.Item1, pair.Item2, reduction)),
            (s_input, s_input.Cos()), s_options with { Except = Named });
        CheckLoss.Run(static reduction => new Scaled(reduction, 1), s_input, s_input.Cos(), s_input.Sin(), new LossCheckOptions());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    public void A_mean_that_divides_by_something_else_is_caught(double scale)
    {
        CheckException e = Assert.Throws<CheckException>(
            () => CheckLoss.Run(reduction => new Scaled(reduction, scale), s_input, s_input.Cos(), s_input.Sin(), new LossCheckOptions()));
        CheckFailure failure = Assert.Single(e.Failures);
        Assert.Equal(Aspect.Reductions, failure.Aspect);
        Assert.Contains("the mean in float64 is the sum of the elements / 6", failure.Message, StringComparison.Ordinal);
        CheckLoss.Run(
            reduction => new Scaled(reduction, scale), s_input, s_input.Cos(), s_input.Sin(), new LossCheckOptions { Counted = 6 / scale });
    }

    [Fact]
    public void A_wrong_gradient_of_the_sum_alone_is_caught()
    {
        CheckException e = Assert.Throws<CheckException>(() => CheckLoss.Run(
            "Half", static (x, reduction) => reduction == LossReduction.Sum
                ? (x[0] * (x[0].Detach() - x[1])).Sum() : Loss.MSE(x[0], x[1], reduction), [s_input, s_input.Cos()]));
        Assert.Contains(
            e.Failures, static f => f.Aspect == Aspect.Reductions && f.Message.Contains("FirstGradients", StringComparison.Ordinal));
    }

    [Fact]
    public void Elements_of_another_shape_and_accepted_bad_input_are_caught()
    {
        CheckException e = Assert.Throws<CheckException>(() => CheckLoss.Run(
            "Sums", static (x, reduction) => reduction switch
            {
                LossReduction.None => (x[0] - x[1]).Square().Sum(1),
                LossReduction.Sum => (x[0] - x[1]).Square().Sum(),
                _ => (x[0] - x[1]).Square().Sum() / x[0].Size(0),
            },
            [s_input, s_input.Cos()],
            s_options with { Rejects = [new Rejection("a target that broadcasts", "[3]", null, Tensor.Zeros(3))] }));
        Assert.Equal([Aspect.Errors, Aspect.Reductions], e.Failures.Select(static f => f.Aspect));
        Assert.Contains("without reduction, the shape is [2]", e.Message, StringComparison.Ordinal);
    }

    private static Dictionary<Aspect, string> Named => new() { [Aspect.Errors] = "a lambda does not name itself" };

    /// <summary>(x · y − z)², whose mean is off by a factor.</summary>
    private sealed class Scaled(LossReduction reduction, double scale) : Module<Tensor, Tensor, Tensor, Tensor>
    {
        public override Tensor Forward(Tensor first, Tensor second, Tensor third)
        {
            ArgumentNullException.ThrowIfNull(first);
            ArgumentNullException.ThrowIfNull(second);
            ArgumentNullException.ThrowIfNull(third);
            if (first.Shape != second.Shape || first.Shape != third.Shape || first.DType != second.DType || first.DType != third.DType)
            {
                throw new ShapeException($"Scaled: {first.Shape}, {second.Shape} and {third.Shape} differ.");
            }

            Tensor elements = ((first * second) - third).Square();
            return reduction switch
            {
                LossReduction.Mean => elements.Mean() * scale,
                LossReduction.Sum => elements.Sum(),
                _ => elements,
            };
        }
    }
}
