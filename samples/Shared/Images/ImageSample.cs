using System.Globalization;
using DeepLearning.Data;

namespace DeepLearning.Samples;

/// <summary>Runs a sample as a well-behaved program: what is wrong is said in one line, and by the exit code.</summary>
internal static class Sample
{
    /// <returns>The exit code: that of the run, 1 for what is wrong outside the program, 2 for a wrong option.</returns>
    public static int Run(string[] arguments, Options defaults, Func<Options, int> run)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Options options;
        try
        {
            options = defaults.With(arguments);
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine($"{error.Message}\n\n{defaults.Usage}");
            return 2;
        }

        if (options.Help)
        {
            Console.WriteLine(options.Usage);
            return 0;
        }

        try
        {
            return run(options);
        }
        catch (DatasetNotFoundException error)
        {
            Console.Error.WriteLine(NotFound(options, error.InnerException));
            return 1;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine(error.Message.ReplaceLineEndings(" "));
            return 1;
        }
    }

    private static string NotFound(Options options, Exception? failedDownload) =>
        $"{options.Data.Title} was not found{(options.DataFolder is { } folder ? $" in {folder}" : "")}"
        + (failedDownload is null ? ": use --download; or" : $". {failedDownload.Message.ReplaceLineEndings(" ")} Or")
        + $" give the folder of its files ({string.Join(", ", options.Data.Files.Select(static file => file.Name))}) with --data or in "
        + $"{DatasetFolder.EnvironmentVariable}{(options.Data.Hint is { } hint ? $"; or {hint}" : "")}.";
}
