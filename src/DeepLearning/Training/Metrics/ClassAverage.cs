namespace DeepLearning.Training;

/// <summary>How a figure of each class becomes one figure. Classes for which it is not defined (0 / 0) count as 0.</summary>
public enum ClassAverage
{
    /// <summary>The plain mean over the classes that occur, as true or predicted ones: rare classes count as much as others.</summary>
    Macro,

    /// <summary>The mean weighted by how many samples each class has.</summary>
    Weighted,

    /// <summary>The figure of all samples together; precision, recall and F1 are then equal to accuracy.</summary>
    Micro,
}
