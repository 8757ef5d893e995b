namespace DeepLearning.Schedules;

/// <summary>What a threshold of an improvement is.</summary>
public enum ThresholdMode
{
    /// <summary>A share of the best value.</summary>
    Relative,

    /// <summary>A difference from the best value.</summary>
    Absolute,
}
