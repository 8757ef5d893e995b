namespace DeepLearning.Backends;

/// <summary>One spatial axis of a convolution.</summary>
/// <param name="Input">The length of the input.</param>
/// <param name="Kernel">The taps of the kernel.</param>
/// <param name="Stride">The distance between neighboring outputs.</param>
/// <param name="Padding">Zeros before the input; as many lie behind it.</param>
/// <param name="Dilation">The distance between neighboring taps.</param>
internal readonly record struct SpatialAxis(int Input, int Kernel, int Stride = 1, int Padding = 0, int Dilation = 1)
{
    /// <summary>An axis of length 1 with one tap: it changes nothing, so that one axis is two with this one before it.</summary>
    public static SpatialAxis None => new(1, 1);

    /// <summary>The length of the padded input.</summary>
    public long PaddedInput => Input + (2L * Padding);

    /// <summary>The elements from the first tap of a kernel to its last.</summary>
    public long Reach => ((long)Dilation * (Kernel - 1)) + 1;

    /// <summary>The number of outputs, which may be more than an axis can have.</summary>
    public long Outputs => PaddedInput < Reach ? 0 : ((PaddedInput - Reach) / Stride) + 1;

    /// <summary>The length of the output.</summary>
    public int Output => (int)Outputs;

    /// <summary>
    /// What the input is longer than its outputs need, at the end: the output padding of the transposed convolution that makes it.
    /// </summary>
    public int OutputPadding => (int)((PaddedInput - Reach) % Stride);

    /// <summary>The shortest input of so many outputs; it may be negative where the padding alone is more.</summary>
    public long LeastInput(int outputs) => ((outputs - 1L) * Stride) + Reach - (2L * Padding);
}
