using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace DeepLearning.Samples.Serving;

/// <summary>How a service stood a load.</summary>
internal sealed record LoadResult(int Requests, int Errors, int Swaps, double PerSecond, double Median, double P99, double RowsPerBatch)
{
    public bool IsClean => Errors == 0 && Requests > 0 && Swaps > 0;

    public override string ToString() => FormattableString.Invariant(
        $"{Requests} requests, {Errors} errors, {Swaps} models replaced, {PerSecond:0} requests/s, median {Median:0.00} ms, ")
        + FormattableString.Invariant($"99 % within {P99:0.00} ms, {RowsPerBatch:0.0} requests a batch");
}

/// <summary>Clients that ask a service on this machine as fast as it answers, while its model is replaced again and again.</summary>
internal static class LoadTest
{
    public static async Task<LoadResult> Run(string file, string folder, double seconds, int clients, TextWriter output)
    {
        await using WebApplication app = Server.Build(file, "http://127.0.0.1:0");
        await app.StartAsync();
        string address = app.Urls.First();
        using HttpClient http = new() { BaseAddress = new Uri(address) };
        Health health = (await http.GetFromJsonAsync("/health", Messages.Default.Health))!;
        output.WriteLine($"{address}, {clients} clients, {seconds} s, model {health.Fingerprint}");

        ConcurrentBag<double> times = [];
        int errors = 0, swaps = 0;
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(seconds));
        Stopwatch clock = Stopwatch.StartNew();
        Task[] asking = [.. Enumerable.Range(0, clients).Select(client => Task.Run(() => Ask(client)))];
        Task swapping = Task.Run(Swap);
        await Task.WhenAll([.. asking, swapping]);
        double elapsed = clock.Elapsed.TotalSeconds;

        double[] sorted = [.. times.Order()];
        ServiceMetrics metrics = app.Services.GetRequiredService<ServiceMetrics>();
        LoadResult result = new(
            sorted.Length, errors, swaps, sorted.Length / elapsed, Quantile(0.5), Quantile(0.99),
            metrics.Requests / (double)Math.Max(1, metrics.Batches));
        output.WriteLine(result);
        await app.StopAsync();
        return result;

        double Quantile(double share) => sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))];

        async Task Ask(int client)
        {
            Random random = new(client);
            while (!end.IsCancellationRequested)
            {
                List<Dictionary<string, double?>> rows =
                    [health.Columns.ToDictionary(static name => name, _ => (double?)random.Next(20, 200))];
                long start = Stopwatch.GetTimestamp();
                try
                {
                    using HttpResponseMessage response = await http.PostAsJsonAsync(
                        "/predict", rows, Messages.Default.ListDictionaryStringNullableDouble);
                    Answer? answer = response.IsSuccessStatusCode
                        ? await response.Content.ReadFromJsonAsync(Messages.Default.Answer) : null;
                    if (answer is { Predictions: [var value] } && double.IsFinite(value))
                    {
                        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                        continue;
                    }
                }
                catch (Exception error) when (error is HttpRequestException or JsonException)
                {
                    await Console.Error.WriteLineAsync(error.Message);
                }

                Interlocked.Increment(ref errors);
            }
        }

        // A model that was trained a little, every second.
        async Task Swap()
        {
            string path = Path.Combine(folder, "next.safetensors");
            for (ulong seed = 2; !end.IsCancellationRequested; seed++)
            {
                Patients.Train(seed, epochs: 1).Save(path);
                using ByteArrayContent content = new(await File.ReadAllBytesAsync(path));
                using HttpResponseMessage response = await http.PutAsync("/model", content);
                _ = response.IsSuccessStatusCode ? Interlocked.Increment(ref swaps) : Interlocked.Increment(ref errors);
                try
                {
                    await Task.Delay(TimeSpan.FromSeconds(Math.Min(1, seconds / 5)), end.Token);
                }
                catch (OperationCanceledException)
                {
                    break;
                }
            }
        }
    }
}
