namespace DeepLearning.Training;

/// <summary>
/// How several processes that train one model, each on batches of its own, make one gradient of theirs
/// (<see cref="TrainingRun.GradientExchange"/>). It adds up tensors over all processes, as an all-reduce does; what is added, and how it is
/// weighed, is the trainer's.
/// </summary>
public interface IGradientExchange
{
    /// <summary>
    /// Replaces each tensor, in place, by its sum over all processes. All processes call it as often, with tensors of the same number,
    /// shapes and types, and it returns when all have. The sums must be the same bits in every process: their models, which began alike,
    /// would drift apart otherwise.
    /// </summary>
    /// <param name="tensors">The tensors; nothing is recorded meanwhile. They need not be contiguous.</param>
    void Sum(IReadOnlyList<Tensor> tensors);
}
