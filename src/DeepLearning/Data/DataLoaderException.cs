namespace DeepLearning.Data;

/// <summary>A sample could not be read; the message names it, and the inner exception says why.</summary>
public sealed class DataLoaderException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which sample, and why.</param>
    /// <param name="index">The sample's position in the set; a batch's first when it was read as a whole.</param>
    /// <param name="cause">What its reading threw.</param>
    public DataLoaderException(string message, int index, Exception cause) : base(message, cause) => Index = index;

    /// <summary>The sample's position in the set; a batch's first when it was read as a whole.</summary>
    public int Index { get; }
}
