namespace DeepLearning.Testing;

/// <summary>What a check looks at. Reports name it, and <see cref="CheckOptions.Except"/> leaves it out.</summary>
public enum Aspect
{
    /// <summary>It computes at all. What fails here is reported alone.</summary>
    Forward,

    /// <summary>Inputs and outputs have the declared shapes.</summary>
    Shapes,

    /// <summary>Outputs and gradients are finite.</summary>
    Finite,

    /// <summary>First derivatives are those of finite differences, and every parameter gets a gradient.</summary>
    FirstGradients,

    /// <summary>Second derivatives are those of finite differences.</summary>
    SecondGradients,

    /// <summary>In evaluation, a sample gives the same alone as in its batch, and without the batch axis where that is supported.</summary>
    Batch,

    /// <summary>
    /// Evaluation is deterministic and changes no state; training draws from <see cref="Generator.Default"/> alone and changes nothing but
    /// buffers.
    /// </summary>
    Modes,

    /// <summary>What is saved and loaded, in memory and in a file, goes on to the same bits.</summary>
    SaveAndLoad,

    /// <summary>float32 is close to float64; 16-bit types compute, are close, and stay the type of the results.</summary>
    DTypes,

    /// <summary>A conversion reaches all parameters and floating-point buffers, and keeps the objects.</summary>
    Conversion,

    /// <summary>The printed text names the type, in any culture.</summary>
    Printing,

    /// <summary>What is passed in is not changed.</summary>
    Input,

    /// <summary>Inputs that are not contiguous give the same.</summary>
    Strides,

    /// <summary>Several threads at once, and any number of threads inside, give the same bits.</summary>
    Threads,

    /// <summary>What does not fit is refused by an error that names the layer and what would fit, and changes nothing.</summary>
    Errors,

    /// <summary>Sum and mean of a loss are those of its elements.</summary>
    Reductions,

    /// <summary>An optimizer makes a quadratic smaller.</summary>
    Descent,

    /// <summary>What an optimizer does to a parameter does not depend on the others; each group has its own options.</summary>
    Groups,

    /// <summary>A parameter without a gradient stays as it is, and so does every gradient.</summary>
    NoGradient,
}
