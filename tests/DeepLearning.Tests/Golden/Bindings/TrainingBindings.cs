using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Training;

namespace DeepLearning.Tests.Golden;

internal static class TrainingBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["StepLR"] = c => Rates(new StepSchedule(c.Int("step_size"), c.Double("gamma", 0.1))),
        ["MultiStepLR"] = c => Rates(new MultiStepSchedule(c.Ints("milestones").Select(static m => (long)m), c.Double("gamma"))),
        ["ExponentialLR"] = c => Rates(new ExponentialSchedule(c.Double("gamma"))),
        ["LinearLR"] = c => Rates(new LinearSchedule(c.Int("total_iters"), c.Double("start_factor"), c.Double("end_factor"))),
        ["PolynomialLR"] = c => Rates(new PolynomialSchedule(c.Int("total_iters"), c.Double("power"))),
        // PyTorch's minimum is a rate, ours a share of the rate, which is 0.5.
        ["CosineAnnealingLR"] = c => Rates(new CosineSchedule(c.Int("T_max"), c.Double("eta_min") / 0.5)),
        ["LambdaLR.inverse"] = c => Rates(new InverseTimeSchedule(c.Double("decay"))),
        ["SequentialLR.warm_up"] = c => Rates(new CosineSchedule(c.Int("steps")).AfterWarmUp(c.Int("warm"))),
        ["accuracy"] = c => Figure(c, Metric.Accuracy()),
        ["top_k_accuracy"] = c => Figure(c, Metric.TopKAccuracy(c.Int("k"))),
        ["precision"] = c => Figure(c, Metric.Precision(c[0].Size(1), Average(c))),
        ["recall"] = c => Figure(c, Metric.Recall(c[0].Size(1), Average(c))),
        ["f1"] = c => Figure(c, Metric.F1(c[0].Size(1), Average(c))),
        ["mae"] = c => Figure(c, Metric.MeanAbsoluteError()),
        ["mse"] = c => Figure(c, Metric.MeanSquaredError()),
        ["rmse"] = c => Figure(c, Metric.RootMeanSquaredError()),
        ["r2"] = c => Figure(c, Metric.R2()),
    };

    private static Tensor[] Rates(Schedule schedule)
    {
        SGD optimizer = new([new Parameter(Tensor.Zeros(1))], 0.5);
        LearningRateScheduler scheduler = new(optimizer, schedule);
        List<double> rates = [];
        for (int step = 0; step < 30; step++)
        {
            rates.Add(optimizer.LearningRate);
            scheduler.Step();
        }

        return [Tensor.From(rates.ToArray())];
    }

    private static ClassAverage Average(GoldenCall c) => Enum.Parse<ClassAverage>(c.Text("average"), ignoreCase: true);

    /// <summary>In two batches, with the state carried over to another metric between them.</summary>
    private static Tensor[] Figure(GoldenCall c, Metric metric)
    {
        int half = c[0].Size(0) / 3;
        metric.Update(c[0][..half], c[1][..half]);
        Tensor state = metric.State.Clone();
        metric.Reset();
        metric.State = state;
        metric.Update(c[0][half..], c[1][half..]);
        return [Tensor.FromScalar(metric.Value, DType.Float64)];
    }
}
