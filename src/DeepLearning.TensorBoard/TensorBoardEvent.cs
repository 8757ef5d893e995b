namespace DeepLearning.TensorBoard;

/// <summary>An event of an <see cref="EventFile"/>.</summary>
public sealed record TensorBoardEvent
{
    /// <summary>When it was written.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The epoch or batch.</summary>
    public long Step { get; init; }

    /// <summary>The version of the file; only in its first event.</summary>
    public string? FileVersion { get; init; }

    /// <summary>A graph, as a GraphDef message; empty in other events.</summary>
    public ReadOnlyMemory<byte> GraphDef { get; init; }

    /// <summary>The values; none in other events.</summary>
    public IReadOnlyList<TensorBoardValue> Values { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"step {Step}: {FileVersion ?? string.Join("; ", Values)}";
}

/// <summary>A value of a series in an <see cref="EventFile"/>; it has one of the kinds, or none of those that are read here.</summary>
public sealed record TensorBoardValue
{
    /// <summary>The series.</summary>
    public string Tag { get; init; } = "";

    /// <summary>The value, if it is a scalar.</summary>
    public double? Scalar { get; init; }

    /// <summary>The value, if it is a histogram.</summary>
    public TensorBoardHistogram? Histogram { get; init; }

    /// <summary>The value, if it is an image: the bytes of its file, mostly PNG.</summary>
    public ReadOnlyMemory<byte>? Image { get; init; }

    /// <summary>The value, if it is a text.</summary>
    public string? Text { get; init; }

    /// <summary>The part of TensorBoard that the value is for, if it says so.</summary>
    public string? Plugin { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Tag} {(Scalar is { } number ? FormattableString.Invariant($"{number}") : Text ?? Shown)}";

    private string Shown => Histogram is { } histogram ? histogram.ToString() : Image is { } image ? $"image, {image.Length} bytes" : "";
}
