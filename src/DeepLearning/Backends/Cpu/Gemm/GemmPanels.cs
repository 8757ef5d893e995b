namespace DeepLearning.Backends.Cpu;

/// <summary>
/// How a range of columns is cut into panels of up to three vectors. A rest of one vector would leave the register tile a
/// third full, so it is spread: 16 vectors are 3+3+3+3+2+2, not 3+3+3+3+3+1.
/// </summary>
internal readonly struct GemmPanels
{
    public const int MaximumVectors = 3;

    private readonly int _threes;

    public GemmPanels(int columns, int vectorLength)
    {
        Vectors = (columns + vectorLength - 1) / vectorLength;
        Count = (Vectors + MaximumVectors - 1) / MaximumVectors;
        _threes = (Vectors % MaximumVectors) == 1 && Vectors > 1 ? Count - 2 : Vectors / MaximumVectors;
    }

    public int Vectors { get; }

    public int Count { get; }

    /// <summary>The first vector of a panel; for <see cref="Count"/>, the number of vectors.</summary>
    public int Start(int panel) =>
        panel <= _threes ? panel * MaximumVectors : Math.Min((_threes * MaximumVectors) + ((panel - _threes) * 2), Vectors);

    /// <summary>The panel that a vector is in.</summary>
    public int Of(int vector) =>
        vector < _threes * MaximumVectors ? vector / MaximumVectors : _threes + ((vector - (_threes * MaximumVectors)) / 2);
}
