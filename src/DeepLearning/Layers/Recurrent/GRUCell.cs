namespace DeepLearning.Layers;

/// <summary>
/// One step of a <see cref="GRU"/>; PyTorch's <c>nn.GRUCell</c>. Input [batch, in] or [in], state [batch, hidden] or [hidden].
/// </summary>
public sealed class GRUCell : RecurrentCell<Tensor>
{
    /// <summary>Makes the cell.</summary>
    /// <param name="inputSize">The length of the input's last axis.</param>
    /// <param name="hiddenSize">The number of units.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    public GRUCell(int inputSize, int hiddenSize, bool bias = true, DType dtype = DType.Float32, Generator? generator = null)
        : base(RecurrentKind.GRU, inputSize, hiddenSize, bias, dtype, generator)
    {
    }

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
