namespace DeepLearning.Data;

/// <summary>One attempt to fetch a file from one address failed.</summary>
internal sealed class TransferException(string message, bool isWorthRetrying, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the same address may do better in a moment.</summary>
    public bool IsWorthRetrying { get; } = isWorthRetrying;
}
