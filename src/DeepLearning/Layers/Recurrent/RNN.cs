namespace DeepLearning.Layers;

/// <summary>What an <see cref="RNN"/> or <see cref="RNNCell"/> does to the sum.</summary>
public enum RNNNonlinearity
{
    /// <summary>tanh</summary>
    Tanh,

    /// <summary>max(x, 0)</summary>
    ReLU,
}

/// <summary>
/// A recurrent network: h' = f(W_ih x + b_ih + W_hh h + b_hh), f = tanh or ReLU (Elman, "Finding structure in time", 1990); PyTorch's
/// <c>nn.RNN</c>. Inputs are [steps, batch, in], [batch, steps, in] when batch first, [steps, in] without a batch, or packed; outputs the
/// same with directions · hidden as the last length, and the last hidden states [layers · directions, batch, hidden].
/// <code>
/// RNN rnn = new(16, 32, batchFirst: true);
/// (Tensor output, Tensor hidden) = rnn.Forward(x);                 // x: [batch, steps, 16]
/// (output, hidden) = rnn.Forward(next, hidden.Detach());           // goes on where it stopped
/// </code>
/// </summary>
public sealed class RNN : RecurrentLayer<(Tensor Output, Tensor Hidden)>
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inputSize">The length of the input's last axis.</param>
    /// <param name="hiddenSize">The number of units of each layer.</param>
    /// <param name="numLayers">The number of layers one above the other.</param>
    /// <param name="nonlinearity">What is done to the sum.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <param name="batchFirst">Whether padded inputs and outputs are [batch, steps, ..].</param>
    /// <param name="dropout">The probability that an output of any but the last layer is dropped in training.</param>
    /// <param name="bidirectional">Whether a second direction goes from the last step to the first.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the probability is out of range.</exception>
    public RNN(
        int inputSize, int hiddenSize, int numLayers = 1, RNNNonlinearity nonlinearity = RNNNonlinearity.Tanh, bool bias = true,
        bool batchFirst = false, double dropout = 0, bool bidirectional = false, DType dtype = DType.Float32, Generator? generator = null)
        : base(
            OptionChecks.Defined(nonlinearity, nameof(RNN)) == RNNNonlinearity.Tanh ? RecurrentKind.Tanh : RecurrentKind.Relu, inputSize,
            hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, 0, dtype, generator) => Nonlinearity = nonlinearity;

    /// <summary>What is done to the sum.</summary>
    public RNNNonlinearity Nonlinearity { get; }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input does not fit, or has no steps.</exception>
    /// <exception cref="DTypeException">The input is not of the parameters' type.</exception>
    public override (Tensor Output, Tensor Hidden) Forward(Tensor input) => Forward(input, null);

    /// <summary>As <see cref="Forward(Tensor)"/>, from a state on.</summary>
    /// <param name="input">The sequences.</param>
    /// <param name="hidden">The first hidden states, [layers · directions, batch, hidden], without the batch where the input has none;
    /// zeros when null.</param>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input or state are not of the parameters' type.</exception>
    public (Tensor Output, Tensor Hidden) Forward(Tensor input, Tensor? hidden)
    {
        (Tensor output, Tensor last, _) = Run(input, hidden, null);
        return Noted((output, last));
    }

    /// <summary>As <see cref="Forward(Tensor, Tensor?)"/>, of sequences of different lengths.</summary>
    /// <param name="input">The packed sequences.</param>
    /// <param name="hidden">The first hidden states, in the order of the sequences before they were sorted; zeros when null.</param>
    /// <returns>The packed outputs, and the hidden state after each sequence's own last step.</returns>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input or state are not of the parameters' type.</exception>
    public (PackedSequence Output, Tensor Hidden) Forward(PackedSequence input, Tensor? hidden = null)
    {
        (PackedSequence output, Tensor last, _) = Run(input, hidden, null);
        return (output, last);
    }
}
