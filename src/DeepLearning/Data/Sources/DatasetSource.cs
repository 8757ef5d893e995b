namespace DeepLearning.Data;

/// <summary>A published data set: its files, and the folders in which it is found.</summary>
/// <param name="Name">Its short name, which is also the name of its folder, such as <c>fashion-mnist</c>.</param>
/// <param name="Title">Its name for readers, such as <c>Fashion-MNIST</c>.</param>
/// <param name="Files">Its files.</param>
public sealed record DatasetSource(string Name, string Title, params IReadOnlyList<DatasetFile> Files)
{
    /// <summary>What it is called, and what is in it.</summary>
    public override string ToString() => $"{Title} ({string.Join(", ", Files.Select(static file => file.Name))})";

    /// <summary>The page that describes the set and its license.</summary>
    public Uri? HomePage { get; init; }

    /// <summary>Other sub-folders that hold the set in places shared with other programs, such as <c>FashionMNIST/raw</c>.</summary>
    public IReadOnlyList<string> OtherFolders { get; init; } = [];

    /// <summary>Folders where an operating system's package puts the set.</summary>
    public IReadOnlyList<string> SystemFolders { get; init; } = [];

    /// <summary>Another way to get the set, for the error when it is missing.</summary>
    public string? Hint { get; init; }

    /// <summary>Says why the files of a folder are not of this set although they have their names; null when they may be.</summary>
    internal Func<DatasetFolder, string?>? Objection { get; init; }
}
