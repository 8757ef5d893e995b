using System.Diagnostics;
using System.Threading.Channels;

namespace DeepLearning.Samples.Serving;

/// <summary>
/// Takes what has come in while the last batch was computed as the next batch: nobody waits for a batch to fill, and the more there is to
/// do, the larger the batches are.
/// </summary>
internal sealed class BatchingPredictor(ModelStore models, ServiceMetrics metrics) : BackgroundService
{
    private const int MaxRows = 512, MaxWaiting = 4096;

    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>How many requests wait.</summary>
    public int Waiting => _jobs.Reader.Count;

    /// <summary>Answers rows, or null where too many wait already.</summary>
    public async Task<Answer?> Predict(IReadOnlyList<double[]> rows, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        Job job = new(rows, new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_jobs.Writer.TryWrite(job))
        {
            metrics.Shed();
            return null;
        }

        Answer answer = await job.Result.Task.WaitAsync(stop);
        metrics.Answered(rows.Count, Stopwatch.GetElapsedTime(start));
        return answer;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => Run(stoppingToken), stoppingToken);

    private async Task Run(CancellationToken stop)
    {
        List<Job> batch = [];
        try
        {
            while (await _jobs.Reader.WaitToReadAsync(stop))
            {
                batch.Clear();
                int rows = 0;
                while (rows < MaxRows && _jobs.Reader.TryRead(out Job? job))
                {
                    batch.Add(job);
                    rows += job.Rows.Count;
                }

                Compute(batch, rows);
            }
        }
        finally
        {
            _jobs.Writer.TryComplete();
            while (_jobs.Reader.TryRead(out Job? job))
            {
                job.Result.TrySetCanceled(stop);
            }
        }
    }

    private void Compute(List<Job> batch, int rows)
    {
        ServedModel model = models.Current;
        try
        {
            double[] all = model.Predict([.. batch.SelectMany(static job => job.Rows)]);
            int from = 0;
            foreach (Job job in batch)
            {
                job.Result.TrySetResult(new Answer(model.Version, all[from..(from + job.Rows.Count)]));
                from += job.Rows.Count;
            }

            metrics.Computed(rows);
        }
        catch (Exception error)
        {
            // A fault of one batch must not end the service; whoever asked is told.
            foreach (Job job in batch)
            {
                job.Result.TrySetException(error);
            }
        }
    }

    private sealed record Job(IReadOnlyList<double[]> Rows, TaskCompletionSource<Answer> Result);
}

/// <summary>What a request gets.</summary>
internal sealed record Answer(int Model, double[] Predictions);
