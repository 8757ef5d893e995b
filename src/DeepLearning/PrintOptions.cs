namespace DeepLearning;

/// <summary>How <see cref="Tensor.ToString(PrintOptions)"/> writes a tensor; the defaults are PyTorch's.</summary>
public sealed record PrintOptions
{
    private static PrintOptions s_default = new();

    /// <summary>What <see cref="Tensor.ToString()"/> uses, in the whole process.</summary>
    public static PrintOptions Default
    {
        get => s_default;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            s_default = value;
        }
    }

    /// <summary>Digits after the point.</summary>
    public int Precision { get; init; } = 4;

    /// <summary>Tensors of more elements are summarized: of each axis only the first and last are shown.</summary>
    public int Threshold { get; init; } = 1000;

    /// <summary>How many elements of each end of an axis a summary shows.</summary>
    public int EdgeItems { get; init; } = 3;

    /// <summary>Characters a line.</summary>
    public int LineWidth { get; init; } = 80;

    /// <summary>Whether to write numbers with an exponent; null to decide by their range.</summary>
    public bool? Scientific { get; init; }
}
