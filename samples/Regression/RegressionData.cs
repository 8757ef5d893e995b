using System.Formats.Tar;
using System.IO.Compression;
using DeepLearning.Data;
using DeepLearning.Data.Csv;

namespace DeepLearning.Samples.Regression;

/// <summary>A table and what is to be predicted from it.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Table">The rows.</param>
/// <param name="Target">The column to predict.</param>
/// <param name="Hidden">The units of the perceptron's hidden layers.</param>
/// <param name="Epochs">Passes over the training rows.</param>
public sealed record RegressionData(string Title, Table Table, string Target, int[] Hidden, int Epochs)
{
    private const string HousingTable = "housing.csv", PackedTable = "housing.tgz";

    /// <summary>House prices where they are found, else the diabetes data shipped with the sample.</summary>
    /// <exception cref="IOException">A folder was given and does not have the data, or a file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    public static RegressionData Load(Options options)
    {
        try
        {
            return options.Diabetes ? Diabetes() : Housing(DatasetFolder.Find(WellKnownDatasets.CaliforniaHousing, options.DataFolder));
        }
        catch (DatasetNotFoundException) when (options.DataFolder is null)
        {
            return Diabetes();
        }
        catch (DatasetNotFoundException)
        {
            // The library's message tells a program what to call; this one is for a person at the command line.
            throw new FileNotFoundException(
                $"There is neither {HousingTable} nor {PackedTable} in {options.DataFolder}. Download "
                + $"{WellKnownDatasets.CaliforniaHousing.Files[0].Urls[0]} into it, or leave --data out to take the data shipped here.");
        }
    }

    private static RegressionData Diabetes() => new(
        "Progression of diabetes",
        CsvFile.Read(Path.Combine(AppContext.BaseDirectory, "data", "diabetes.csv")),
        "progression", [16], 300);

    private static RegressionData Housing(DatasetFolder folder)
    {
        string path = folder[PackedTable];
        return new RegressionData(
            "House prices in California",
            Path.GetExtension(path) == ".csv" ? CsvFile.Read(path) : ReadPacked(path),
            "median_house_value", [128, 128], 100);
    }

    private static Table ReadPacked(string path)
    {
        using TarReader archive = new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (archive.GetNextEntry() is { } entry)
        {
            if (Path.GetFileName(entry.Name) == HousingTable && entry.DataStream is { } content)
            {
                using StreamReader text = new(content);
                return CsvFile.Read(text, name: $"{path}: {entry.Name}");
            }
        }

        throw new InvalidDataException($"{path} does not hold {HousingTable}.");
    }
}
