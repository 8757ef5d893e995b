namespace DeepLearning.Layers;

/// <summary>
/// One step of an <see cref="LSTM"/>; PyTorch's <c>nn.LSTMCell</c>. Input [batch, in] or [in], states [batch, hidden] or [hidden].
/// </summary>
public sealed class LSTMCell : RecurrentCell<LSTMState>
{
    /// <summary>Makes the cell.</summary>
    /// <param name="inputSize">The length of the input's last axis.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    public LSTMCell(int inputSize, int hiddenSize, bool bias = true, DType dtype = DType.Float32, Generator? generator = null)
        : base(RecurrentKind.LSTM, inputSize, hiddenSize, bias, dtype, generator)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input does not fit.</exception>
    /// <exception cref="DTypeException">The input is not of the parameters' type.</exception>
    public override LSTMState Forward(Tensor input) => Forward(input, null);

    /// <summary>One step from a state.</summary>
    /// <param name="input">The input, [batch, in] or [in].</param>
    /// <param name="state">The hidden and cell state; zeros when null.</param>
    /// <returns>The state after the step.</returns>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input or state are not of the parameters' type.</exception>
    public LSTMState Forward(Tensor input, LSTMState? state)
    {
        (Tensor hidden, Tensor? cell) = Run(input, state?.Hidden, state?.Cell);
        return Noted(new LSTMState(hidden, cell!));
    }
}
