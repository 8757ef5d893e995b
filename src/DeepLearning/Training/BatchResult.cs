namespace DeepLearning.Training;

/// <summary>What a model gave for a batch, and how it is to be weighed.</summary>
/// <param name="Output">What the model gave.</param>
/// <param name="Loss">The loss as a number.</param>
/// <param name="Counted">What the loss counted.</param>
/// <param name="IsSum">Whether the loss is a sum over what it counted rather than a mean.</param>
/// <param name="IgnoredTarget">The class target that the loss passed over; null when none is known.</param>
/// <param name="Unread">
/// The loss and what it counted, as two float64 of a device that is not waited for; the numbers are NaN then. Null where they are known.
/// </param>
internal readonly record struct BatchResult(
    BatchOutput Output, double Loss, double Counted, bool IsSum, long? IgnoredTarget, Tensor? Unread = null)
{
    /// <summary>False for a batch whose targets are all ignored: it has no loss, and nothing is to be learned from it.</summary>
    public bool CountsSomething => Counted != 0;
}
