using System.Text.Json;

namespace DeepLearning.Samples.Serving;

/// <summary>A folder with files that ask, <c>queue/NAME.json</c>, and files that answer, <c>answers/NAME.json</c>.</summary>
internal sealed class QueueFolder
{
    public QueueFolder(string folder)
    {
        (Queue, Answers) = (Path.Combine(folder, "queue"), Path.Combine(folder, "answers"));
        Directory.CreateDirectory(Queue);
        Directory.CreateDirectory(Answers);
    }

    public string Queue { get; }

    public string Answers { get; }
}

/// <summary>Answers the files of a queue as they come, several at a time, so that the predictor has something to batch.</summary>
internal sealed partial class QueueWorker(QueueFolder folder, ModelStore models, BatchingPredictor predictor, ILogger<QueueWorker> log)
    : BackgroundService
{
    private const int AtOnce = 64;
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Answering(log, folder.Queue);
        while (!stoppingToken.IsCancellationRequested)
        {
            string[] files = [.. Directory.EnumerateFiles(folder.Queue, "*.json").Take(AtOnce)];
            await Task.WhenAll(files.Select(file => Answer(file, stoppingToken)));
            if (files.Length == 0)
            {
                await Task.Delay(s_rest, stoppingToken);
            }
        }
    }

    private async Task Answer(string file, CancellationToken stop)
    {
        string to = Path.Combine(folder.Answers, Path.GetFileName(file)), part = to + ".part";
        string text;
        try
        {
            List<Dictionary<string, double?>>? named;
            await using (FileStream stream = File.OpenRead(file))
            {
                named = await JsonSerializer.DeserializeAsync(stream, Messages.Default.ListDictionaryStringNullableDouble, stop);
            }

            Answer answer = await predictor.Predict(Rows.Of(named, models.Current.Columns), stop)
                ?? throw new InvalidOperationException("The predictor's queue is full.");
            text = JsonSerializer.Serialize(answer, Messages.Default.Answer);
        }
        catch (Exception error) when (error is ArgumentException or JsonException)
        {
            text = JsonSerializer.Serialize(
                new Problem(error is JsonException ? $"{Rows.Expected}." : error.Message), Messages.Default.Problem);
        }
        catch (IOException error)
        {
            // Still being written: it is there next time.
            Unreadable(log, file, error.Message);
            return;
        }

        // Whoever waits for an answer sees a whole one.
        await File.WriteAllTextAsync(part, text, stop);
        File.Move(part, to, overwrite: true);
        File.Delete(file);
    }

    [LoggerMessage(LogLevel.Information, "Answering {Queue}")]
    private static partial void Answering(ILogger log, string queue);

    [LoggerMessage(LogLevel.Debug, "{File}: {Error}")]
    private static partial void Unreadable(ILogger log, string file, string error);
}
