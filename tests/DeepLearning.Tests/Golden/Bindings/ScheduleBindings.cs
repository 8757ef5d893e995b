using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Tests.Golden;

/// <summary>
/// The group of schedules.py: two groups with the rates 0.5 and 0.2. PyTorch's rates are ours divided by the group's: a least rate is a
/// least factor, and the greatest rate of a cycle is what the group starts with.
/// </summary>
internal static class ScheduleBindings
{
    private const int Steps = 66;

    private static readonly double[] s_rates = [0.5, 0.2];

    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["lr.LambdaLR"] = c => Rates(
            c, new LambdaSchedule(t => 1 / (1 + (c.Double("decay") * t))), new LambdaSchedule(t => Math.Pow(c.Double("gamma"), t))),
        ["lr.MultiplicativeLR"] = c => Rates(c, new MultiplicativeSchedule(t => 1 - (c.Double("by") / (t + 1)))),
        ["lr.StepLR"] = c => Rates(c, new StepSchedule(c.Int("step_size"), c.Double("gamma", 0.1))),
        ["lr.MultiStepLR"] = c => Rates(
            c, new MultiStepSchedule(c.Ints("milestones").Select(static m => (long)m), c.Double("gamma", 0.1))),
        ["lr.ConstantLR"] = c => Rates(c, Constant(c.Double("factor", 1.0 / 3), c.Int("total_iters", 5))),
        ["lr.LinearLR"] = c => Rates(
            c, new LinearSchedule(c.Int("total_iters", 5), c.Double("start_factor", 1.0 / 3), c.Double("end_factor", 1))),
        ["lr.ExponentialLR"] = c => Rates(c, new ExponentialSchedule(c.Double("gamma"))),
        ["lr.PolynomialLR"] = c => Rates(c, new PolynomialSchedule(c.Int("total_iters", 5), c.Double("power", 1))),
        ["lr.CosineAnnealingLR"] = c => Rates(
            c, Each(rate => new CosineSchedule(c.Int("T_max"), c.Double("eta_min", 0) / rate, risesAgain: true))),
        ["lr.CosineAnnealingWarmRestarts"] = c => Rates(
            c, Each(rate => new CosineRestartsSchedule(c.Int("T_0"), c.Int("T_mult", 1), c.Double("eta_min", 0) / rate))),
        ["lr.CyclicLR"] = c => Rates(c, Cycles(c, null)),
        ["lr.CyclicLR.scale"] = c => Rates(c, Cycles(c, static x => 1 / (1 + (0.1 * x)))),
        ["lr.OneCycleLR"] = c => Rates(
            c, Each(rate => OneCycle(c, c.Int("total_steps")).With(new ConstantSchedule(c.Double("max_lr") / rate)))),
        ["lr.OneCycleLR.epochs"] = c => Rates(c, [.. Most(c).Zip(s_rates, (most, rate) =>
            OneCycle(c, c.Int("epochs") * c.Int("steps_per_epoch")).With(new ConstantSchedule(most / rate)))]),
        ["lr.SequentialLR"] = c => Rates(c, new CosineSchedule(c.Int("steps"), risesAgain: true).AfterWarmUp(c.Int("warm"))),
        ["lr.SequentialLR.three"] = c => Rates(
            c, new ConstantSchedule(0.5).Then(c.Ints("milestones")[0], new ExponentialSchedule(0.9))
                .Then(c.Ints("milestones")[1], new StepSchedule(5, 0.5))),
        ["lr.ChainedScheduler"] = c => Rates(c, Constant(0.1, 12).With(new ExponentialSchedule(0.97), new StepSchedule(20, 0.5))),
        ["lr.ChainedScheduler.linear"] = c => Rates(
            c, new LinearSchedule(10, 0.25, 1).With(new PolynomialSchedule(70, 2), new MultiplicativeSchedule(static _ => 0.99))),
        ["lr.Noam"] = c => Rates(c, new NoamSchedule(c.Int("size"), c.Int("warm"))),
        ["lr.InverseTime"] = c => Rates(c, new InverseTimeSchedule(c.Double("decay"))),
        ["lr.ReduceLROnPlateau"] = Plateau,
        ["lr.SWALR"] = c => Rates(c, [.. Numbers(c, "swa_lr").Zip(s_rates, (swa, rate) => new SwaSchedule(
            new ExponentialSchedule(c.Double("gamma")), c.Int("start"), swa / rate, c.Int("anneal_epochs", 10),
            c.Text("anneal_strategy", "cos") == "cos" ? Annealing.Cosine : Annealing.Linear))]),
    };

    private static Schedule Constant(double factor, int steps) => new ConstantSchedule(factor).Then(steps, new ConstantSchedule());

    private static Schedule[] Each(Func<double, Schedule> make) => [.. s_rates.Select(make)];

    private static double[] Most(GoldenCall c) => Numbers(c, "max_lr");

    /// <summary>A list, or one number for both groups.</summary>
    private static double[] Numbers(GoldenCall c, string name) =>
        c.Case.Argument(name) is { ValueKind: System.Text.Json.JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(static v => v.GetDouble())]
            : [c.Double(name), c.Double(name)];

    private static Schedule[] Cycles(GoldenCall c, Func<double, double>? scale) => Each(rate => new CyclicSchedule(
        c.Double("base_lr") / rate, c.Double("max_lr") / rate, c.Int("step_size_up"),
        c.Has("step_size_down") ? c.Int("step_size_down") : null,
        c.Text("mode", "triangular") switch
        {
            "triangular" => CycleMode.Triangular,
            "triangular2" => CycleMode.Triangular2,
            _ => CycleMode.ExpRange,
        },
        c.Double("gamma", 1), c.Bool("cycle_momentum", true), c.Double("base_momentum", 0.8), c.Double("max_momentum", 0.9), scale,
        c.Text("scale_mode", "cycle") == "iterations"));

    private static OneCycleSchedule OneCycle(GoldenCall c, int steps) => new(
        steps, c.Double("pct_start", 0.3), c.Text("anneal_strategy", "cos") == "cos" ? Annealing.Cosine : Annealing.Linear,
        c.Bool("cycle_momentum", true), c.Double("base_momentum", 0.85), c.Double("max_momentum", 0.95), c.Double("div_factor", 25),
        c.Double("final_div_factor", 1e4), c.Bool("three_phase", false));

    private static Optimizer Optimizer(string kind)
    {
        Tensor[] parameters = [new Parameter(Tensor.Zeros(1)), new Parameter(Tensor.Zeros(1))];
        return kind switch
        {
            "SGD" => new SGD(Groups(new SGDOptions { Momentum = 0.7 })),
            "Adam" => new Adam(Groups(new AdamOptions())),
            _ => new AdamW(Groups(new AdamOptions())),
        };

        IEnumerable<ParameterGroup<T>> Groups<T>(T options)
            where T : OptimizerOptions => parameters.Zip(s_rates, (parameter, rate) =>
        {
            ParameterGroup<T> group = new([parameter], options);
            group.Options.LearningRate = rate;
            return group;
        });
    }

    private static Tensor[] Rates(GoldenCall c, params Schedule[] schedules)
    {
        Optimizer optimizer = Optimizer(c.Text("optimizer", "SGD"));
        LearningRateScheduler scheduler = schedules.Length == 1 ? new(optimizer, schedules[0]) : new(optimizer, schedules);
        bool hasMomentum = c.Bool("cycle_momentum", false);
        Tensor[] recorded = Follow(optimizer, _ => scheduler.Step());
        return recorded[..(hasMomentum ? 2 : 1)];
    }

    private static Tensor[] Plateau(GoldenCall c)
    {
        Optimizer optimizer = Optimizer("SGD");
        bool higher = c.Text("mode", "min") == "max";
        double factor = c.Double("factor", 0.1), threshold = c.Double("threshold", 1e-4), eps = c.Double("eps", 1e-8);
        int patience = c.Int("patience", 10), cooldown = c.Int("cooldown", 0);
        ThresholdMode mode = c.Text("threshold_mode", "rel") == "abs" ? ThresholdMode.Absolute : ThresholdMode.Relative;
        ReduceOnPlateau plateau = c.Has("min_lr") && c.Case.Argument("min_lr").ValueKind == System.Text.Json.JsonValueKind.Array
            ? new(optimizer, Numbers(c, "min_lr"), higher, factor, patience, threshold, mode, cooldown, eps)
            : new(optimizer, higher, factor, patience, threshold, mode, cooldown, c.Double("min_lr", 0), eps);
        double[] figures = c[0].ToArray<double>();
        return Follow(optimizer, t => plateau.Step(figures[t]))[..1];
    }

    private static Tensor[] Follow(Optimizer optimizer, Action<int> step)
    {
        List<double> rates = [], momenta = [];
        for (int t = 0; t < Steps; t++)
        {
            rates.AddRange(optimizer.ParameterGroups.Select(static group => group.Options.LearningRate));
            momenta.Add(optimizer.ParameterGroups[0].Options switch
            {
                SGDOptions sgd => sgd.Momentum,
                AdamOptions adam => adam.Beta1,
                _ => double.NaN,
            });
            step(t);
        }

        return [Tensor.From([.. rates], Steps, s_rates.Length), Tensor.From([.. momenta])];
    }
}
