namespace DeepLearning.Data;

/// <summary>What a <see cref="TablePipeline"/> makes of the target column.</summary>
public enum TargetEncoding
{
    /// <summary><see cref="Standardize"/> for numbers, <see cref="Classes"/> for texts.</summary>
    Auto,

    /// <summary>Numbers, scaled to mean 0 and standard deviation 1: [rows, 1] in float32.</summary>
    Standardize,

    /// <summary>Numbers as they are: [rows, 1] in float32.</summary>
    AsIs,

    /// <summary>Class indices: [rows] in int64.</summary>
    Classes,
}
