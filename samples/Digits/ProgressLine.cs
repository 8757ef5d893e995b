using DeepLearning.Training;

namespace DeepLearning.Samples.Digits;

/// <summary>A line per epoch; on a terminal also one that moves while the epoch runs.</summary>
internal sealed class ProgressLine : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private TimeSpan _next;

    public void Report(TrainingProgress value)
    {
        if (value.Record is not null)
        {
            Console.WriteLine($"{(Console.IsOutputRedirected ? "" : "\r\e[K")}{value}");
        }
        else if (!Console.IsOutputRedirected && value.Elapsed >= _next)
        {
            _next = value.Elapsed + Pause;
            Console.Write($"\r\e[K{value}  {value.Remaining:mm\\:ss} left");
        }
    }
}
