using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>The two faces of the parameters; its paths are compared with the formula in Golden.</summary>
public sealed class ScheduleFreeAdamWTests
{
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float16)]
    public void Evaluation_shows_the_mean_and_training_goes_on_as_if_it_had_not_been(DType dtype)
    {
        Parameter quiet = Start(dtype), looked = Start(dtype);
        ScheduleFreeAdamW a = Make(quiet), b = Make(looked);
        for (int step = 0; step < 8; step++)
        {
            Train(a, quiet, 1);
            Train(b, looked, 1);
            double[] before = looked.ToArray<double>();
            b.Eval();
            b.Eval();
            Assert.Equal(b.StateDict()["state.0.x"].To(dtype).ToArray<double>(), looked.ToArray<double>());
            b.Train();
            b.Train();
            Assert.Equal(before, looked.ToArray<double>());
        }

        Assert.Equal(quiet.ToArray<double>(), looked.ToArray<double>());
    }

    [Fact]
    public void A_step_in_evaluation_is_refused_and_a_checkpoint_knows_the_mode()
    {
        Parameter p = Start(DType.Float64), q = Start(DType.Float64);
        ScheduleFreeAdamW optimizer = Make(p), other = Make(q);
        Train(optimizer, p, 3);
        optimizer.Eval();
        Assert.Contains("Train()", Assert.Throws<InvalidOperationException>(optimizer.Step).Message, StringComparison.Ordinal);
        other.LoadStateDict(optimizer.StateDict());
        q.Detach().CopyFrom(p.Detach());
        Assert.Throws<InvalidOperationException>(other.Step);
        optimizer.Train();
        other.Train();
        Train(optimizer, p, 2);
        Train(other, q, 2);
        Assert.Equal(p.ToArray<double>(), q.ToArray<double>());
    }

    [Fact]
    public void Modes_before_the_first_step_change_nothing()
    {
        Parameter p = Start(DType.Float64);
        double[] before = p.ToArray<double>();
        ScheduleFreeAdamW optimizer = Make(p);
        optimizer.Eval();
        optimizer.Train();
        Assert.Equal(before, p.ToArray<double>());
    }

    private static Parameter Start(DType dtype) => new(Tensor.From([0.5, -1, 2, 0.1]).To(dtype));

    private static ScheduleFreeAdamW Make(Parameter p) => new([p], 0.1, weightDecay: 0.01, warmUpSteps: 3);

    private static void Train(Optimizer optimizer, Parameter p, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            optimizer.ZeroGrad();
            p.Square().Sum().Backward();
            optimizer.Step();
        }
    }
}
