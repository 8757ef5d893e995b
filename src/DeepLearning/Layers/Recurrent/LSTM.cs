namespace DeepLearning.Layers;

/// <summary>
/// Long short-term memory: i, f, o = σ(W x + b + U h + c), g = tanh(…), c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh c', or W_hr (o ⊙ tanh c') with a
/// projection (Hochreiter and Schmidhuber 1997; Gers et al. 2000; Sak et al. 2014); PyTorch's <c>nn.LSTM</c>, with its order i, f, g, o.
/// Inputs are [steps, batch, in], [batch, steps, in] when batch first, [steps, in] without a batch, or packed; outputs the same with
/// directions · output as the last length, where output is the projection's length or else the hidden one; and the last state
/// [layers · directions, batch, ..].
/// <code>
/// LSTM lstm = new(16, 32, numLayers: 2, batchFirst: true);
/// (Tensor output, LSTMState state) = lstm.Forward(x);              // x: [batch, steps, 16]
/// (output, state) = lstm.Forward(next, state.Detach());            // goes on where it stopped
/// </code>
/// </summary>
public sealed class LSTM : RecurrentLayer<(Tensor Output, LSTMState State)>
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inputSize">The length of the input's last axis.</param>
    /// <param name="hiddenSize">The number of units of each layer.</param>
    /// <param name="numLayers">The number of layers one above the other.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <param name="batchFirst">Whether padded inputs and outputs are [batch, steps, ..].</param>
    /// <param name="dropout">The probability that an output of any but the last layer is dropped in training.</param>
    /// <param name="bidirectional">Whether a second direction goes from the last step to the first.</param>
    /// <param name="projSize">The length that the hidden state is projected to, less than <paramref name="hiddenSize"/>; none when
    /// 0.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the probability is out of range.</exception>
    public LSTM(
        int inputSize, int hiddenSize, int numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0,
        bool bidirectional = false, int projSize = 0, DType dtype = DType.Float32, Generator? generator = null)
        : base(RecurrentKind.LSTM, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, projSize, dtype, generator)
    {
    }

    /// <summary>The length that the hidden state is projected to; 0 for no projection.</summary>
    public int ProjSize => ProjSizeOrNone;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input does not fit, or has no steps.</exception>
    /// <exception cref="DTypeException">The input is not of the parameters' type.</exception>
    public override (Tensor Output, LSTMState State) Forward(Tensor input) => Forward(input, null);

    /// <summary>As <see cref="Forward(Tensor)"/>, from a state on.</summary>
    /// <param name="input">The sequences.</param>
    /// <param name="state">The first hidden and cell states, [layers · directions, batch, ..], without the batch where the input has none;
    /// zeros when null.</param>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input or state are not of the parameters' type.</exception>
    public (Tensor Output, LSTMState State) Forward(Tensor input, LSTMState? state)
    {
        (Tensor output, Tensor hidden, Tensor? cell) = Run(input, state?.Hidden, state?.Cell);
        return Noted((output, new LSTMState(hidden, cell!)));
    }

    /// <summary>As <see cref="Forward(Tensor, LSTMState?)"/>, of sequences of different lengths.</summary>
    /// <param name="input">The packed sequences.</param>
    /// <param name="state">The first states, in the order of the sequences before they were sorted; zeros when null.</param>
    /// <returns>The packed outputs, and the state after each sequence's own last step.</returns>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input or state are not of the parameters' type.</exception>
    public (PackedSequence Output, LSTMState State) Forward(PackedSequence input, LSTMState? state = null)
    {
        (PackedSequence output, Tensor hidden, Tensor? cell) = Run(input, state?.Hidden, state?.Cell);
        return (output, new LSTMState(hidden, cell!));
    }
}
