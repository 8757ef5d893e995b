namespace DeepLearning.Backends;

/// <summary>
/// Recurrent layers over all steps of a batch of sequences, where the device has kernels for it. Operands are contiguous but where it says
/// otherwise, and of one type that is computed in.
/// </summary>
internal abstract partial class Backend
{
    /// <summary>Computes all steps of a layer and direction.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryRecurrent(RecurrentForward call) => false;

    /// <summary>Goes back through the steps: the gradients of the gates and of the first states.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryRecurrentBackward(RecurrentBackward call) => false;
}

/// <summary>What <see cref="Backend.TryRecurrent"/> reads and fills. The output is as wide as the projection, where there is one.</summary>
internal sealed class RecurrentForward
{
    public required RecurrentKind Kind { get; init; }

    public required SequenceSteps Steps { get; init; }

    public required bool Reverse { get; init; }

    /// <summary>[rows, in], of any strides.</summary>
    public required Tensor X { get; init; }

    /// <summary>[gates · hidden, in], of any strides.</summary>
    public required Tensor InputHidden { get; init; }

    /// <summary>[gates · hidden, output]</summary>
    public required Tensor HiddenHidden { get; init; }

    /// <summary>What is added to every row's gates, [gates · hidden], or null.</summary>
    public required Tensor? Bias { get; init; }

    /// <summary>What a GRU adds to its new gate before the reset gate, [hidden], or null.</summary>
    public required Tensor? NewBias { get; init; }

    public required Tensor H0 { get; init; }

    public required Tensor? C0 { get; init; }

    /// <summary>Receives the gates of every row, [rows, gates · hidden]; of an RNN it is the output.</summary>
    public required Tensor Gates { get; init; }

    /// <summary>Of an LSTM, [output, hidden], or null.</summary>
    public required Tensor? Projection { get; init; }

    /// <summary>Receives the hidden states of every row, [rows, output].</summary>
    public required Tensor Output { get; init; }

    /// <summary>Receives the hidden states before the projection, [rows, hidden], where there is one.</summary>
    public required Tensor? Unprojected { get; init; }

    public required Tensor LastHidden { get; init; }

    public required Tensor? LastCell { get; init; }

    /// <summary>
    /// Receives what only the way back needs, [rows, hidden], or null: the cell states of an LSTM, what the reset gate of a GRU is
    /// multiplied with.
    /// </summary>
    public required Tensor? Kept { get; init; }
}

/// <summary>What <see cref="Backend.TryRecurrentBackward"/> reads and fills.</summary>
internal sealed class RecurrentBackward
{
    public required RecurrentKind Kind { get; init; }

    public required SequenceSteps Steps { get; init; }

    public required bool Reverse { get; init; }

    public required Tensor HiddenHidden { get; init; }

    /// <inheritdoc cref="RecurrentForward.Projection"/>
    public required Tensor? Projection { get; init; }

    public required Tensor H0 { get; init; }

    public required Tensor? C0 { get; init; }

    /// <summary>What the forward call filled.</summary>
    public required Tensor Gates { get; init; }

    /// <inheritdoc cref="Gates"/>
    public required Tensor Output { get; init; }

    /// <inheritdoc cref="Gates"/>
    public required Tensor? Kept { get; init; }

    /// <summary>The gradient of the output, [rows, output], of which only the rows need be contiguous; null for zeros.</summary>
    public required Tensor? DOutput { get; init; }

    /// <summary>Receives the gradient of every row's projected state, [rows, output], where there is a projection.</summary>
    public required Tensor? DProjected { get; init; }

    /// <summary>
    /// Receives the gradients of the gates before their activation, [rows, gates · hidden]; of a GRU [rows, 4 · hidden]: that of the new
    /// gate, then those of the reset and update gates, then that of the new gate's recurrent part.
    /// </summary>
    public required Tensor DGates { get; init; }

    /// <summary>Receives the hidden state before each row's step, [rows, output], where not null.</summary>
    public required Tensor? Previous { get; init; }

    /// <summary>Holds the gradient of the last hidden states and receives that of the first, [batch, output].</summary>
    public required Tensor DHidden { get; init; }

    /// <summary>The same of the cell states of an LSTM, [batch, hidden].</summary>
    public required Tensor? DCell { get; init; }
}
