namespace DeepLearning.Tokenizers;

/// <summary>A tokenizer's file or its parts are not what they must be; the message names the place and what was expected.</summary>
public sealed class TokenizerException : Exception
{
    /// <summary>An exception with no more than its type to say.</summary>
    public TokenizerException()
    {
    }

    /// <summary>An exception with a message.</summary>
    /// <param name="message">What is wrong, where, and what would fit.</param>
    public TokenizerException(string message) : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    /// <param name="message">What is wrong, where, and what would fit.</param>
    /// <param name="innerException">What was caught.</param>
    public TokenizerException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
