using System.Text.Json;
using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>Sequences and products of any schedules, which fuzzing/modules/schedules.py draws.</summary>
internal static class ScheduleSequenceBindings
{
    private const int Steps = 66;

    private static readonly double[] s_rates = [0.5, 0.2];

    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["lr.SequentialLR.any"] = c => Rates(Parts(c).Skip(1).Zip(c.Ints("milestones"))
            .Aggregate(Parts(c).First(), static (before, next) => before.Then(next.Second, next.First))),
        ["lr.ChainedScheduler.any"] = c => Rates(Parts(c).First().With([.. Parts(c).Skip(1)])),
    };

    private static IEnumerable<Schedule> Parts(GoldenCall c) => c.Case.Argument("parts").EnumerateArray().Select(Make);

    private static Schedule Make(JsonElement part) => part.GetProperty("name").GetString() switch
    {
        "StepLR" => new StepSchedule(Whole(part, "step_size", 0), Number(part, "gamma", 0.1)),
        "MultiStepLR" => new MultiStepSchedule(
            part.GetProperty("milestones").EnumerateArray().Select(static m => m.GetInt64()), Number(part, "gamma", 0.1)),
        "ConstantLR" => new ConstantSchedule(Number(part, "factor", 1.0 / 3)).Then(Whole(part, "total_iters", 5), new ConstantSchedule()),
        "LinearLR" => new LinearSchedule(
            Whole(part, "total_iters", 5), Number(part, "start_factor", 1.0 / 3), Number(part, "end_factor", 1)),
        "ExponentialLR" => new ExponentialSchedule(Number(part, "gamma", 1)),
        "PolynomialLR" => new PolynomialSchedule(Whole(part, "total_iters", 5), Number(part, "power", 1)),
        "CosineAnnealingLR" => new CosineSchedule(Whole(part, "T_max", 0), risesAgain: true),
        _ => new CosineRestartsSchedule(Whole(part, "T_0", 0), Whole(part, "T_mult", 1)),
    };

    private static double Number(JsonElement part, string name, double otherwise) =>
        part.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;

    private static int Whole(JsonElement part, string name, int otherwise) => (int)Number(part, name, otherwise);

    private static Tensor[] Rates(Schedule schedule)
    {
        SGD optimizer = new(s_rates.Select(static rate => new ParameterGroup<SGDOptions>(
            [new Parameter(Tensor.Zeros(1))], new SGDOptions { LearningRate = rate })));
        LearningRateScheduler scheduler = new(optimizer, schedule);
        List<double> rates = [];
        for (int t = 0; t < Steps; t++)
        {
            rates.AddRange(optimizer.ParameterGroups.Select(static group => group.Options.LearningRate));
            scheduler.Step();
        }

        return [Tensor.From([.. rates], Steps, s_rates.Length)];
    }
}
