namespace DeepLearning.Training;

/// <summary>
/// The loss of a batch is NaN or infinite. The parameters are those before the batch, unless losses are read later
/// (<see cref="TrainingRun.ReadLossEvery"/>).
/// </summary>
public sealed class NonFiniteLossException : ArithmeticException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="epoch">The epoch's number, from 1.</param>
    /// <param name="batch">The batch's number in the epoch, from 1.</param>
    public NonFiniteLossException(double loss, int epoch, int batch)
        : this(loss, epoch, batch, "the parameters are those before it.")
    {
    }

    private NonFiniteLossException(double loss, int epoch, int batch, string state)
        : base(FormattableString.Invariant($"The loss of batch {batch} of epoch {epoch} is {loss}; {state} ")
            + "A smaller learning rate, clipped gradients (MaxGradientNorm), or inputs without NaN usually help; "
            + "Autograd.DetectAnomaly finds the operation.") =>
        (Loss, Epoch, Batch) = (loss, epoch, batch);

    /// <summary>The error where losses are read several batches together, and steps were made with this one.</summary>
    internal static NonFiniteLossException FoundLater(double loss, int epoch, int batch) => new(
        loss, epoch, batch, "it was read later (ReadLossEvery), so that steps were made with it; go back to a checkpoint.");

    /// <summary>The loss.</summary>
    public double Loss { get; }

    /// <summary>The epoch's number, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The batch's number in the epoch, from 1.</summary>
    public int Batch { get; }
}
