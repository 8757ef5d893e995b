namespace DeepLearning.Data;

/// <summary>One file of a published data set: its name, and where and how it can be had.</summary>
/// <param name="Name">The file's name, as published.</param>
/// <param name="Urls">Where it can be downloaded, in the order of trying; the same bytes everywhere.</param>
public sealed record DatasetFile(string Name, params IReadOnlyList<Uri> Urls)
{
    /// <summary>What it is called, and what is in it.</summary>
    public override string ToString() => Length is { } length ? $"{Name}, {length} bytes" : Name;

    /// <summary>Bytes of the published file; null when unknown.</summary>
    public long? Length { get; init; }

    /// <summary>The SHA-256 of the published file in hexadecimal; null when unknown.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The MD5 of the published file in hexadecimal, for files of which no SHA-256 is published.</summary>
    public string? Md5 { get; init; }

    /// <summary>Other names under which the file, or its unpacked content, is found in folders.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>
    /// The file in a folder under one of the names it is found with: as published, unpacked (without <c>.gz</c>), and for the IDX files
    /// of the MNIST family with a dot before <c>idx</c>; then under its <see cref="OtherNames"/>. Null when there is none.
    /// </summary>
    /// <param name="folder">The folder.</param>
    public string? FindIn(string folder)
    {
        foreach (string name in Names().Concat(OtherNames))
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private IEnumerable<string> Names()
    {
        yield return Name;
        string unpacked = Name.EndsWith(".gz", StringComparison.Ordinal) ? Name[..^3] : Name;
        string dotted = unpacked.Replace("-idx", ".idx", StringComparison.Ordinal);
        yield return unpacked;
        yield return dotted;
        yield return dotted + ".gz";
    }
}
