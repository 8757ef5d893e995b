namespace DeepLearning.Testing;

/// <summary>What <see cref="CheckLayer"/> can be told of a layer.</summary>
/// <remarks>
/// Inputs and outputs are counted tensor by tensor: those of a tuple one after the other, without those that are null.
/// </remarks>
public record LayerCheckOptions : CheckOptions
{
    /// <summary>The shapes of the inputs, as patterns that share their names with those of the outputs; not checked when empty.</summary>
    public IReadOnlyList<string> InputShapes { get; init; } = [];

    /// <summary>The shapes of the outputs, as patterns such as <c>[N, 4]</c>; not checked when empty.</summary>
    public IReadOnlyList<string> OutputShapes { get; init; } = [];

    /// <summary>
    /// The axis of the samples, of all inputs and outputs; null where samples depend on one another, or where there are none.
    /// </summary>
    public int? BatchAxis { get; init; } = 0;

    /// <summary>The axis of the samples of each input, where they differ; null for an input that all samples share.</summary>
    public IReadOnlyList<int?>? InputBatchAxes { get; init; }

    /// <summary>The axis of the samples of each output, where they differ; null for an output that is not looked at.</summary>
    public IReadOnlyList<int?>? OutputBatchAxes { get; init; }

    /// <summary>Whether the layer takes a single sample without the batch axis, too.</summary>
    public bool Unbatched { get; init; }

    /// <summary>Whether a call in training changes a buffer; null where that is not checked.</summary>
    public bool? BuffersChange { get; init; }

    /// <summary>Inputs of a floating-point type that have no gradient, by their positions.</summary>
    public IReadOnlyCollection<int> WithoutGradient { get; init; } = [];

    /// <summary>Parameters that these inputs do not use, by their names: they get no gradient.</summary>
    public IReadOnlyCollection<string> Unused { get; init; } = [];

    /// <summary>Inputs that must be refused.</summary>
    public IReadOnlyList<Rejection> Rejects { get; init; } = [];

    /// <summary>The types, beside float64, that the layer computes in.</summary>
    public IReadOnlyCollection<DType> DTypes { get; init; } = [DType.Float32, DType.Float16, DType.BFloat16];

    /// <summary>The error of float32 allowed relative to the norm; gradients may have four times as much.</summary>
    public double Float32Tolerance { get; init; } = 1e-5;

    /// <summary>The error of 16-bit types allowed relative to the norm, in roundings; gradients may have four times as much.</summary>
    public double NarrowRoundings { get; init; } = 8;

    /// <summary>The distance of finite differences.</summary>
    public double Step { get; init; } = 1e-6;

    /// <summary>The absolute error allowed of a derivative.</summary>
    public double GradientTolerance { get; init; } = 1e-6;

    /// <summary>The error allowed of results in a type, relative to the norm.</summary>
    internal double ToleranceOf(DType dtype) => dtype switch
    {
        DType.Float32 => Float32Tolerance,
        DType.Float16 => NarrowRoundings * Math.ScaleB(1, -11),
        DType.BFloat16 => NarrowRoundings * Math.ScaleB(1, -8),
        _ => throw new ArgumentException($"{dtype.Name()} is not compared with float64."),
    };
}
