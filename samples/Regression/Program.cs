using DeepLearning.Samples;
using DeepLearning.Samples.Regression;

const string ReportFile = "regression-report.html", ModelFile = "regression.safetensors";

return CommandLine.Run(args, Options.Command, Options.From, static options =>
{
    Scores scores = new Experiment(RegressionData.Load(options), options, Console.Out).Run(ReportFile, ModelFile);
    Console.WriteLine($"report: {Path.GetFullPath(ReportFile)}");
    Console.WriteLine($"test RMSE {scores.Rmse:0.00}");
    return 0;
});
