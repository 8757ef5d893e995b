using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Arguments that cannot be are refused by name.</summary>
public class ArgumentTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void What_is_looked_up_by_name_has_one(string name)
    {
        SGD optimizer = new([new Parameter(Tensor.Zeros(1))], 0.1);
        Refused("figure", () => new EarlyStopping(name));
        Refused("figure", () => new BestModel(name));
        Refused("figure", () => new ReduceLearningRate(new ReduceOnPlateau(optimizer), name));
        Refused("name", () => Metric.Accuracy(name));
        Refused("name", () => Metric.Silhouette(name));
        Refused("name", () => new ModelRegistry().Add(name, static s => new Linear(s.Inputs, s.Outputs)));
        Refused("path", () => new CheckpointSettings(name));
        Trainer trainer = Blobs.Trainer(Blobs.Model(1));
        Refused("reason", () => trainer.Stop(name));
        Refused("path", () => trainer.SaveCheckpoint(name));
        Refused("path", () => trainer.LoadCheckpoint(name));
    }

    [Fact]
    public void A_setting_is_asked_for_by_name() => Refused("name", static () => new ModelSettings(1, 1).Text(""));

    [Fact]
    public void Numbers_of_what_is_counted_are_not_too_small()
    {
        Refused("patience", static () => new EarlyStopping(patience: 0));
        Refused("minDelta", static () => new EarlyStopping(minDelta: -double.Epsilon));
        Refused("order", static () => new Bleu(0));
        Refused("order", static () => Metric.BleuScore(0));
        Refused("k", static () => Metric.TopKAccuracy(0));
        Refused("classes", static () => Metric.RocAuc(0));
        Refused("classes", static () => Metric.AveragePrecision(0));
        Refused("classes", static () => Metric.Recall(0));
        Refused("classes", static () => new ConfusionMatrix(0));
        Refused("beta", static () => Metric.FBeta(2, -double.Epsilon));
        Refused("beta", static () => new ConfusionMatrix(2).FBeta(0, -double.Epsilon));
        Refused("inputs", static () => new ModelSettings(0, 1));
        Refused("outputs", static () => new ModelSettings(1, 0));
        Refused("value", static () => new CheckpointSettings("x") { EveryEpochs = 0 });
        Refused("batches", static () => new CheckpointSettings("x") { EveryBatches = 0 });
        Blobs.Net model = Blobs.Model(1);
        Refused("batchSize", () => Blobs.Trainer(model).Predict(Tensor.Zeros(1, 2), 0));
        Refused("epochs", () => Blobs.Trainer(model).Fit(Blobs.Loader(), -1));
        Refused("value", () => new Trainer(model, new SGD(model.Parameters(), 1), static (x, _) => x) { AccumulateBatches = 0 });
    }

    [Fact]
    public void The_least_that_can_be_counted_is_allowed()
    {
        Assert.Equal(1, new EarlyStopping(patience: 1).Patience);
        Assert.Equal((1, 1), (new CheckpointSettings("x") { EveryEpochs = 1 }.EveryEpochs, new ModelSettings(1, 1).Inputs));
        Assert.Equal(1, new CheckpointSettings("x") { EveryBatches = 1 }.EveryBatches);
        Assert.Null(new CheckpointSettings("x") { EveryBatches = null }.EveryBatches);
        Metric one = Metric.TopKAccuracy(1);
        one.Update(Tensor.From(new float[,] { { 1, 2 }, { 2, 1 } }), Tensor.From([1L, 1]));
        Assert.Equal(0.5, one.Value);
        Metric precision = Metric.FBeta(2, 0);
        precision.Update(Tensor.From([1L, 1, 1, 0]), Tensor.From([1L, 0, 1, 1]));
        Assert.Equal((0 + (2.0 / 3)) / 2, precision.Value, 1e-12);
        Assert.Empty(Blobs.Trainer(Blobs.Model(1)).Fit(Blobs.Loader(), 0));
        Assert.Equal([2, 3], Blobs.Trainer(Blobs.Model(1)).Predict(Tensor.Zeros(2, 2), 1).Shape.ToArray());
    }

    private static void Refused(string name, Func<object?> make) => Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(make).ParamName);

    private static void Refused(string name, Action run) => Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(run).ParamName);
}
