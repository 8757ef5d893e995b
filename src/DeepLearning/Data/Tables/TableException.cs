namespace DeepLearning.Data;

/// <summary>
/// Columns, labels or cells do not fit what is asked of a table or of a preprocessor; the message names them and what would fit.
/// Nothing was changed.
/// </summary>
public sealed class TableException : ArgumentException
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">What does not fit, and what would.</param>
    public TableException(string message) : base(message)
    {
    }
}
