namespace DeepLearning.Serialization;

/// <summary>
/// Writes files that are either the old one or the whole new one, whatever happens meanwhile: the bytes go to a temporary file in the
/// same folder, onto the disk, and only then take the old file's place.
/// </summary>
public static class AtomicFile
{
    /// <summary>What the name of a file being written ends with.</summary>
    public const string TemporarySuffix = ".tmp";

    private const int BufferSize = 1 << 16;

    private static readonly HashSet<string> _writing = [];

    /// <summary>Writes a file, replacing the one of that name when all is written.</summary>
    /// <remarks>
    /// The temporary file has the file's name with <see cref="TemporarySuffix"/>, so what a crash leaves behind is written over by the
    /// next write. A Unix file keeps its permissions; a symbolic link stays, and the file it leads to is replaced.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content; it must leave the stream open. When it throws, the old file stays as it is.</param>
    /// <exception cref="IOException">Another write of the same file is under way, the path is a folder, or the disk failed.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        if (new FileInfo(full).LinkTarget is not null)
        {
            full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        }

        CheckPlace(full);
        lock (_writing)
        {
            if (!_writing.Add(full))
            {
                throw Busy(full, null);
            }
        }

        try
        {
            WriteAlone(full, full + TemporarySuffix, write);
        }
        finally
        {
            lock (_writing)
            {
                _writing.Remove(full);
            }
        }
    }

    /// <summary>Writes a text file (UTF-8 without a byte order mark), replacing the one of that name when all is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="IOException">As <see cref="Write"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream =>
        {
            using StreamWriter writer = new(stream, leaveOpen: true);
            writer.Write(text);
        });
    }

    /// <summary>Makes the folder of a file that is to be written later, and finds out whether a folder has the file's name.</summary>
    /// <exception cref="IOException">The path is a folder, or the file's folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be made.</exception>
    internal static void MakeFolder(string path)
    {
        string full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        CheckPlace(full);
    }

    private static void CheckPlace(string full)
    {
        if (Directory.Exists(full))
        {
            throw new IOException($"Cannot write {full}: it is a folder.");
        }

        string? folder = Path.GetDirectoryName(full);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"Cannot write {full}: the folder {folder} does not exist.");
        }
    }

    private static void WriteAlone(string full, string temporary, Action<Stream> write)
    {
        using FileStream stream = Open(full, temporary);
        bool done = false;
        try
        {
            stream.SetLength(0);
            write(stream);
            stream.Flush(flushToDisk: true);
            if (!OperatingSystem.IsWindows() && File.Exists(full))
            {
                File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(full));
            }

            // Under the lock of the open file: once it is closed, another process may take the temporary file and empty it.
            File.Move(temporary, full, overwrite: true);
            done = true;
        }
        finally
        {
            if (!done)
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Opens the temporary file for this process alone, without changing what may be another's.</summary>
    private static FileStream Open(string full, string temporary)
    {
        // Windows renames an open file only if deleting is shared; elsewhere only None keeps other writers out.
        FileShare share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
        FileStream stream;
        try
        {
            // Or the file that it leads to would be emptied, and the link become the result.
            if (new FileInfo(temporary).LinkTarget is not null)
            {
                File.Delete(temporary);
            }

            stream = new FileStream(temporary, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, BufferSize);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException($"Cannot write {full}: {temporary} cannot be created or written to; check the "
                + "permissions of the folder.", e);
        }
        catch (IOException e) when (File.Exists(temporary))
        {
            throw Busy(full, e);
        }

        if (!File.Exists(temporary))
        {
            // The other process has just finished, and what was opened is its result now.
            stream.Dispose();
            throw Busy(full, null);
        }

        return stream;
    }

    private static IOException Busy(string full, Exception? inner) =>
        new($"Cannot write {full}: another write of it is under way ({Path.GetFileName(full)}{TemporarySuffix} is in use).", inner);
}
