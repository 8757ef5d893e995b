using System.Diagnostics.CodeAnalysis;

namespace DeepLearning.Layers;

/// <summary>The state of an LSTM: PyTorch's pair (h, c). A pair of tensors becomes one by itself.</summary>
/// <param name="Hidden">The hidden states h; of an <see cref="LSTM"/> [layers · directions, batch, output], of a cell [batch,
/// hidden].</param>
/// <param name="Cell">The cell states c, the same with the hidden length as the last one.</param>
public sealed record LSTMState(Tensor Hidden, Tensor Cell)
{
    /// <summary>
    /// The same values without their history, where the next stretch of a long sequence begins: truncated backpropagation through time.
    /// </summary>
    public LSTMState Detach() => new(Hidden.Detach(), Cell.Detach());

    /// <summary>A state of two tensors.</summary>
    /// <param name="state">The hidden and the cell state.</param>
    [SuppressMessage("Usage", "CA2225", Justification = "The constructor is the named alternative.")]
    public static implicit operator LSTMState((Tensor Hidden, Tensor Cell) state) => new(state.Hidden, state.Cell);
}
