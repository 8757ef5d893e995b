namespace DeepLearning.Training;

/// <summary>The epochs of a run as tensors of a checkpoint: one series per figure.</summary>
internal static class HistoryState
{
    private const string Values = "values.", Rate = "learning_rate", Samples = "samples", Seconds = "seconds", Waiting = "waiting_seconds";

    public static OrderedDictionary<string, Tensor> Of(History history)
    {
        OrderedDictionary<string, Tensor> state = [];
        if (history.Count == 0)
        {
            return state;
        }

        foreach (string name in history.Names)
        {
            state[Values + name] = Series(history, epoch => epoch[name]);
        }

        state[Rate] = Series(history, static epoch => epoch.LearningRate);
        state[Samples] = Series(history, static epoch => epoch.Samples);
        state[Seconds] = Series(history, static epoch => epoch.Duration.TotalSeconds);
        state[Waiting] = Series(history, static epoch => epoch.Waiting.TotalSeconds);
        return state;
    }

    /// <summary>The epochs of a checkpoint, with their figures in a given order (a file has an order of its own).</summary>
    public static IReadOnlyList<EpochRecord> Read(Dictionary<string, Tensor> state, string[] order, string path)
    {
        if (state.Count == 0)
        {
            return [];
        }

        long count = state.TryGetValue(Rate, out Tensor? rates) ? rates.Count : -1;
        foreach (string key in (string[])[Rate, Samples, Seconds, Waiting, .. state.Keys])
        {
            if (!state.TryGetValue(key, out Tensor? series) || series.DType != DType.Float64 || series.Rank != 1 || series.Count != count)
            {
                throw new InvalidDataException($"{path}: history.{key} is "
                    + $"{(series is null ? "missing" : $"{series.DType.Name()}{series.Shape}")}; "
                    + $"it should be a float64 number for each of {Math.Max(count, 0)} epochs.");
            }
        }

        Dictionary<string, double[]> columns = state.ToDictionary(static s => s.Key, static s => s.Value.ToArray<double>());
        if (columns[Seconds].Concat(columns[Waiting]).Any(static s => !(s >= 0 && s < TimeSpan.MaxValue.TotalSeconds))
            || columns[Samples].Any(static n => !(n >= 0 && n < long.MaxValue)))
        {
            throw new InvalidDataException($"{path}: the history holds times or counts that no epoch has.");
        }

        string[] names =
        [
            .. state.Keys.Where(static key => key.StartsWith(Values, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
                .OrderBy(key => (uint)Array.IndexOf(order, key[Values.Length..])),
        ];
        return [.. Enumerable.Range(0, (int)count).Select(i => Record(columns, names, i))];
    }

    private static EpochRecord Record(Dictionary<string, double[]> columns, string[] names, int i)
    {
        OrderedDictionary<string, double> values = [];
        foreach (string name in names)
        {
            values[name[Values.Length..]] = columns[name][i];
        }

        return new EpochRecord(i + 1, values, columns[Rate][i], (long)columns[Samples][i], ExactTime.OfSeconds(columns[Seconds][i]),
            ExactTime.OfSeconds(columns[Waiting][i]));
    }

    private static Tensor Series(History history, Func<EpochRecord, double> figure) => Tensor.From(history.Select(figure).ToArray());
}
