namespace DeepLearning.Optimizers;

/// <summary>Options of optimizers that keep decaying means of the gradients and of their squares, as Adam does.</summary>
public abstract record MomentOptions : WeightDecayOptions
{
    /// <summary>The decay of the mean of gradients.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Beta1 { get; set; } = 0.9;

    /// <summary>The decay of the mean of their squares, or of what stands for them.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Beta2 { get; set; } = 0.999;

    /// <summary>What is added to the divisor, so that it is not 0.</summary>
    [Option(AtLeast = 0)]
    public double Eps { get; set; } = 1e-8;
}
