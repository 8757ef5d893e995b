namespace DeepLearning.Initializers;

/// <summary>What Kaiming initialization keeps at the same scale through the layers.</summary>
public enum FanMode
{
    /// <summary>The variance of the activations, forward: fan_in, the inputs of an output.</summary>
    FanIn,

    /// <summary>The variance of the gradients, backward: fan_out, the outputs of an input.</summary>
    FanOut,
}
