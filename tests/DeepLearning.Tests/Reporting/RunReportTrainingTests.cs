using System.Xml.Linq;
using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Reporting;
using DeepLearning.Schedules;
using DeepLearning.Training;

namespace DeepLearning.Tests.Reporting;

public sealed class RunReportTrainingTests
{
    [Fact]
    public void A_training_gives_a_chart_a_figure_and_its_settings()
    {
        Trainer trainer = Trained(new ExponentialSchedule(0.9), validates: true);
        RunReport report = RunReport.From("run", trainer);
        Assert.Equal(["Loss", "Accuracy", "Learning rate"], report.Charts.Select(static c => c.Title));
        LineChart loss = (LineChart)report.Charts[0], accuracy = (LineChart)report.Charts[1];
        Assert.Equal(["training", "validation"], loss.Curves.Select(static c => c.Name));
        Assert.Equal(trainer.History["val_loss"], loss.Curves[1].Values);
        Assert.True(loss.LogScale && accuracy.Percent && !accuracy.LogScale);
        Assert.Contains("least val_loss", report.Summary, StringComparison.Ordinal);
        Assert.Equal(
            ["model", "optimizer", "schedule", "epochs", "steps", "samples an epoch", "training time"],
            report.Configuration.Select(static c => c.Name));
        Assert.Contains(("model", "Linear, 6 parameters"), report.Configuration);
        Assert.Contains(("schedule", "times 0.9 a step; steps are batches"), report.Configuration);
        XDocument.Parse(report.ToHtml());
    }

    [Fact]
    public void A_constant_learning_rate_has_no_chart_and_no_epochs_are_said_so()
    {
        Trainer trainer = Trained(null, validates: false);
        Assert.Equal(["Loss", "Accuracy"], RunReport.From("run", trainer.History).Charts.Select(static c => c.Title));
        Assert.Contains(("learning rate", "0.01"), RunReport.From("run", trainer).Configuration);
        RunReport none = RunReport.From("none", new History());
        Assert.Equal("No epoch has ended.", none.Summary);
        XDocument.Parse(none.ToHtml());
    }

    private static Trainer Trained(Schedule? schedule, bool validates)
    {
        Generator generator = new(1);
        TensorDataset data = new(
            Tensor.Randn([20, 2], generator: generator), Tensor.RandInt(2, [20], generator: generator));
        Linear model = new(2, 2);
        Trainer trainer = new(model, new Adam(model.Parameters(), 0.01), static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            Metrics = [Metric.Accuracy()],
            Schedule = schedule,
        };
        trainer.Fit(DataLoader.Create(data, 5), 3, validates ? DataLoader.Create(data, 10) : null);
        return trainer;
    }
}
