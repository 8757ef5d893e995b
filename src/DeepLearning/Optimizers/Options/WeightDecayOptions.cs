namespace DeepLearning.Optimizers;

/// <summary>Options of optimizers whose weight decay is a part of the gradient unless it is decoupled from it.</summary>
public abstract record WeightDecayOptions : OptimizerOptions
{
    /// <summary>
    /// Decays the weights themselves, p ← p · (1 − lr · λ), instead of adding λ p to the gradient (Loshchilov and Hutter, "Decoupled weight
    /// decay regularization", 2017).
    /// </summary>
    public bool DecoupledWeightDecay { get; set; }

    internal override Descent Descent => DecoupledWeightDecay ? DecoupledDescent : base.Descent;
}
