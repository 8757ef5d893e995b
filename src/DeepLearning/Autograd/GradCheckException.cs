namespace DeepLearning;

/// <summary>A derivative differs from its finite difference.</summary>
public sealed class GradCheckException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which derivative, and both values.</param>
    public GradCheckException(string message) : base(message)
    {
    }
}
