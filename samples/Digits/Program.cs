using DeepLearning;
using DeepLearning.Samples;
using DeepLearning.Samples.Digits;

const string ReportFile = "digits-report.html";

return CommandLine.Run(args, Options.Command, Options.From, static options =>
{
    // A fifth of the images is the test, the same in every run.
    (DigitsData training, DigitsData test) = DigitsData.Load(DigitsData.DefaultPath).Split();
    Console.WriteLine($"{training.Count} training images, {test.Count} test images, {Parallelism.Threads} threads");
    DigitsRun run = DigitsRun.Start(options, training, test, Console.Out, new ProgressLine());
    run.ToReport(options).Save(ReportFile);
    Console.WriteLine(run.Confusion);
    Console.WriteLine($"report: {Path.GetFullPath(ReportFile)}");
    if (options.Fingerprint)
    {
        Console.WriteLine($"fingerprint {run.Fingerprint}");
    }

    Console.WriteLine($"test accuracy {run.Confusion.Accuracy:0.0000}");
    return 0;
});
