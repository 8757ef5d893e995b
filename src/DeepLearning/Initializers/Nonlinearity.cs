namespace DeepLearning.Initializers;

/// <summary>The function that follows a layer, which its starting values should make up for.</summary>
public enum Nonlinearity
{
    /// <summary>None; gain 1.</summary>
    Linear,

    /// <summary>The logistic function; gain 1.</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent; gain 5/3.</summary>
    Tanh,

    /// <summary>max(x, 0); gain √2.</summary>
    ReLU,

    /// <summary>ReLU with a slope a below 0; gain √(2 / (1 + a²)).</summary>
    LeakyReLU,

    /// <summary>SELU; gain 3/4.</summary>
    SELU,
}
