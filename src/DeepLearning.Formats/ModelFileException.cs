using System.Globalization;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>
/// A file is not in the format that it was read as, is damaged, or holds what is refused; the message names the file, the entry, the place
/// and what is wrong.
/// </summary>
public sealed class ModelFileException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fileName">The file, or what stands for it when it was read from a stream.</param>
    /// <param name="key">The tensor, record or key concerned, if one is.</param>
    /// <param name="position">The byte at which it was found, counted from the start of the file or record, if it is known.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="inner">The exception it explains.</param>
    public ModelFileException(string fileName, string? key, long? position, string problem, Exception? inner = null)
        : base(Message(fileName, key, position, problem), inner)
    {
        FileName = fileName;
        Key = key;
        Position = position;
    }

    /// <summary>The file, or what stands for it when it was read from a stream.</summary>
    public string FileName { get; }

    /// <summary>The tensor, record or key concerned; null when the whole file is.</summary>
    public string? Key { get; }

    /// <summary>The byte at which it was found, counted from the start of the file or of the record <see cref="Key"/>.</summary>
    public long? Position { get; }

    private static new string Message(string fileName, string? key, long? position, string problem)
    {
        string place = key is null ? "" : $"{SafetensorsException.Quote(key)}: ";
        string at = position is { } p ? string.Create(CultureInfo.InvariantCulture, $"at byte {p}: ") : "";
        return $"{fileName}: {place}{at}{problem}";
    }
}
