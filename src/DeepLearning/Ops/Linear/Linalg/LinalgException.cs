namespace DeepLearning;

/// <summary>
/// A matrix has not what a computation needs: it is singular, not positive definite or not finite. The message names the operation and
/// the matrix's place in the batch.
/// </summary>
public sealed class LinalgException : ArithmeticException
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">What is wrong with which matrix, and what would work.</param>
    public LinalgException(string message) : base(message)
    {
    }
}
