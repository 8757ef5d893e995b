namespace DeepLearning.Backends;

/// <summary>One spatial axis of a convolution.</summary>
internal readonly record struct SpatialAxis
{
    /// <summary>An axis of a convolution whose stride and dilation are at least 1.</summary>
    /// <param name="input">The length of the input.</param>
    /// <param name="kernel">The taps of the kernel.</param>
    /// <param name="stride">The distance between neighboring outputs.</param>
    /// <param name="padding">Zeros before the input; as many lie behind it.</param>
    /// <param name="dilation">The distance between neighboring taps.</param>
    public SpatialAxis(int input, int kernel, int stride = 1, int padding = 0, int dilation = 1)
    {
        (Input, Kernel, Stride, Padding, Dilation) = (input, kernel, stride, padding, dilation);
        Outputs = PaddedInput < Reach ? 0 : ((PaddedInput - Reach) / Stride) + 1;
    }

    /// <summary>An axis of length 1 with one tap: it changes nothing, so that one axis is two with this one before it.</summary>
    public static SpatialAxis None => new(1, 1);

    public int Input { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Padding { get; }

    public int Dilation { get; }

    /// <summary>The number of outputs, which may be more than an axis can have. Kept, because kernels ask for it in their loops.</summary>
    public long Outputs { get; }

    /// <summary>The length of the output.</summary>
    public int Output => (int)Outputs;

    /// <summary>The length of the padded input.</summary>
    public long PaddedInput => Input + (2L * Padding);

    /// <summary>The elements from the first tap of a kernel to its last.</summary>
    public long Reach => ((long)Dilation * (Kernel - 1)) + 1;

    /// <summary>
    /// What the input is longer than its outputs need, at the end: the output padding of the transposed convolution that makes it.
    /// </summary>
    public int OutputPadding => (int)((PaddedInput - Reach) % Stride);

    /// <summary>The shortest input of so many outputs; it may be negative where the padding alone is more.</summary>
    public long LeastInput(int outputs) => ((outputs - 1L) * Stride) + Reach - (2L * Padding);
}
