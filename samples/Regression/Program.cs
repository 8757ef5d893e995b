using System.Globalization;
using DeepLearning.Samples.Regression;

const string ReportFile = "regression-report.html", ModelFile = "regression.safetensors";

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
    Scores scores = new Experiment(RegressionData.Load(options), options, Console.Out).Run(ReportFile, ModelFile);
    Console.WriteLine($"report: {Path.GetFullPath(ReportFile)}");
    Console.WriteLine($"test RMSE {scores.Rmse:0.00}");
    return 0;
}
catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
