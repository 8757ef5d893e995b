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

    /// <summary>Their sum divided by the length of the first axis, a zero-dimensional tensor: of <see cref="Loss.KLDiv"/> alone.</summary>
    BatchMean,
}
