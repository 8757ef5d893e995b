using DeepLearning.Losses;

namespace DeepLearning.Training;

/// <summary>
/// The losses of batches that a device has not been waited for, and what they counted: read together, after so many batches or when someone
/// wants the figures.
/// </summary>
internal sealed class UnreadLosses(TrainingRun run)
{
    private readonly List<(BatchResult Result, bool Training, int Epoch, int Batch)> _batches = [];

    /// <summary>The newest loss of a training batch that was read; NaN before the first.</summary>
    public double Newest { get; private set; } = double.NaN;

    /// <summary>Whether a batch's loss is read together with those of others.</summary>
    public bool Takes(Tensor loss) => run.ReadLossEvery > 1 && loss.Backend.DefersChecks && run.AccumulateBatches == 1
        && run.GradientExchange is null && !run.Optimizer.NeedsClosure;

    /// <summary>A loss and what it counted, which outlive the batch.</summary>
    public static Tensor Pair(Tensor loss, LossCount counted)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor number = loss.Detach().To(DType.Float64).Reshape([]);
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        return Tensor.Stack([number, counted.On(loss.Device).Reshape([])]);
    }

    /// <summary>Keeps a batch, and reads all when they are as many as are read together.</summary>
    public void Add(in BatchResult result, bool training)
    {
        _batches.Add((result, training, run.State.Epoch + 1, run.State.Batch + 1));
        if (_batches.Count >= run.ReadLossEvery)
        {
            Read();
        }
    }

    /// <summary>Counts what was kept.</summary>
    /// <exception cref="NonFiniteLossException">A loss of a training batch is NaN or infinite, and that is an error.</exception>
    public void Read()
    {
        if (_batches.Count == 0)
        {
            return;
        }

        (BatchResult Result, bool Training, int Epoch, int Batch)[] batches = [.. _batches];
        _batches.Clear();
        double[] numbers = Tensor.Cat(Array.ConvertAll(batches, static batch => batch.Result.Unread!)).ToArray<double>();
        for (int i = 0; i < batches.Length; i++)
        {
            (BatchResult result, bool training, int epoch, int batch) = batches[i];
            result = result with { Loss = numbers[2 * i], Counted = numbers[(2 * i) + 1], Unread = null };
            Newest = !training ? Newest : result.CountsSomething ? result.Loss : double.NaN;
            if (training && result.CountsSomething && !double.IsFinite(result.Loss) && !run.AllowNonFiniteLoss)
            {
                throw NonFiniteLossException.FoundLater(result.Loss, epoch, batch);
            }

            run.State.Tally.Add(result, training);
        }
    }
}
