using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using DeepLearning.Samples.Digits;

namespace DeepLearning.Samples.Browser;

/// <summary>What the page calls.</summary>
[SupportedOSPlatform("browser")]
internal static partial class Program
{
    private static (DigitsData Training, DigitsData Test)? s_data;
    private static Learner? s_learner;

    private static Learner Learner => s_learner ?? throw new InvalidOperationException("Start comes first.");

    // The runtime stays for the calls of the page.
    private static void Main()
    {
    }

    [JSExport]
    internal static void Start(int seed)
    {
        if (s_data is null)
        {
            using Stream file = typeof(Program).Assembly.GetManifestResourceStream("digits.csv.gz")!;
            s_data = DigitsData.Read(file, "digits.csv.gz").Split();
        }

        s_learner = new Learner(s_data.Value.Training, s_data.Value.Test, (ulong)seed);
    }

    [JSExport]
    internal static double Train(double milliseconds) => Learner.Train(milliseconds);

    [JSExport]
    internal static int Steps() => Learner.Steps;

    [JSExport]
    internal static double Epochs() => Learner.Epochs;

    [JSExport]
    internal static double Accuracy() => Learner.Accuracy();

    [JSExport]
    internal static double[] Predict(double[] pixels) => Learner.Predict(pixels);

    [JSExport]
    internal static double[] Examples(int count) => Learner.Examples(count);

    [JSExport]
    internal static double[] FilterWeights() => Learner.FilterWeights();

    [JSExport]
    internal static byte[] Save() => Learner.Save();

    /// <returns>What is wrong with the file; empty when it was taken over.</returns>
    [JSExport]
    internal static string Load(byte[] file)
    {
        try
        {
            Learner.Load(file);
            return "";
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            return error.Message;
        }
    }
}
