using DeepLearning.Testing;

namespace DeepLearning.Tests.Testing;

public sealed class CheckGradientsTests
{
    private readonly RandomInputs _random = new(1);

    [Fact]
    public void Right_derivatives_pass_in_every_form()
    {
        CheckGradients.Of(static x => x.Sin() * x, _random.Normal(2, 3));
        CheckGradients.Of(static (x, y) => x * y.Exp(), _random.Normal(3), _random.Normal(2, 3));
        CheckGradients.Of(
            static x => x[0].Gather(1, x[1]) * x[2], [_random.Normal(2, 3), _random.Integers(0, 3, 2, 3), _random.Normal(2, 3)]);
        CheckGradients.Of(static x => x.Square().Dropout(0.5), _random.Normal(3, 3));
    }

    [Fact]
    public void A_wrong_derivative_is_named()
    {
        GradCheckException e = Assert.Throws<GradCheckException>(
            () => CheckGradients.Of(static (x, y) => x * y.Detach(), _random.Normal(3), _random.Normal(3)));
        Assert.Contains("input 1", e.Message, StringComparison.Ordinal);
        Assert.Throws<GradCheckException>(() => CheckGradients.Of(static x => new FirstOnly().Apply(x), _random.Normal(3)));
        CheckGradients.Of(static x => new FirstOnly().Apply(x), _random.Normal(3), second: false);
    }
}
