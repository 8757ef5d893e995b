namespace DeepLearning.Data;

/// <summary>How far a download is.</summary>
/// <param name="File">The name of the file that is on its way.</param>
/// <param name="Url">Where it comes from.</param>
/// <param name="Received">Bytes of it that are here, those of an earlier, interrupted download included.</param>
/// <param name="Total">Bytes it will have; null when neither the description nor the server says.</param>
public readonly record struct DownloadProgress(string File, Uri Url, long Received, long? Total)
{
    /// <summary>The part that is here, 0 to 1; null when the total is unknown.</summary>
    public double? Fraction => Total switch
    {
        null => null,
        0 => 1,
        { } total => (double)Received / total,
    };
}
