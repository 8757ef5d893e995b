namespace DeepLearning.Data;

/// <summary>
/// A file could not be downloaded; the message names it, what went wrong at each address, and how to get it by hand.
/// </summary>
public sealed class DownloadException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong where, and what to do.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="cause">What went wrong last.</param>
    public DownloadException(string message, string file, Exception? cause = null) : base(message, cause) => File = file;

    /// <summary>The file's name.</summary>
    public string File { get; }
}
