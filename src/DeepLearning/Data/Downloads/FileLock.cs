namespace DeepLearning.Data;

/// <summary>
/// A lock between processes and threads: whoever holds the lock file open. The system lets go of it when a process dies, and the holder
/// deletes the file when it is done.
/// </summary>
/// <remarks>
/// Where an open file can be deleted (everywhere but on Windows), a file opened just before its holder deleted it has no name any more, and
/// somebody else may hold a new one of the same name. So a holder marks the file and looks whether the name leads to the mark; only who
/// has seen this deletes the file, and does so before letting go.
/// </remarks>
internal sealed class FileLock : IDisposable
{
    // The codes of Windows, and those of flock(2), with which .NET locks a file elsewhere.
    private const int ErrorSharingViolation = 32, ErrorLockViolation = 33, WouldBlockLinux = 11, WouldBlockMac = 35;

    // How often Windows may refuse a file that is being deleted before the refusal is taken as meant.
    private const int MostRefusals = 50;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _held;
    private readonly string _path;

    private FileLock(FileStream held, string path) => (_held, _path) = (held, path);

    /// <summary>Waits until nobody else holds the lock, and takes it; disposing the result lets go.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="IOException">The file cannot be made or written, for instance because its folder is gone.</exception>
    public static async Task<FileLock> TakeAsync(string path, CancellationToken cancellation)
    {
        for (int refusals = 0; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                if (TryTake(path) is { } taken)
                {
                    return taken;
                }
            }
            catch (IOException error) when (IsHeld(error))
            {
                await Task.Delay(_pause, cancellation).ConfigureAwait(false);
            }
            catch (UnauthorizedAccessException) when (OperatingSystem.IsWindows() && refusals < MostRefusals)
            {
                refusals++;
                await Task.Delay(_pause, cancellation).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(_path);
        }

        _held.Dispose();
    }

    /// <summary>The lock, or null if the file that was opened has lost its name.</summary>
    private static FileLock? TryTake(string path)
    {
        FileOptions options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
        FileStream held = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0, options);
        bool taken = false;
        try
        {
            taken = OperatingSystem.IsWindows() || IsNamed(held, path);
            return taken ? new FileLock(held, path) : null;
        }
        finally
        {
            if (!taken)
            {
                held.Dispose();
            }
        }
    }

    /// <summary>Gives the open file a time of its own, and looks whether the file of that name has it.</summary>
    private static bool IsNamed(FileStream held, string path)
    {
        DateTime mark = DateTime.UnixEpoch.AddSeconds(Random.Shared.Next());
        File.SetLastWriteTimeUtc(held.SafeFileHandle, mark);
        return File.GetLastWriteTimeUtc(path) == mark;
    }

    /// <summary>
    /// Whether the error says that somebody else has the file open. Whether the file is still there says nothing: the holder may have let
    /// go, and deleted it, since.
    /// </summary>
    private static bool IsHeld(IOException error) => OperatingSystem.IsWindows()
        ? (error.HResult & 0xFFFF) is ErrorSharingViolation or ErrorLockViolation
        : error.HResult is WouldBlockLinux or WouldBlockMac;
}
