namespace DeepLearning.Onnx.Import;

/// <summary>Counts of short sequences of ids. Texts themselves are not held.</summary>
internal static class TextOperators
{
    public static void Add(Operators to) => to.Add("TfIdfVectorizer", TfIdf);

    private static Value TfIdf(Call c)
    {
        if (c.Told("pool_strings"))
        {
            throw new OnnxException("texts are not supported; only ids are.");
        }

        Tensor x = c[0];
        long[] starts = c.Ints("ngram_counts") ?? [], indexes = c.Ints("ngram_indexes") ?? [], pool = c.Ints("pool_int64s") ?? [];
        long shortest = c.Int("min_gram_length"), longest = c.Int("max_gram_length"), skips = c.Int("max_skip_count");
        Dictionary<string, int> grams = [];
        for (int length = 1, next = 0; length <= starts.Length; length++)
        {
            long end = length < starts.Length ? starts[length] : pool.Length;
            for (long at = starts[length - 1]; at + length <= end; at += length, next++)
            {
                if (length >= shortest && length <= longest)
                {
                    grams[string.Join(",", pool.AsSpan((int)at, length).ToArray())] = next;
                }
            }
        }

        long[] ids = x.To(DType.Int64).ToArray<long>();
        int rows = x.Rank == 2 ? x.Size(0) : 1, width = rows == 0 ? 0 : ids.Length / rows;
        int outputs = indexes.Length == 0 ? 0 : Call.Small(indexes.Max() + 1, "an index");
        Limits.Check([rows, outputs]);
        double[] counts = new double[rows * outputs];
        for (int row = 0; row < rows; row++)
        {
            for (long skip = 0; skip <= skips; skip++)
            {
                // One id alone skips nothing, and is counted once.
                for (long length = skip == 0 ? shortest : Math.Max(shortest, 2); length <= longest; length++)
                {
                    for (long at = 0; at + ((length - 1) * (skip + 1)) < width; at++)
                    {
                        string key = string.Join(
                            ",", Enumerable.Range(0, (int)length).Select(i => ids[(row * width) + at + (i * (skip + 1))]));
                        if (grams.TryGetValue(key, out int gram))
                        {
                            counts[(row * outputs) + indexes[gram]]++;
                        }
                    }
                }
            }
        }

        float[]? weights = c.Floats("weights");
        string mode = c.Text("mode", "TF");
        if (mode != "TF")
        {
            double[] own = [.. Enumerable.Repeat(1.0, outputs)];
            for (int i = 0; i < (weights?.Length ?? 0); i++)
            {
                own[indexes[i]] = weights![i];
            }

            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] = (mode == "IDF" ? Math.Min(counts[i], 1) : counts[i]) * own[i % outputs];
            }
        }

        Tensor result = Tensor.From(counts, rows, outputs).To(DType.Float32);
        return x.Rank == 2 ? result : result.Reshape(outputs);
    }
}
