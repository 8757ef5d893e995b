using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Training;

namespace DeepLearning.Tests.Printing;

/// <summary>What users print to see what they have; that every type has such a text is seen by PrintedTypesTests.</summary>
[Trait("Rerun", "Culture")]
public sealed class PrintedObjectsTests
{
    private readonly Linear _model = new(2, 3, generator: new Generator(1));
    private readonly TensorDataset _set = new(Tensor.Zeros(100, 2), Tensor.Zeros([100], DType.Int64));

    [Fact]
    public void An_optimizer_prints_its_parameters_and_options()
    {
        Assert.Equal(
            "Adam: 2 parameters, 9 numbers; learning_rate 0.001, beta1 0.9, beta2 0.999, eps 1E-08, weight_decay 0",
            Sorted(new Adam(_model.Parameters())));
        Assert.Contains("nesterov", new SGD(_model.Parameters(), 0.1, momentum: 0.9, nesterov: true).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("nesterov", new SGD(_model.Parameters(), 0.1).ToString(), StringComparison.Ordinal);
        Assert.Equal(2, new SGD(
            new ParameterGroup<SGDOptions>([_model.Weight], new SGDOptions { LearningRate = 0.5 }),
            new ParameterGroup<SGDOptions>([_model.Bias!], new SGDOptions())).ToString().Split('|').Length);
    }

    [Fact]
    public void Data_print_their_sizes()
    {
        Assert.Equal("TensorDataset: 100 samples, inputs float32[100, 2], targets int64[100]", $"{_set}");
        Assert.Equal($"Subset: 80 of 100 samples of {_set}", $"{_set.RandomSplit([80, 20], new Generator(1))[0]}");
        Assert.Equal($"DataLoader: 4 batches of 32, 100 samples, shuffled, 2 workers of {_set}",
            $"{DataLoader.Create(_set, 32, shuffle: true, workers: 2, seed: 1)}");
        Assert.Equal("Standardizer(not fitted)", $"{new Standardizer()}");
        Assert.Equal("Standardizer(2 columns)", $"{new Standardizer().Fit(Tensor.Randn([8, 2], generator: new Generator(1)))}");
        Assert.Equal("LabelEncoder(2 classes: a, b)", $"{new LabelEncoder().Fit(["b", "a"])}");
    }

    [Fact]
    public void A_training_prints_how_far_it_is()
    {
        Trainer trainer = new(_model, new Adam(_model.Parameters()), new CrossEntropyLoss()) { Metrics = [Metric.Accuracy()] };
        Assert.Equal("Trainer of Linear with Adam: 9 parameters, 0 epochs and 0 steps done", $"{trainer}");
        trainer.Fit(DataLoader.Create(_set, 50), 1);
        Assert.Equal("Trainer of Linear with Adam: 9 parameters, 1 epochs and 2 steps done", $"{trainer}");
        Assert.StartsWith("accuracy ", $"{trainer.Metrics[0]}", StringComparison.Ordinal);
        Assert.Equal("EarlyStopping(val_loss, patience 5): waited 0", $"{new EarlyStopping()}");
        Assert.Equal("BestModel(val_loss): no epoch yet", $"{new BestModel()}");
        LearningRateScheduler scheduler = new(new SGD(_model.Parameters(), 0.5), new StepSchedule(2, 0.5));
        Assert.EndsWith("after 0 steps: learning rate 0.5", $"{scheduler}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_generator_prints_where_it_stands()
    {
        Generator generator = new(5);
        Assert.Equal("Generator(seed 5, position 0)", $"{generator}");
        generator.NextDouble();
        Assert.Equal($"Generator(seed 5, position {generator.State.Position})", $"{generator}");
        Assert.NotEqual(0UL, generator.State.Position);
        Assert.Contains(", stream ", $"{generator.Fork()}", StringComparison.Ordinal);
    }

    /// <summary>The options in a known order: the base's come first or last.</summary>
    private static string Sorted(Optimizer optimizer)
    {
        string[] parts = optimizer.ToString().Split("; ");
        string[] order = ["learning_rate", "beta1", "beta2", "eps", "weight_decay"];
        return $"{parts[0]}; {string.Join(", ", parts[1].Split(", ").OrderBy(option => Array.IndexOf(order, option.Split(' ')[0])))}";
    }
}
