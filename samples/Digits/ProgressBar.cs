namespace DeepLearning.Samples.Digits;

/// <summary>A line that fills up while an epoch runs. Where output is not a terminal, one plain line an epoch.</summary>
public sealed class ProgressBar(int epochs, TextWriter output)
{
    private const int Width = 30;
    private readonly bool _isLive = output == Console.Out && !Console.IsOutputRedirected;

    public void Show(int epoch, int batch, int batches)
    {
        if (_isLive)
        {
            int filled = Width * batch / batches;
            output.Write($"\repoch {epoch,3}/{epochs} [{new string('#', filled)}{new string('.', Width - filled)}]");
        }
    }

    public void Finish(int epoch, string figures) =>
        output.WriteLine(
            _isLive ? $"\repoch {epoch,3}/{epochs} [{new string('#', Width)}] {figures}" : $"epoch {epoch,3}/{epochs} {figures}");
}
