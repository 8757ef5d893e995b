using System.CommandLine;
using DeepLearning.Data;

namespace DeepLearning.Samples;

/// <summary>Runs a sample that learns to tell images apart; says how to get the images where they are missing.</summary>
internal static class ImageSample
{
    /// <returns>The exit code: that of the run, 1 for what is wrong outside the program, 2 for a wrong option.</returns>
    public static int Run(string[] arguments, ImageOptions usual, Func<ImageOptions, int> run)
    {
        (RootCommand command, Func<ParseResult, ImageOptions> read) = usual.Describe();
        return CommandLine.Run(arguments, command, read, options =>
        {
            try
            {
                return run(options);
            }
            catch (DatasetNotFoundException error)
            {
                Console.Error.WriteLine(NotFound(options, error.InnerException));
                return 1;
            }
        });
    }

    private static string NotFound(ImageOptions options, Exception? failedDownload) =>
        $"{options.Data.Title} was not found{(options.DataFolder is { } folder ? $" in {folder}" : "")}"
        + (failedDownload is null ? ": use --download; or" : $". {failedDownload.Message.ReplaceLineEndings(" ")} Or")
        + $" give the folder of its files ({string.Join(", ", options.Data.Files.Select(static file => file.Name))}) with --data or in "
        + $"{DatasetFolder.EnvironmentVariable}{(options.Data.Hint is { } hint ? $"; or {hint}" : "")}.";
}
