namespace DeepLearning;

/// <summary>
/// Which rows of a matrix belong to which step of a batch of sequences: step after step, in each the first sequences, as many as reach
/// that far. Sequences are sorted by length, the longest first, so that the numbers of rows fall.
/// </summary>
internal sealed class SequenceSteps
{
    /// <summary>Steps of these numbers of rows.</summary>
    public SequenceSteps(int[] counts)
    {
        Counts = counts;
        Starts = new int[counts.Length];
        for (int step = 1; step < counts.Length; step++)
        {
            Starts[step] = checked(Starts[step - 1] + counts[step - 1]);
        }

        Rows = checked(Starts[^1] + counts[^1]);
    }

    /// <summary>Steps of sequences of one length.</summary>
    public static SequenceSteps Even(int steps, int batch)
    {
        int[] counts = new int[steps];
        counts.AsSpan().Fill(batch);
        return new SequenceSteps(counts);
    }

    /// <summary>The number of rows of each step.</summary>
    public int[] Counts { get; }

    /// <summary>The first row of each step.</summary>
    public int[] Starts { get; }

    /// <summary>The number of all rows.</summary>
    public int Rows { get; }

    /// <summary>The number of sequences.</summary>
    public int Batch => Counts[0];

    /// <summary>Whether all sequences have the same length.</summary>
    public bool IsEven => Counts[^1] == Counts[0];

    /// <summary>The step that is computed as the <paramref name="position"/>-th one.</summary>
    public int StepAt(int position, bool reverse) => reverse ? Counts.Length - 1 - position : position;
}
