namespace DeepLearning.Data;

/// <summary>A sample could not be read, or a batch not be put together; the message names it, and the inner exception says why.</summary>
public sealed class DataLoaderException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which sample, and why.</param>
    /// <param name="index">The sample's position in the set; the first of the batch when that is what failed.</param>
    /// <param name="cause">What its reading threw.</param>
    public DataLoaderException(string message, int index, Exception cause) : base(message, cause) => Index = index;

    /// <summary>The sample's position in the set; the first of the batch when that is what failed.</summary>
    public int Index { get; }
}
