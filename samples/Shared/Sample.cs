using System.Globalization;
using DeepLearning.Data;

namespace DeepLearning.Samples;

/// <summary>Runs a sample as a well-behaved program: options, Ctrl-C, and errors as one line and an exit code.</summary>
internal static class Sample
{
    /// <returns>The exit code: 0, 1 for what is wrong outside the program, 2 for a wrong option, 130 for Ctrl-C.</returns>
    public static int Run(string[] arguments, Options defaults, Action<Options, CancellationToken> run)
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

        using CancellationTokenSource interrupt = new();
        Console.CancelKeyPress += (_, pressed) =>
        {
            // The training ends after its batch; who presses twice wants it to end at once.
            pressed.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        };
        try
        {
            run(options, interrupt.Token);
            return 0;
        }
        catch (OperationCanceledException stopped)
        {
            Console.Error.WriteLine(stopped.Message);
            return 130;
        }
        catch (DatasetNotFoundException)
        {
            Console.Error.WriteLine(NotFound(options));
            return 1;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine(error.Message.ReplaceLineEndings(" "));
            return 1;
        }
    }

    private static string NotFound(Options options) =>
        $"{options.Data.Title} was not found{(options.DataFolder is { } folder ? $" in {folder}" : "")}: use --download; or give the folder of its "
        + $"files ({string.Join(", ", options.Data.Files.Select(static file => file.Name))}) with --data or in {DatasetFolder.EnvironmentVariable}"
        + $"{(options.Data.Hint is { } hint ? $"; or {hint}" : "")}.";
}
