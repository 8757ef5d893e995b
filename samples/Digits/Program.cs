using System.Globalization;
using DeepLearning;
using DeepLearning.Samples.Digits;

const string ReportFile = "digits-report.html";

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--help" or "-h"])
{
    Console.WriteLine(Options.Usage);
    return 0;
}

Options options;
try
{
    options = Options.Parse(args);
}
catch (ArgumentException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

try
{
    // A fifth of the images is the test, the same in every run.
    (DigitsData training, DigitsData test) = DigitsData.Load(DigitsData.DefaultPath).Split();
    Console.WriteLine($"{training.Count} training images, {test.Count} test images, {Parallelism.Threads} threads");
    DigitsRun run = DigitsRun.Start(options, training, test, Console.Out, new ProgressLine());
    run.ToReport(options).Save(ReportFile);
    Console.WriteLine(run.Confusion);
    Console.WriteLine($"report: {Path.GetFullPath(ReportFile)}");
    Console.WriteLine($"test accuracy {run.Confusion.Accuracy:0.0000}");
    return 0;
}
catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
