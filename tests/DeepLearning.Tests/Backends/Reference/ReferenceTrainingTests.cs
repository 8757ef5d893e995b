using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Samples.Digits;
using DeepLearning.Schedules;
using DeepLearning.Training;

namespace DeepLearning.Tests.Backends.Reference;

[Trait("Category", "Slow")]
public sealed class ReferenceTrainingTests
{
    private const int Epochs = 2;
    private const int Images = 128;

    [Fact]
    public void Digits_trains_to_the_same_curve_within_rounding()
    {
        (DigitsData training, DigitsData test) = DigitsData.Load(DigitsData.DefaultPath).Split();
        History expected = Train(Device.Cpu, training, test), found = Train(ReferenceDevice.Instance, training, test);
        Assert.True(expected["loss"][^1] < expected["loss"][0], "Nothing was learned.");
        foreach (string figure in (string[])["loss", "val_loss"])
        {
            for (int epoch = 0; epoch < Epochs; epoch++)
            {
                Assert.Equal(expected[figure][epoch], found[figure][epoch], 1e-3 * expected[figure][epoch]);
            }
        }

        Assert.Equal(expected["val_accuracy"][^1], found["val_accuracy"][^1], 0.02);
    }

    private static History Train(Device device, DigitsData training, DigitsData test)
    {
        Generator.Default.ManualSeed(1);
        DataLoader<Example, Example> loader = DataLoader.Create(Set(training, Images), 32, shuffle: true, seed: 1);
        IDataLoader<Example> validation = DataLoader.Create(Set(test, Images / 4), 32);
        DigitsNet model = new();
        Adam optimizer = new(model.Parameters(), 1.5e-3);
        model.To(device);
        Trainer trainer = new(model, optimizer, static (scores, digits) => Loss.CrossEntropy(scores, digits))
        {
            Metrics = [Metric.Accuracy()],
            Schedule = new CosineSchedule(Epochs * loader.Count),
            PrintProgress = false,
        };
        trainer.Fit(loader.To(device), Epochs, validation.To(device));
        return trainer.History;
    }

    private static TensorDataset Set(DigitsData data, int count) => new(
        Tensor.From(data.Pixels).Reshape(-1, 1, DigitsData.Side, DigitsData.Side)[..count],
        Tensor.From(data.Labels)[..count].To(DType.Int64));
}
