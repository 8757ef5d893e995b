namespace DeepLearning.Backends.Cpu;

/// <summary>
/// How the units of a recurrent layer are cut into blocks of up to three vectors, each with all its gates. Their number is even, so that
/// two threads have as many, and their sizes differ by one vector at most.
/// </summary>
internal readonly struct UnitBlocks
{
    public UnitBlocks(int units, int vectorLength)
    {
        Vectors = (units + vectorLength - 1) / vectorLength;
        Count = (Vectors + GemmPanels.MaximumVectors - 1) / GemmPanels.MaximumVectors;
        Count += Count > 1 ? Count % 2 : 0;
    }

    public int Vectors { get; }

    /// <summary>
    /// So many chunks at most, an even number with as many tasks each: of unequal ones a thread would get the larger. Two chunks go to the
    /// same two threads as a rule, in whose second-level caches their weights are from the step before. Where that would be less than half
    /// of what many threads can share, chunks are unequal.
    /// </summary>
    public static int Chunks(int tasks, int most)
    {
        most = Math.Min(tasks, most);
        for (int chunks = most & ~1; chunks > 0 && 2 * chunks >= most; chunks -= 2)
        {
            if (tasks % chunks == 0)
            {
                return chunks;
            }
        }

        return most;
    }

    public int Count { get; }

    /// <summary>The first vector of a block; for <see cref="Count"/>, the number of vectors.</summary>
    public int Start(int block) => (int)((long)Vectors * block / Count);
}
