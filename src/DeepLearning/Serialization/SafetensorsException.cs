using System.Text;

namespace DeepLearning.Serialization;

/// <summary>A file is not in the safetensors format, or damaged; the message names the file, the tensor and what is wrong.</summary>
public sealed class SafetensorsException : IOException
{
    private const int LongestQuote = 120;

    /// <summary>Creates the exception.</summary>
    /// <param name="fileName">The file, or what stands for it when it was read from a stream.</param>
    /// <param name="key">The tensor or metadata key concerned, if one is.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="inner">The exception it explains.</param>
    public SafetensorsException(string fileName, string? key, string problem, Exception? inner = null)
        : base(key is null ? $"{fileName}: {problem}" : $"{fileName}: {Quote(key)}: {problem}", inner)
    {
        FileName = fileName;
        Key = key;
    }

    /// <summary>The file, or what stands for it when it was read from a stream.</summary>
    public string FileName { get; }

    /// <summary>The tensor or metadata key concerned; null when the whole file is.</summary>
    public string? Key { get; }

    /// <summary>A text out of a file, made safe for a one-line message: shortened, and without control characters.</summary>
    internal static string Quote(string text)
    {
        StringBuilder quoted = new("'");
        foreach (char letter in text.AsSpan(0, Math.Min(text.Length, LongestQuote)))
        {
            quoted.Append(char.IsControl(letter) || char.IsSurrogate(letter) ? '\uFFFD' : letter);
        }

        return quoted.Append(text.Length > LongestQuote ? "…'" : "'").ToString();
    }
}
