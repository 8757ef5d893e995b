namespace DeepLearning;

/// <summary>An operation made the first NaN while <see cref="Autograd.DetectAnomaly"/> was on.</summary>
public sealed class AnomalyException : ArithmeticException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="operation">The operation that made the NaN.</param>
    /// <param name="message">What was computed, and where the operation was recorded.</param>
    public AnomalyException(string operation, string message) : base(message) => Operation = operation;

    internal AnomalyException(string operation, string message, Exception inner) : base(message, inner) => Operation = operation;

    /// <summary>The operation that made the NaN.</summary>
    public string Operation { get; }
}
