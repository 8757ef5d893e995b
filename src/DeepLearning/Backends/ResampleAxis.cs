namespace DeepLearning.Backends;

/// <summary>
/// How the elements of one axis are made from others: output i is Σₖ weightᵢₖ · source[First[i] + k] over Counts[i] neighbors. Neither the
/// first nor the last of them goes back from one output to the next, so that the transpose is of the same kind.
/// </summary>
internal sealed class ResampleAxis
{
    private ResampleAxis? _transposed;

    private ResampleAxis(int source, int[] first, int[] counts, int taps, double[] weights)
    {
        Source = source;
        Outputs = first.Length;
        First = first;
        Counts = counts;
        Taps = taps;
        Weights = weights;
    }

    private ResampleAxis(int length)
    {
        (Source, Outputs) = (length, length);
        (First, Counts, Weights) = ([], [], []);
        IsSame = true;
    }

    public int Source { get; }

    public int Outputs { get; }

    /// <summary>True where every output is the source's element; there are no tables then.</summary>
    public bool IsSame { get; }

    public int[] First { get; }

    public int[] Counts { get; }

    /// <summary>The largest of the counts.</summary>
    public int Taps { get; }

    /// <summary>[outputs, taps]; those of an output from its count on are 0.</summary>
    public double[] Weights { get; }

    /// <summary>The axis whose outputs are made from the sources that this one's gradients come from.</summary>
    public ResampleAxis Transposed => IsSame ? this : _transposed ??= Transpose();

    /// <summary>An axis that stays as it is.</summary>
    public static ResampleAxis Same(int length) => new(length);

    /// <summary>An axis of so many outputs; for each of them its neighbors, clamped to the source, and their weights.</summary>
    public static ResampleAxis Of(int source, int outputs, int taps, Func<int, double[], int> neighbors)
    {
        int[] first = new int[outputs], counts = new int[outputs];
        double[] weights = new double[(long)outputs * taps], given = new double[taps];
        for (int i = 0; i < outputs; i++)
        {
            int start = neighbors(i, given);
            first[i] = Math.Clamp(start, 0, source - 1);
            counts[i] = Math.Clamp(start + taps - 1, 0, source - 1) - first[i] + 1;
            for (int k = 0; k < taps; k++)
            {
                weights[(i * taps) + Math.Clamp(start + k, 0, source - 1) - first[i]] += given[k];
            }
        }

        return new ResampleAxis(source, first, counts, taps, weights);
    }

    /// <summary>An axis of windows of different sizes: for each output its first source, and the weights from there on.</summary>
    public static ResampleAxis Of(int source, IReadOnlyList<(int First, double[] Weights)> outputs)
    {
        int taps = Math.Max(outputs.Max(static one => one.Weights.Length), 1);
        double[] weights = new double[(long)outputs.Count * taps];
        for (int i = 0; i < outputs.Count; i++)
        {
            outputs[i].Weights.CopyTo(weights, (long)i * taps);
        }

        return new ResampleAxis(
            source, [.. outputs.Select(static one => one.First)], [.. outputs.Select(static one => one.Weights.Length)], taps, weights);
    }

    /// <summary>The weights as a matrix [outputs, source].</summary>
    public Tensor Matrix(DType dtype, Device device)
    {
        double[] matrix = new double[(long)Outputs * Source];
        for (int i = 0; i < Outputs; i++)
        {
            Weights.AsSpan(i * Taps, Counts[i]).CopyTo(matrix.AsSpan((i * Source) + First[i]));
        }

        return Tensor.From(matrix, Outputs, Source).To(dtype).To(device);
    }

    private ResampleAxis Transpose()
    {
        int[] first = new int[Source], counts = new int[Source];
        for (int i = 0; i < Outputs; i++)
        {
            for (int j = First[i]; j < First[i] + Counts[i]; j++)
            {
                first[j] = counts[j] == 0 ? i : first[j];
                counts[j] = i - first[j] + 1;
            }
        }

        // What no output is made of begins where the one before it ends, so that the firsts go on rising.
        for (int j = 1; j < Source; j++)
        {
            first[j] = counts[j] == 0 ? first[j - 1] + counts[j - 1] : first[j];
        }

        int taps = Math.Max(counts.Max(), 1);
        double[] weights = new double[(long)Source * taps];
        for (int i = 0; i < Outputs; i++)
        {
            for (int k = 0; k < Counts[i]; k++)
            {
                int j = First[i] + k;
                weights[((long)j * taps) + i - first[j]] = Weights[((long)i * Taps) + k];
            }
        }

        return new ResampleAxis(Outputs, first, counts, taps, weights) { _transposed = this };
    }
}
