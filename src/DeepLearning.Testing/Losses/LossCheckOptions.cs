namespace DeepLearning.Testing;

/// <summary>What <see cref="CheckLoss"/> can be told of a loss.</summary>
public sealed record LossCheckOptions : LayerCheckOptions
{
    /// <summary>Losses compare a batch and give one number: there is no axis of samples.</summary>
    public LossCheckOptions() => BatchAxis = null;

    /// <summary>What the mean divides the sum by, such as a number of rows or a sum of weights; the number of elements when null.</summary>
    public double? Counted { get; init; }

    /// <summary>The shape of the losses without reduction, as a pattern with the names of the inputs'; not checked when null.</summary>
    public string? ElementShape { get; init; }
}
