namespace DeepLearning.Data;

/// <summary>Where data sets are looked for when no folder is given; what the process's environment says, or a test.</summary>
/// <param name="Variable">The value of <see cref="DatasetFolder.EnvironmentVariable"/>.</param>
/// <param name="Cache">The folder that holds a sub-folder per set.</param>
internal sealed record DatasetPlaces(string? Variable, string Cache)
{
    /// <summary>The places of this process now.</summary>
    public static DatasetPlaces Current =>
        new(Environment.GetEnvironmentVariable(DatasetFolder.EnvironmentVariable), CacheOf(Environment.GetEnvironmentVariable));

    private static string CacheOf(Func<string, string?> variable)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string cache = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : variable("XDG_CACHE_HOME") is { Length: > 0 } given && Path.IsPathRooted(given) ? given
            : Path.Combine(home, ".cache");
        return Path.Combine(cache.Length > 0 ? cache : Path.GetTempPath(), "deeplearning", "datasets");
    }

    /// <summary>The cache folder of a set.</summary>
    public string CacheFor(DatasetSource source) => Path.Combine(Cache, source.Name);

    /// <summary>The folders to look in, in order, each with what led to it.</summary>
    public IEnumerable<(string Folder, string Reason)> For(DatasetSource source, string? folder)
    {
        if (folder is not null)
        {
            return Inside(folder, source, "the folder given");
        }

        IEnumerable<(string Folder, string Reason)> places = string.IsNullOrWhiteSpace(Variable)
            ? []
            : Inside(Variable, source, $"environment variable {DatasetFolder.EnvironmentVariable}");
        return [.. places, (CacheFor(source), "cache"), .. source.SystemFolders.Select(static f => (f, "system package"))];
    }

    // A sub-folder with the set's own name is the better match: sets of one family have files of the same names.
    private static IEnumerable<(string Folder, string Reason)> Inside(string folder, DatasetSource source, string reason)
    {
        foreach (string name in (IEnumerable<string>)[source.Name, .. source.OtherFolders])
        {
            if (Path.Combine(folder, name) is string inside && Directory.Exists(inside))
            {
                yield return (inside, reason);
            }
        }

        yield return (folder, reason);
    }
}
