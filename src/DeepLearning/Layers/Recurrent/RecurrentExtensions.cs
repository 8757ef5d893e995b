namespace DeepLearning.Layers;

/// <summary>
/// Recurrent layers in a chain of layers: <c>new Sequential(new LSTM(16, 32, batchFirst: true).LastStep(), new Linear(32, 10))</c>.
/// </summary>
public static class RecurrentExtensions
{
    /// <summary>The layer with its outputs of all steps as the only result; the state is dropped.</summary>
    /// <typeparam name="TState">The layer's state.</typeparam>
    /// <param name="layer">The layer.</param>
    public static Sequential<Tensor, Tensor> EveryStep<TState>(this RecurrentLayer<(Tensor Output, TState State)> layer) =>
        layer.Then(static result => result.Output);

    /// <summary>
    /// The layer with its output at the last step as the only result: [batch, directions · output], or [directions · output] without a
    /// batch. A second direction has seen one step only there, the last one; its state after all of them is in the layer's own result.
    /// </summary>
    /// <typeparam name="TState">The layer's state.</typeparam>
    /// <param name="layer">The layer.</param>
    public static Sequential<Tensor, Tensor> LastStep<TState>(this RecurrentLayer<(Tensor Output, TState State)> layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        bool batchFirst = layer.BatchFirst;
        return layer.Then(result => result.Output.Select(batchFirst && result.Output.Rank == 3 ? 1 : 0, -1));
    }
}
