using DeepLearning.Serialization;

namespace DeepLearning.Onnx;

/// <summary>
/// A file is not ONNX, is damaged, or asks for what is refused; or a model cannot be written as ONNX. The message names the file or model,
/// the node or tensor, and what is wrong.
/// </summary>
public sealed class OnnxException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, and where.</param>
    /// <param name="inner">The exception it explains.</param>
    public OnnxException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>A name from a file as a message shows it: in quotes, shortened, without control characters.</summary>
    internal static string Quote(string text) => SafetensorsException.Quote(text);
}
