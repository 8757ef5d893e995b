namespace DeepLearning.Training;

/// <summary>The loss of a batch is NaN or infinite. The parameters are those before the batch.</summary>
public sealed class NonFiniteLossException : ArithmeticException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="epoch">The epoch's number, from 1.</param>
    /// <param name="batch">The batch's number in the epoch, from 1.</param>
    public NonFiniteLossException(double loss, int epoch, int batch)
        : base(FormattableString.Invariant($"The loss of batch {batch} of epoch {epoch} is {loss}; the parameters are those before it. ")
            + "A smaller learning rate, clipped gradients (MaxGradientNorm), or inputs without NaN usually help; "
            + "Autograd.DetectAnomaly finds the operation.") =>
        (Loss, Epoch, Batch) = (loss, epoch, batch);

    /// <summary>The loss.</summary>
    public double Loss { get; }

    /// <summary>The epoch's number, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The batch's number in the epoch, from 1.</summary>
    public int Batch { get; }
}
