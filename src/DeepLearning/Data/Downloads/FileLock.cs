namespace DeepLearning.Data;

/// <summary>
/// A lock between processes and threads: whoever holds the lock file open. The system lets go of it when a process dies, and the holder
/// deletes the file when it is done.
/// </summary>
internal static class FileLock
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until nobody else holds the lock, and takes it; disposing the result lets go.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static async Task<IDisposable> TakeAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                FileStream held = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
                if (File.Exists(path))
                {
                    return held;
                }

                // The previous holder deleted the file between our opening and locking it: what we hold has no name any more.
                await held.DisposeAsync().ConfigureAwait(false);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(_pause, cancellation).ConfigureAwait(false);
            }
        }
    }
}
