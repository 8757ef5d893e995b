using System.Globalization;
using DeepLearning.Samples.Regression;

namespace DeepLearning.Tests.Csv.Samples;

public sealed class RegressionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deeplearning-regression-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    [Trait("Category", "Slow")]
    public void The_networks_learn_what_least_squares_finds()
    {
        Options options = Options.Parse(["--diabetes", "--epochs", "60", "--seed", "2"]);
        using StringWriter output = new(CultureInfo.InvariantCulture);
        string report = Path.Combine(_folder, "report.html"), model = Path.Combine(_folder, "model.safetensors");
        Scores scores = new Experiment(RegressionData.Load(options), options, output).Run(report, model);
        Assert.InRange(scores.Rmse, 40, 56);
        Assert.InRange(scores.R2, 0.5, 0.7);
        Assert.Contains("least squares              RMSE      52.10", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("<svg", File.ReadAllText(report), StringComparison.Ordinal);
        Assert.True(File.Exists(model));
    }

    [Fact]
    public void House_prices_are_read_from_a_folder_and_their_lack_is_said()
    {
        File.WriteAllText(Path.Combine(_folder, "housing.csv"), "rooms,ocean_proximity,median_house_value\n5,INLAND,1000\n");
        RegressionData data = RegressionData.Load(Options.Parse(["--data", _folder]));
        Assert.Equal(1000, data.Table.Numbers(data.Target)[0]);
        File.Delete(Path.Combine(_folder, "housing.csv"));
        Assert.Contains(_folder, Assert.ThrowsAny<IOException>(() => RegressionData.Load(Options.Parse(["--data", _folder]))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Options.Parse(["--data"]));
        Assert.Throws<ArgumentException>(() => Options.Parse(["--epochs", "0"]));
        Assert.Throws<ArgumentException>(() => Options.Parse(["--nothing"]));
    }
}
