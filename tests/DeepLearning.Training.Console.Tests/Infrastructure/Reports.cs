using DeepLearning.Training;

namespace DeepLearning.Tests.Training.Terminal.Infrastructure;

/// <summary>What a trainer tells, made up.</summary>
internal static class Reports
{
    public static TrainingProgress Batch(
        int epoch = 2, int epochs = 20, int batch = 312, int batches = 938, TrainingPhase phase = TrainingPhase.Training) => new()
        {
            Phase = phase,
            Epoch = epoch,
            Epochs = epochs,
            Batch = batch,
            Batches = batches,
            Values = new OrderedDictionary<string, double> { ["loss"] = 0.12345, ["accuracy"] = 0.9612 },
            LearningRate = 0.001,
            SamplesPerSecond = 12345.6,
            Elapsed = TimeSpan.FromSeconds(72),
            Remaining = TimeSpan.FromSeconds(3605),
        };

    public static TrainingProgress Epoch(int epoch, int epochs = 20, double loss = 0.5, double accuracy = 0.75) =>
        Batch(epoch, epochs, 938) with
        {
            Phase = TrainingPhase.EpochEnd,
            Values = Record(epoch, loss, accuracy).Values,
            Record = Record(epoch, loss, accuracy),
        };

    private static EpochRecord Record(int epoch, double loss, double accuracy) => new(
        epoch,
        new OrderedDictionary<string, double>
        {
            ["loss"] = 1.25,
            ["accuracy"] = 0.5,
            ["val_loss"] = loss,
            ["val_accuracy"] = accuracy,
        },
        0.001, 60_000, TimeSpan.FromSeconds(5), TimeSpan.Zero);
}
