namespace DeepLearning.Models;

/// <summary>How the values of one node, or of one graph, are joined.</summary>
public enum MessageAggregation
{
    /// <summary>Their sum; 0 where there are none.</summary>
    Sum,

    /// <summary>Their mean; 0 where there are none.</summary>
    Mean,

    /// <summary>The greatest of each channel; 0 where there are none. Equal ones share the gradient.</summary>
    Max,
}
