using System.Globalization;
using DeepLearning.Training;
using DeepLearning.Training.Terminal;

namespace DeepLearning.Tests.Training.Terminal.Infrastructure;

/// <summary>The program that tests start, watch and send signals to: trains the small problem as a user's program would.</summary>
internal static class ChildProgram
{
    public const string Ready = "first epoch done", Over = "the program goes on";

    public static int Main(string[] args)
    {
        if (args.Length < 4)
        {
            Console.Error.WriteLine(
                "usage: dotnet DeepLearning.Training.Console.Tests.dll CHECKPOINT EPOCHS PAUSE-IN-MS plain|live|auto [fail] [after]");
            return 2;
        }

        (string checkpoint, int epochs, int pause) = (args[0], Number(args[1]), Number(args[2]));
        bool? live = args[3] switch { "live" => true, "plain" => false, _ => null };
        Generator.Default.ManualSeed(9);
        Problem.Net model = Problem.Model();
        Trainer trainer = Problem.Trainer(
            model, checkpoint, new BestModel("val_accuracy", Path.ChangeExtension(checkpoint, "best")),
            new Slow(pause, args.Contains("fail")));
        ConsoleOutcome outcome = trainer.FitWithConsole(
            Problem.Loader(), epochs, Problem.Validation(), resume: true, options: new ConsoleOptions { Live = live });
        if (args.Contains("after"))
        {
            Console.WriteLine(Over);
            Thread.Sleep(TimeSpan.FromMinutes(1));
        }

        return outcome.ExitCode;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private sealed class Slow(int milliseconds, bool fails) : TrainingCallback
    {
        public override void BatchEnded(TrainingRun run, double loss)
        {
            if (run.Epoch == 1 && run.Batch == 1)
            {
                Console.WriteLine(Ready);
            }

            if (fails && run is { Epoch: 1, Batch: 3 })
            {
                throw new InvalidOperationException("The training failed.");
            }

            Thread.Sleep(milliseconds);
        }
    }
}
