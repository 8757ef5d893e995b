namespace DeepLearning.Testing;

/// <summary>A check does not hold. Any test framework reports it as a failed test.</summary>
public sealed class CheckException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What does not hold.</param>
    public CheckException(string message) : base(message) => Failures = [];

    /// <summary>Creates the exception of a check of several aspects.</summary>
    /// <param name="message">What does not hold.</param>
    /// <param name="failures">The aspects that failed.</param>
    public CheckException(string message, IReadOnlyList<CheckFailure> failures) : base(message) => Failures = failures;

    /// <summary>The aspects that failed; empty for a check of one thing.</summary>
    public IReadOnlyList<CheckFailure> Failures { get; }
}
