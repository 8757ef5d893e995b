namespace DeepLearning.Data;

/// <summary>What stands for a missing number. A missing text becomes the most frequent one, or the constant.</summary>
public enum Imputation
{
    /// <summary>The mean of the column.</summary>
    Mean,

    /// <summary>The median of the column.</summary>
    Median,

    /// <summary>The most frequent value of the column, the smallest among equals.</summary>
    MostFrequent,

    /// <summary>A given value.</summary>
    Constant,
}
