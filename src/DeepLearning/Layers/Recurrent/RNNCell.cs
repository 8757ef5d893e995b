namespace DeepLearning.Layers;

/// <summary>
/// One step of an <see cref="RNN"/>: h' = f(W_ih x + b_ih + W_hh h + b_hh), f = tanh or ReLU; PyTorch's <c>nn.RNNCell</c>. Input [batch,
/// in] or [in], state [batch, hidden] or [hidden].
/// </summary>
public sealed class RNNCell : RecurrentCell<Tensor>
{
    /// <summary>Makes the cell.</summary>
    /// <param name="inputSize">The length of the input's last axis.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <param name="nonlinearity">What is done to the sum.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    public RNNCell(
        int inputSize, int hiddenSize, bool bias = true, RNNNonlinearity nonlinearity = RNNNonlinearity.Tanh, DType dtype = DType.Float32,
        Generator? generator = null)
        : base(
            OptionChecks.Defined(nonlinearity, nameof(RNNCell)) == RNNNonlinearity.Tanh ? RecurrentKind.Tanh : RecurrentKind.Relu,
            inputSize, hiddenSize, bias, dtype, generator) =>
        Nonlinearity = nonlinearity;

    /// <summary>What is done to the sum.</summary>
    public RNNNonlinearity Nonlinearity { get; }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input does not fit.</exception>
    /// <exception cref="DTypeException">The input is not of the parameters' type.</exception>
    public override Tensor Forward(Tensor input) => Forward(input, null);

    /// <summary>One step from a state.</summary>
    /// <param name="input">The input, [batch, in] or [in].</param>
    /// <param name="hidden">The hidden state, [batch, hidden] or [hidden]; zeros when null.</param>
    /// <returns>The hidden state after the step.</returns>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input or state are not of the parameters' type.</exception>
    public Tensor Forward(Tensor input, Tensor? hidden) => Noted(Run(input, hidden, null).Hidden);
}
