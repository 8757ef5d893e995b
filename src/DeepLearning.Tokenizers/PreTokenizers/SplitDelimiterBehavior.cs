namespace DeepLearning.Tokenizers.PreTokenizers;

/// <summary>What becomes of the places where a text is split.</summary>
public enum SplitDelimiterBehavior
{
    /// <summary>They are left out.</summary>
    Removed,

    /// <summary>Each is a word of its own.</summary>
    Isolated,

    /// <summary>Each belongs to the word before it.</summary>
    MergedWithPrevious,

    /// <summary>Each belongs to the word after it.</summary>
    MergedWithNext,

    /// <summary>Those side by side are one word.</summary>
    Contiguous,
}
