namespace DeepLearning.Data;

/// <summary>How a <see cref="TablePipeline"/> scales number columns.</summary>
public enum Scaling
{
    /// <summary>To mean 0 and standard deviation 1 (<see cref="Standardizer"/>).</summary>
    Standardize,

    /// <summary>To 0 … 1 (<see cref="MinMaxScaler"/>).</summary>
    MinMax,

    /// <summary>Not at all.</summary>
    None,
}
