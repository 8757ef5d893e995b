namespace DeepLearning.Losses;

/// <summary>How the losses of single elements become the result.</summary>
public enum LossReduction
{
    /// <summary>Their mean, a zero-dimensional tensor (the default); weighted where there are weights.</summary>
    Mean,

    /// <summary>Their sum, a zero-dimensional tensor.</summary>
    Sum,

    /// <summary>The losses themselves.</summary>
    None,
}
