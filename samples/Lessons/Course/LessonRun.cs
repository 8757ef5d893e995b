using System.Diagnostics;
using System.Globalization;

namespace DeepLearning.Samples.Lessons;

/// <summary>A run of a lesson: what the command line asks for, the report, and the helpers that all lessons share.</summary>
internal sealed class LessonRun(LessonOptions options, TextWriter output)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(150), _betweenLines = TimeSpan.FromSeconds(10);

    private readonly bool _isLive = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _shown = -_betweenLines;

    /// <summary>Whether the run is to take seconds, on data that every clone has.</summary>
    public bool Quick => options.Quick;

    public ulong Seed => options.Seed;

    /// <summary>The folder of data that was given, if any.</summary>
    public string? Data => options.Data;

    public bool Download => options.Download;

    /// <summary>What the run shows.</summary>
    public LessonReport Report { get; } = new();

    /// <summary>One of two numbers: that of a whole run, or that of a quick one.</summary>
    public T Choose<T>(T full, T quick) => Quick ? quick : full;

    /// <summary>Writes a line.</summary>
    public void Say(string line) => output.WriteLine(_isLive ? $"\r\e[K{line}" : line);

    /// <summary>Tells how far the run is: a line that moves on a terminal, a line now and then in a file.</summary>
    public void Tell(string what, long done, long total, string figures = "")
    {
        TimeSpan now = _watch.Elapsed;
        if (now - _shown < (_isLive ? _pause : _betweenLines) && done < total)
        {
            return;
        }

        _shown = now;
        string line = string.Create(CultureInfo.InvariantCulture, $"{what} {done}/{total}  {figures}  {now.TotalSeconds:0.0} s");
        if (_isLive && done < total)
        {
            output.Write($"\r\e[K{line}");
        }
        else
        {
            Say(line);
        }
    }

    /// <summary>
    /// The loop that every training is made of: for each step the loss of a batch, its gradients, and a move of the optimizer.
    /// </summary>
    /// <param name="optimizer">Moves the parameters.</param>
    /// <param name="steps">How often.</param>
    /// <param name="loss">The loss of a step, counted from 0.</param>
    /// <param name="schedule">How the learning rate changes from step to step.</param>
    /// <param name="maxNorm">The gradients together are made no longer than this.</param>
    /// <param name="what">What the progress line calls it.</param>
    /// <returns>The loss of each step.</returns>
    /// <exception cref="ArithmeticException">A loss is not a number, or infinite.</exception>
    public double[] Train(
        Optimizer optimizer, int steps, Func<int, Tensor> loss, Schedule? schedule = null, double? maxNorm = null, string what = "step")
    {
        using GradMode.Region recorded = GradMode.EnableGrad();
        LearningRateScheduler? scheduler = schedule is null ? null : new(optimizer, schedule);
        double[] losses = new double[steps];
        for (int step = 0; step < steps; step++)
        {
            using TensorScope scope = new(); // gives the memory of the step back at once
            optimizer.ZeroGrad();
            Tensor value = loss(step);
            losses[step] = (double)value;
            if (!double.IsFinite(losses[step]))
            {
                throw new ArithmeticException($"{what} {step + 1}: the loss is {losses[step]}.");
            }

            value.Backward();
            if (maxNorm is { } norm)
            {
                Gradients.ClipNorm(optimizer.ParameterGroups.SelectMany(static group => group.Parameters), norm);
            }

            optimizer.Step();
            scheduler?.Step();
            Tell(what, step + 1, steps, string.Create(CultureInfo.InvariantCulture, $"loss {losses[step]:0.0000}"));
        }

        return losses;
    }

    /// <summary>Fits a trainer's model, epoch by epoch, with its figures on the progress line.</summary>
    public History Fit(Trainer trainer, IDataLoader<Example> training, int epochs, IDataLoader<Example>? validation = null) =>
        trainer.Fit(training, epochs, validation, new Progress(this));

    private sealed class Progress(LessonRun run) : ITrainingView
    {
        public void Report(TrainingProgress value)
        {
            if (value.Record is not null)
            {
                run.Say($"{value}");
            }
            else if (run._isLive && run._watch.Elapsed - run._shown >= _pause)
            {
                run._shown = run._watch.Elapsed;
                Console.Write($"\r\e[K{value}");
            }
        }

        public void WriteLine(string text) => run.Say(text);
    }
}
