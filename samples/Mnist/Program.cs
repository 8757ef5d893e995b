using DeepLearning;
using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Samples;
using DeepLearning.Samples.Mnist;
using DeepLearning.Schedules;
using DeepLearning.Training;
using DeepLearning.Training.Terminal;

const int BatchSize = 64;
const double LearningRate = 4e-3;

ImageOptions usual = new()
{
    Name = "Mnist",
    Purpose = "Trains LeNet-5 to read handwritten digits (MNIST).",
    Data = WellKnownDatasets.Mnist,
    Epochs = 6,
};
return ImageSample.Run(args, usual, Run);

static int Run(ImageOptions options)
{
    Device device = ComputeDevice.Of(options.Device);

    // 60,000 images to learn from, a part of which is held out to watch the training by; 10,000 others are for the test at the end.
    ImageSets mnist = Mnist.Load(options.DataFolder, options.Download);
    (Subset<Example, Example> learned, Subset<Example, Example> heldOut) = mnist.Training.First(options.Limit).HoldOut();
    DataLoader<Example, Example> training =
        DataLoader.Create(learned.Map(Augmentation.Shift), BatchSize, shuffle: true, workers: 1, seed: options.Seed);
    DataLoader<Example, Example> validation = DataLoader.Create(heldOut, 500);

    // The learning rate rises for half an epoch, then falls to 0 along a cosine: the last epoch is the best, and no epoch must be chosen.
    Generator.Default.ManualSeed(options.Seed);
    LeNet5 model = new();
    long steps = (long)options.Epochs * training.Count, warmUp = training.Count / 2;
    Trainer trainer = new(model, new AdamW(model.Parameters(), LearningRate), new CrossEntropyLoss())
    {
        Metrics = [Metric.Accuracy()],
        Schedule = new CosineSchedule(steps - warmUp).AfterWarmUp(warmUp),
        Checkpoints = options.Checkpoint is { } file ? new CheckpointSettings(file) : null,
    };
    Console.WriteLine(model.Summary(1, 1, 28, 28));
    model.To(device);

    // Shows bars, or lines where the output is not a terminal. Ctrl-C ends it after the batch, with the checkpoint saved.
    ConsoleOutcome outcome = trainer.FitWithConsole(
        training.To(device), options.Epochs, validation.To(device), resume: options.Checkpoint is not null);
    if (outcome.Completed)
    {
        Outcome.Tell(
            trainer, mnist, options,
            ("learning rate", $"{LearningRate} after a warm-up of half an epoch, then along a cosine to 0"),
            ("batch size", $"{BatchSize}"), ("augmentation", "shifts by up to a pixel"));
    }

    return outcome.ExitCode;
}
