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

    public int Count { get; }

    /// <summary>The first vector of a block; for <see cref="Count"/>, the number of vectors.</summary>
    public int Start(int block) => (int)((long)Vectors * block / Count);
}
