using DeepLearning.Layers;
using DeepLearning.Losses;

namespace DeepLearning.Tests.Losses;

public sealed class PenaltyTests
{
    [Fact]
    public void A_penalty_is_the_sum_over_the_parameters_that_a_pattern_names()
    {
        Sequential model = Model();
        Assert.Equal(2 * (3 + 4 + 5), Penalty.L1(model, 2).Item<double>(), 6);
        Assert.Equal(0.5 * (9 + 16 + 25), Penalty.L2(model, 0.5).Item<double>(), 6);
        Assert.Equal(9 + 25, Penalty.L2(model, 1, "*weight").Item<double>(), 6);
        Assert.Equal(7, Penalty.L1(model, 1, "0.*").Item<double>(), 6);
        Assert.Equal(5, Penalty.L1(model, 1, "?.w*t").Item<double>() - 3, 6);
        Assert.Equal(4, Penalty.L1(model, 1, "0.bias").Item<double>(), 6);
    }

    [Fact]
    public void Its_gradient_is_the_sign_and_twice_the_parameter()
    {
        Sequential model = Model();
        (Penalty.L1(model, 0.5) + Penalty.L2(model, 2, "1.*")).Backward();
        Assert.Equal([0.5f], model.Parameters()[0].Grad!.ToArray<float>());
        Assert.Equal([-0.5f], model.Parameters()[1].Grad!.ToArray<float>());
        Assert.Equal([0.5f + (4 * 5)], model.Parameters()[2].Grad!.ToArray<float>());
        GradCheck.First(new Lambda(x => x * (Penalty.L2(model, 1) + Penalty.L1(model, 3))), Wanted());

        Tensor Wanted()
        {
            model.To(DType.Float64);
            Tensor x = Tensor.Ones([1], DType.Float64);
            x.RequiresGrad = true;
            return x;
        }
    }

    [Fact]
    public void A_shared_parameter_counts_once()
    {
        Linear shared = new(1, 1, bias: false);
        using (GradMode.NoGrad())
        {
            shared.Weight.FillInPlace(3);
        }

        Assert.Equal(3, Penalty.L1(new Sequential(shared, new Tanh(), shared), 1).Item<double>(), 6);
    }

    [Fact]
    public void A_pattern_that_names_nothing_is_refused_with_the_names_there_are()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Penalty.L2(Model(), 1, "weight"));
        Assert.Contains("0.weight, 0.bias, 1.weight", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Penalty.L1(Model(), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Penalty.L1(Model(), double.NaN));
    }

    private static Sequential Model()
    {
        Linear first = new(1, 1), second = new(1, 1, bias: false);
        using (GradMode.NoGrad())
        {
            first.Weight.FillInPlace(3);
            first.Bias!.FillInPlace(-4);
            second.Weight.FillInPlace(5);
        }

        return new Sequential(first, second);
    }
}
