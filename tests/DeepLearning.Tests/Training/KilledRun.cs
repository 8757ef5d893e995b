using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>The program that <see cref="KillTests"/> kills: it resumes its run if there is a checkpoint, and trains to the end.</summary>
internal static class KilledRun
{
    public const string Argument = "killed-run", BatchEnded = "batch", Checkpoint = "run.safetensors", Final = "final.safetensors";

    private const int Epochs = 40;

    /// <summary>Runs in a child process, in a folder of its own.</summary>
    public static int Run(string folder)
    {
        Trainer trainer = Create(Path.Combine(folder, Checkpoint));
        trainer.TryResume();
        trainer.Callbacks.Add(new TrainerTests.Watcher { OnBatch = static (_, _) => Console.WriteLine(BatchEnded) });
        Train(trainer);
        trainer.Model.Save(Path.Combine(folder, Final));
        return 0;
    }

    public static Trainer Create(string? checkpoint)
    {
        Blobs.Net model = Blobs.Model(1);
        return new Trainer(model, new Adam(model.Parameters(), 0.01), static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            PrintProgress = false,
            Metrics = [Metric.Accuracy()],
            Schedule = new CosineSchedule(400),
            Checkpoints = checkpoint is null ? null : new CheckpointSettings(checkpoint) { EveryBatches = 1 },
            Callbacks = [new BestModel("val_loss", restore: false)],
        };
    }

    public static void Train(Trainer trainer) =>
        Blobs.Seeded(() => trainer.Fit(Blobs.Loader(workers: 1), Epochs, Blobs.Validation()));
}
