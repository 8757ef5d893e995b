using DeepLearning.Training;

namespace DeepLearning.Samples.Regression;

/// <summary>One line that fills up over the whole training. Where output is not a terminal, some plain lines.</summary>
public sealed class ProgressBar(string name, TextWriter output) : IProgress<TrainingProgress>
{
    // With the figures behind it the line stays below 80 columns: a wrapped one could not be written over.
    private const int Width = 12;
    private const int PlainLines = 5;
    private readonly bool _isLive = output == Console.Out && !Console.IsOutputRedirected;

    public void Report(TrainingProgress value)
    {
        if (value.Record is not { } record)
        {
            return;
        }

        int filled = Width * value.Epoch / value.Epochs;
        string losses = FormattableString.Invariant(
            $"loss {record[FigureName.Loss]:0.0000}  validation {record[FigureName.ValidationLoss]:0.0000}");
        string figures = FormattableString.Invariant($"{value.Epoch}/{value.Epochs}  {losses}  {value.Elapsed.TotalSeconds:0.0} s");
        if (_isLive)
        {
            string end = value.Epoch == value.Epochs ? "\n" : "";
            output.Write($"\r{name} [{new string('#', filled)}{new string('.', Width - filled)}] {figures}  {end}");
        }
        else if (value.Epoch % Math.Max(1, value.Epochs / PlainLines) == 0 || value.Epoch == value.Epochs)
        {
            output.WriteLine($"{name}  epoch {figures}");
        }
    }
}
