namespace DeepLearning.Layers;

/// <summary>A state dictionary does not fit the module or optimizer it is loaded into; the message lists every key that does not.</summary>
public sealed class StateDictException : ArgumentException
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">The keys that do not fit.</param>
    public StateDictException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message and its cause.</summary>
    /// <param name="message">The keys that do not fit, and where they come from.</param>
    /// <param name="inner">The exception that says so.</param>
    public StateDictException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
