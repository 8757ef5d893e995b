using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Tests.Layers;

/// <summary>What puts a model into evaluation mode for a while leaves each of its modules as it was.</summary>
public sealed class ModuleModesTests
{
    public static TheoryData<string> Users => ["fit", "evaluate", "predict", "predict from a loader", "summary", "graph"];

    [Theory]
    [MemberData(nameof(Users))]
    public void A_part_that_was_frozen_stays_frozen(string user)
    {
        BatchNorm1d frozen = new(3);
        Sequential model = new(new Linear(2, 3), frozen, new Dropout(0.5), new Linear(3, 1));
        TensorDataset points = new(Tensor.Ones(6, 2), Tensor.Zeros(6, 1));
        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), new MSELoss()) { PrintProgress = false };
        frozen.Eval();
        Action use = user switch
        {
            "fit" => () => trainer.Fit(DataLoader.Create(points, 3), 1, DataLoader.Create(points, 3)),
            "evaluate" => () => trainer.Evaluate(DataLoader.Create(points, 3)),
            "predict" => () => trainer.Predict(points.Inputs, 2),
            "predict from a loader" => () => trainer.Predict(DataLoader.Create(points, 3)),
            "summary" => () => model.Summary(1, 2),
            _ => () => ModuleGraph.Of(model, Tensor.Ones(1, 2)),
        };
        use();
        Assert.Equal([true, true, false, true, true], model.Modules().Select(static module => module.Training));
    }

    [Fact]
    public void A_failure_leaves_them_too()
    {
        Sequential model = new(new Linear(2, 3), new Dropout(0.5));
        model[0].Eval();
        Assert.Throws<ShapeException>(() => model.Summary(1, 7));
        Assert.Throws<ShapeException>(() => ModuleGraph.Of(model, Tensor.Ones(1, 7)));
        Assert.Equal([true, false, true], model.Modules().Select(static module => module.Training));
    }
}
