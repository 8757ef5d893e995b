using DeepLearning.Optimizers;
using DeepLearning.Testing;

namespace DeepLearning.Tests.Testing;

/// <summary>A right optimizer passes, and each fault is caught by the aspect that is about it.</summary>
public sealed class CheckOptimizerTests
{
    private static readonly Dictionary<string, (Aspect Aspect, Action<Tensor, Tensor, ParameterState, Faulty> Update, string Says)>
        s_faults = new()
        {
            ["throws"] = (Aspect.Forward, static (_, _, _, _) => throw new InvalidOperationException("no"), "InvalidOperationException"),
            ["climbs"] = (Aspect.Descent, static (p, g, _, own) => p.AddInPlace(g * own.LearningRate), "the loss of a quadratic goes from"),
            ["draws numbers of its own"] = (
                Aspect.Modes, static (p, g, _, own) => p.SubtractInPlace(g * (own.LearningRate * Random.Shared.NextDouble())),
                "two equal runs"),
            ["keeps state to itself"] = (Aspect.SaveAndLoad, static (p, g, _, own) =>
            {
                own.Hidden++;
                p.SubtractInPlace(g * (own.LearningRate / (1 + own.Hidden)));
            }, "its state was loaded into a new optimizer"),
            ["lets parameters see one another"] = (Aspect.Groups, static (p, g, _, own) =>
            {
                p.SubtractInPlace(g * (own.LearningRate * (own.Last == 0 ? 1 : own.Last)));
                own.Last = 0.5;
            }, "alone in its optimizer"),
            ["moves at a learning rate of 0"] = (
                Aspect.Groups, static (p, g, _, own) => p.SubtractInPlace(g * (own.LearningRate + 0.01)), "with a learning rate of 0"),
            ["changes the gradient"] = (Aspect.NoGradient, static (p, g, _, own) =>
            {
                g.MultiplyInPlace(0.5);
                p.SubtractInPlace(g * own.LearningRate);
            }, "a step changes a gradient"),
            ["rounds"] = (
                Aspect.DTypes, static (p, g, _, own) => p.SubtractInPlace(
                    p.DType == DType.Float32 ? (g * own.LearningRate).To(DType.BFloat16).To(DType.Float32) : g * own.LearningRate),
                "in float32, compared with float64"),
        };

    public static TheoryData<string> Faults => new(s_faults.Keys);

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_caught_and_its_aspect_named(string fault)
    {
        (Aspect aspect, Action<Tensor, Tensor, ParameterState, Faulty> update, string says) = s_faults[fault];
        CheckException e = Assert.Throws<CheckException>(() => CheckOptimizer.Run(p => new Faulty(p, update)));
        CheckFailure? failure = e.Failures.FirstOrDefault(failure => failure.Aspect == aspect);
        Assert.True(failure is not null && failure.Message.Contains(says, StringComparison.Ordinal), e.Message);
        Assert.Contains("aspects of Faulty failed:", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_right_optimizer_passes()
    {
        CheckOptimizer.Run(static p => new Adam(p, 0.05));
        CheckOptimizer.Run(static p => new SGD(p, 0.05, maximize: true), new OptimizerCheckOptions { Maximizes = true });
        CheckOptimizer.Run(static p => new Faulty(p, static (p, g, _, own) => p.SubtractInPlace(g * own.LearningRate)));
    }

    [Fact]
    public void A_step_that_needs_the_loss_is_taken_as_told()
    {
        int losses = 0;
        CheckOptimizer.Run(static p => new SGD(p, 0.05), new OptimizerCheckOptions
        {
            TakeStep = (optimizer, loss) =>
            {
                losses++;
                loss();
                optimizer.Step();
            },
        });
        Assert.True(losses > 200);
    }

    [Fact]
    public void Decaying_a_parameter_without_a_gradient_is_caught()
    {
        CheckException e = Assert.Throws<CheckException>(() => CheckOptimizer.Run(static p => new DecaysAll(p)));
        Assert.Contains(e.Failures, static f => f.Aspect == Aspect.NoGradient && f.Message.Contains("moves", StringComparison.Ordinal));
    }

    [Fact]
    public void An_optimizer_that_prints_something_else_is_caught()
    {
        CheckException e = Assert.Throws<CheckException>(() => CheckOptimizer.Run(static p => new Silent(p)));
        Assert.Equal(Aspect.Printing, Assert.Single(e.Failures).Aspect);
    }

    private sealed record FaultyOptions : OptimizerOptions;

    private sealed class Faulty(IEnumerable<Tensor> parameters, Action<Tensor, Tensor, ParameterState, Faulty> update)
        : Optimizer<FaultyOptions>(parameters, new FaultyOptions { LearningRate = 0.1 })
    {
        public int Hidden { get; set; }

        public double Last { get; set; }

        protected override IReadOnlyList<string> StateNames => [];

        protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, FaultyOptions options) =>
            update(parameter, gradient, state, this);
    }

    private sealed class DecaysAll(IEnumerable<Tensor> parameters)
        : Optimizer<FaultyOptions>(parameters, new FaultyOptions { LearningRate = 0.1 })
    {
        protected override IReadOnlyList<string> StateNames => [];

        public override void Step()
        {
            using GradMode.Region region = GradMode.NoGrad();
            foreach (Tensor parameter in ParameterGroups.SelectMany(static group => group.Parameters))
            {
                parameter.MultiplyInPlace(1 - (0.01 * LearningRate));
            }

            base.Step();
        }

        protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, FaultyOptions options) =>
            parameter.SubtractInPlace(gradient * options.LearningRate);
    }

    private sealed class Silent(IEnumerable<Tensor> parameters)
        : Optimizer<FaultyOptions>(parameters, new FaultyOptions { LearningRate = 0.1 })
    {
        protected override IReadOnlyList<string> StateNames => [];

        public override string ToString() => "an optimizer";

        protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, FaultyOptions options) =>
            parameter.SubtractInPlace(gradient * options.LearningRate);
    }
}
