namespace DeepLearning.Data;

/// <summary>Kuzushiji-MNIST, 60,000 training and 10,000 test cursive Japanese characters, 28×28 gray pixels.</summary>
public static class KuzushijiMnist
{
    /// <summary>What the classes are called, by class number.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"];

    /// <summary>Reads the training and the test images; plain or gzip files.</summary>
    /// <param name="folder">The only folder to look in; null for the usual places (<see cref="DatasetFolder"/>).</param>
    /// <param name="download">Download what is missing, into that folder or else the cache folder.</param>
    /// <param name="raw">Leave the pixels uint8, 0 to 255; otherwise they become float32, divided by 255.</param>
    /// <exception cref="DatasetNotFoundException">The files are not there; the message says how to get them.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or is not of this set.</exception>
    public static ImageSets Load(string? folder = null, bool download = false, bool raw = false) =>
        ImageFiles.Load(WellKnownDatasets.KuzushijiMnist, ClassNames, folder, download, raw);

    /// <summary>As <see cref="Load"/>, on another thread.</summary>
    /// <param name="folder">The only folder to look in; null for the usual places (<see cref="DatasetFolder"/>).</param>
    /// <param name="download">Download what is missing, into that folder or else the cache folder.</param>
    /// <param name="raw">Leave the pixels uint8, 0 to 255; otherwise they become float32, divided by 255.</param>
    /// <param name="progress">Is told how far a download is.</param>
    /// <param name="cancellation">Ends a download; the next one goes on from there.</param>
    /// <exception cref="DatasetNotFoundException">The files are not there; the message says how to get them.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or is not of this set.</exception>
    public static Task<ImageSets> LoadAsync(
        string? folder = null, bool download = false, bool raw = false, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellation = default) =>
        ImageFiles.LoadAsync(WellKnownDatasets.KuzushijiMnist, ClassNames, folder, download, raw, progress, cancellation);
}
