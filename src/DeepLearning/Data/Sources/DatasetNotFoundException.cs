namespace DeepLearning.Data;

/// <summary>A data set is not on this machine; the message names the files, the places looked in, and ways to get them.</summary>
public sealed class DatasetNotFoundException : FileNotFoundException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing, where it was looked for, and how to get it.</param>
    /// <param name="dataset">The set's short name.</param>
    /// <param name="cause">Why it could not be downloaded, if that was tried.</param>
    public DatasetNotFoundException(string message, string dataset, Exception? cause = null) : base(message, cause) => Dataset = dataset;

    /// <summary>The set's short name, such as <c>mnist</c>.</summary>
    public string Dataset { get; }
}
