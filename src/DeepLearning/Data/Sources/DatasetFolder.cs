using System.Text;

namespace DeepLearning.Data;

/// <summary>
/// A folder that holds all files of a published data set. Without a folder given it is looked for in the environment variable
/// <c>DEEPLEARNING_DATA</c> (the folder itself, or a sub-folder with the set's name), in the user's cache folder, and where the operating
/// system's package puts it.
/// </summary>
public sealed class DatasetFolder
{
    /// <summary>The environment variable that names a folder of data sets.</summary>
    public const string EnvironmentVariable = "DEEPLEARNING_DATA";

    private readonly Dictionary<string, string> _files;

    private DatasetFolder(DatasetSource source, string path, Dictionary<string, string> files)
    {
        Source = source;
        Path = path;
        _files = files;
    }

    /// <summary>
    /// The folder that downloaded sets are kept in, one sub-folder per set: <c>deeplearning/datasets</c> in <c>%LOCALAPPDATA%</c> on
    /// Windows, in <c>~/Library/Caches</c> on macOS, and elsewhere in <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c>.
    /// </summary>
    public static string CacheRoot => DatasetPlaces.Current.Cache;

    /// <summary>The set.</summary>
    public DatasetSource Source { get; }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Source.Title} in {Path}";

    /// <summary>The path of one of the set's files in this folder; its name may differ from the published one by compression.</summary>
    /// <param name="name">The file's published name.</param>
    /// <exception cref="ArgumentException">The set has no such file.</exception>
    public string this[string name] => _files.TryGetValue(name, out string? path)
        ? path
        : throw new ArgumentException($"{Source.Title} has no file {name}; it has {string.Join(", ", _files.Keys)}.", nameof(name));

    /// <summary>Finds a set on this machine.</summary>
    /// <param name="source">The set, such as <see cref="WellKnownDatasets.Mnist"/>.</param>
    /// <param name="folder">The only folder to look in (and in its sub-folder with the set's name); null for the usual places.</param>
    /// <exception cref="DatasetNotFoundException">
    /// No place has all files; the message names the files, the places and ways to get them.
    /// </exception>
    public static DatasetFolder Find(DatasetSource source, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Find(source, folder, DatasetPlaces.Current);
    }

    /// <summary>Finds a set on this machine, or downloads it into the folder given, else into the cache folder.</summary>
    /// <param name="source">The set.</param>
    /// <param name="folder">The only folder to look in, and the one to download to; null for the usual places.</param>
    /// <param name="downloader">Downloads what is missing; null for <see cref="Downloader.Default"/>.</param>
    /// <param name="progress">Is told how far each file is.</param>
    /// <param name="cancellation">Ends the download; the next one goes on from there.</param>
    /// <exception cref="DatasetNotFoundException">
    /// No place has all files, and they could not be downloaded; the message says why, and how to get them.
    /// </exception>
    public static Task<DatasetFolder> FindOrDownloadAsync(
        DatasetSource source, string? folder = null, Downloader? downloader = null, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return FindOrDownloadAsync(source, folder, downloader ?? Downloader.Default, progress, DatasetPlaces.Current, cancellation);
    }

    /// <summary>As the public method, with places of the caller's choice.</summary>
    internal static async Task<DatasetFolder> FindOrDownloadAsync(
        DatasetSource source, string? folder, Downloader downloader, IProgress<DownloadProgress>? progress, DatasetPlaces places,
        CancellationToken cancellation)
    {
        if (TryFind(source, folder, places, out string looked) is { } present)
        {
            return present;
        }

        string target = folder is null ? places.CacheFor(source) : places.For(source, folder).First().Folder;
        try
        {
            await downloader.DownloadAsync(source, target, progress, cancellation).ConfigureAwait(false);
        }
        catch (DownloadException e)
        {
            throw Missing(source, folder, places, looked, e);
        }

        return Find(source, target, places);
    }

    /// <summary>As the public method, with places of the caller's choice.</summary>
    internal static DatasetFolder Find(DatasetSource source, string? folder, DatasetPlaces places) =>
        TryFind(source, folder, places, out string looked) ?? throw Missing(source, folder, places, looked);

    /// <summary>Finds a set, or says what was wrong with each place.</summary>
    internal static DatasetFolder? TryFind(DatasetSource source, string? folder, DatasetPlaces places, out string looked)
    {
        StringBuilder report = new();
        foreach ((string place, string reason) in places.For(source, folder))
        {
            string? wrong = Open(source, place, out DatasetFolder? found);
            if (wrong is null)
            {
                looked = "";
                return found;
            }

            report.Append("\n  ").Append(place).Append(" (").Append(reason).Append("): ").Append(wrong);
        }

        looked = report.ToString();
        return null;
    }

    /// <summary>The error when a set is nowhere.</summary>
    private static DatasetNotFoundException Missing(
        DatasetSource source, string? folder, DatasetPlaces places, string looked, DownloadException? failure = null)
    {
        StringBuilder message = new($"{source.Title} was not found. It needs {string.Join(", ", source.Files.Select(static f => f.Name))}. "
            + $"Looked in:{looked}\n");
        message.Append(failure is null ? "To get it, pass download: true, or give" : failure.Message + "\nOr give");
        message.Append(" the folder that has it, or set the environment variable ").Append(EnvironmentVariable)
            .Append(" to that folder or the one above it");
        if (failure is null && source.Files.All(static f => f.Urls.Count > 0))
        {
            string[] hosts = [.. source.Files.Select(static f => new Uri(f.Urls[0], ".").AbsoluteUri).Distinct()];
            message.Append(", or download the files from ").AppendJoin(" and ", hosts)
                .Append(" into ").Append(folder ?? places.CacheFor(source));
        }

        message.Append(source.Hint is null ? "." : $", or {source.Hint}.");
        return new DatasetNotFoundException(message.ToString(), source.Name, failure);
    }

    private static string? Open(DatasetSource source, string path, out DatasetFolder? found)
    {
        found = null;
        if (!Directory.Exists(path))
        {
            return "no such folder";
        }

        Dictionary<string, string> files = [];
        List<string> missing = [];
        foreach (DatasetFile file in source.Files)
        {
            if (file.FindIn(path) is { } present)
            {
                files.Add(file.Name, present);
            }
            else
            {
                missing.Add(file.Name);
            }
        }

        if (missing.Count > 0)
        {
            return missing.Count == source.Files.Count ? "none of the files" : "lacks " + string.Join(", ", missing);
        }

        found = new DatasetFolder(source, path, files);
        return source.Objection?.Invoke(found);
    }
}
