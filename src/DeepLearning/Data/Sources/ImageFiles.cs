using System.IO.Compression;

namespace DeepLearning.Data;

/// <summary>Reads the four IDX files that MNIST and its relatives consist of.</summary>
internal static class ImageFiles
{
    private const string TrainingImages = "train-images-idx3-ubyte.gz";
    private const string TrainingLabels = "train-labels-idx1-ubyte.gz";
    private const string TestImages = "t10k-images-idx3-ubyte.gz";
    private const string TestLabels = "t10k-labels-idx1-ubyte.gz";

    // How the training labels of two sets begin: their files have the same names, and a wrong folder would train without an error.
    private static readonly (string Title, byte[] Labels)[] _beginnings =
    [
        ("MNIST", [5, 0, 4, 1, 9, 2, 1, 3, 1, 4, 3, 5, 3, 6, 1, 7]),
        ("Fashion-MNIST", [9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9, 5, 5, 7, 9]),
    ];

    /// <summary>The files: training images and labels, test images and labels.</summary>
    public static IReadOnlyList<string> Names { get; } = [TrainingImages, TrainingLabels, TestImages, TestLabels];

    /// <summary>Finds a set, or downloads it when allowed, and reads it.</summary>
    public static ImageSets Load(DatasetSource source, IReadOnlyList<string> classes, string? folder, bool download, bool raw) => Read(
        download
            ? DatasetFolder.FindOrDownloadAsync(source, folder).GetAwaiter().GetResult()
            : DatasetFolder.Find(source, folder),
        classes,
        raw);

    /// <summary>As <see cref="Load"/>, on another thread.</summary>
    public static Task<ImageSets> LoadAsync(
        DatasetSource source, IReadOnlyList<string> classes, string? folder, bool download, bool raw,
        IProgress<DownloadProgress>? progress, CancellationToken cancellation) => Task.Run(
            async () =>
            {
                DatasetFolder found = download
                    ? await DatasetFolder.FindOrDownloadAsync(source, folder, null, progress, cancellation).ConfigureAwait(false)
                    : DatasetFolder.Find(source, folder);
                cancellation.ThrowIfCancellationRequested();
                return Read(found, classes, raw);
            },
            cancellation);

    /// <summary>Names the other set that a folder's files are of.</summary>
    public static string? Objection(DatasetFolder folder, string title)
    {
        Span<byte> start = stackalloc byte[8 + 16];
        try
        {
            using FileStream file = File.OpenRead(folder[TrainingLabels]);
            using GZipMagic content = new(file);
            using Stream plain = content.IsCompressed ? new GZipStream(content, CompressionMode.Decompress) : content;
            plain.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }

        foreach ((string other, byte[] labels) in _beginnings)
        {
            if (other != title && start[8..].SequenceEqual(labels))
            {
                return $"holds the files of {other}";
            }
        }

        return null;
    }

    private static ImageSets Read(DatasetFolder folder, IReadOnlyList<string> classes, bool raw) => new(
        Read(folder[TrainingImages], folder[TrainingLabels], classes.Count, raw),
        Read(folder[TestImages], folder[TestLabels], classes.Count, raw),
        classes,
        folder.Path);

    private static TensorDataset Read(string imagesPath, string labelsPath, int classes, bool raw)
    {
        Tensor images = IdxFile.Read(imagesPath), labels = IdxFile.Read(labelsPath);
        if (images.Rank != 3 || images.DType != DType.UInt8)
        {
            throw new InvalidDataException($"{imagesPath}: {images.DType.Name()}{images.Shape} is not a set of gray images; "
                + "uint8 [images, height, width] is.");
        }

        if (labels.Rank != 1 || labels.DType != DType.UInt8 || labels.Size(0) != images.Size(0))
        {
            throw new InvalidDataException($"{labelsPath}: {labels.DType.Name()}{labels.Shape} is not one label for each of the "
                + $"{images.Size(0)} images of {imagesPath}.");
        }

        int wrong = labels.Read<byte, int>(all => all.IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1)));
        if (wrong >= 0)
        {
            throw new InvalidDataException(
                $"{labelsPath}: label {wrong} is {labels[wrong].Item<byte>()}; there are {classes} classes, from 0.");
        }

        Tensor inputs = images.Unsqueeze(1);
        return new TensorDataset(raw ? inputs : inputs.To(DType.Float32).DivideInPlace(255), labels.To(DType.Int64));
    }
}
