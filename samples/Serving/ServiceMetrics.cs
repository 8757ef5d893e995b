using System.Globalization;
using System.Text;

namespace DeepLearning.Samples.Serving;

/// <summary>Counters of a service, as Prometheus reads them.</summary>
internal sealed class ServiceMetrics
{
    private static readonly double[] s_bounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1];

    private readonly long[] _latencies = new long[s_bounds.Length + 1];
    private long _requests, _rows, _shed, _rejected, _failed, _batches, _batchRows, _swaps;
    private long _latencyTicks;

    public long Requests => Interlocked.Read(ref _requests);

    public long Batches => Interlocked.Read(ref _batches);

    public long Failed => Interlocked.Read(ref _failed);

    public void Answered(int rows, TimeSpan time)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _rows, rows);
        Interlocked.Add(ref _latencyTicks, time.Ticks);
        int bucket = Array.FindIndex(s_bounds, bound => time.TotalSeconds <= bound);
        Interlocked.Increment(ref _latencies[bucket < 0 ? s_bounds.Length : bucket]);
    }

    public void Computed(int rows)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _batchRows, rows);
    }

    public void Shed() => Interlocked.Increment(ref _shed);

    public void Rejected() => Interlocked.Increment(ref _rejected);

    public void Fail() => Interlocked.Increment(ref _failed);

    public void Swapped() => Interlocked.Increment(ref _swaps);

    /// <summary>Prometheus's text format.</summary>
    public string ToText(ServedModel model, int waiting)
    {
        StringBuilder text = new();
        Counter("serving_requests_total", "Requests answered.", Requests);
        Counter("serving_rows_total", "Rows answered.", Interlocked.Read(ref _rows));
        Counter("serving_rejected_total", "Requests that were not right.", Interlocked.Read(ref _rejected));
        Counter("serving_shed_total", "Requests turned away because too many waited.", Interlocked.Read(ref _shed));
        Counter("serving_failed_total", "Requests that failed.", Failed);
        Counter("serving_batches_total", "Batches computed.", Batches);
        Counter("serving_batch_rows_total", "Rows in those batches.", Interlocked.Read(ref _batchRows));
        Counter("serving_model_swaps_total", "Models replaced.", Interlocked.Read(ref _swaps));
        Line("# HELP serving_model_version The model that answers.\n# TYPE serving_model_version gauge");
        Line($"serving_model_version{{fingerprint=\"{model.Fingerprint}\"}} {model.Version}");
        Line($"# HELP serving_waiting Requests that wait.\n# TYPE serving_waiting gauge\nserving_waiting {waiting}");
        Line("# HELP serving_latency_seconds From request to answer.\n# TYPE serving_latency_seconds histogram");
        long sum = 0;
        for (int i = 0; i < s_bounds.Length; i++)
        {
            sum += Interlocked.Read(ref _latencies[i]);
            Line($"serving_latency_seconds_bucket{{le=\"{s_bounds[i].ToString(CultureInfo.InvariantCulture)}\"}} {sum}");
        }

        sum += Interlocked.Read(ref _latencies[^1]);
        Line($"serving_latency_seconds_bucket{{le=\"+Inf\"}} {sum}");
        double seconds = TimeSpan.FromTicks(Interlocked.Read(ref _latencyTicks)).TotalSeconds;
        Line($"serving_latency_seconds_sum {seconds.ToString("R", CultureInfo.InvariantCulture)}");
        Line($"serving_latency_seconds_count {sum}");
        return text.ToString();

        void Counter(string name, string help, long value) => Line($"# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}");

        void Line(string line) => text.Append(line).Append('\n');
    }
}
