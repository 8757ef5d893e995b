using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// One step of a <see cref="ConvLSTM"/> (Shi et al. 2015, "Convolutional LSTM network"): an LSTM whose products are convolutions,
/// i = σ(W_xi ∗ x + W_hi ∗ h + w_ci ∘ c + b_i), f as i, c' = f ∘ c + i ∘ tanh(W_xc ∗ x + W_hc ∗ h + b_c), o = σ(W_xo ∗ x + W_ho ∗ h + w_co
/// ∘ c' + b_o), h' = o ∘ tanh(c'). The terms w ∘ c (peepholes) are there where a size of the images is given, which they then must have.
/// Input [batch, in, height, width], state [batch, hidden, height, width].
/// </summary>
/// <remarks>
/// The key of the state dictionary is <c>conv.weight</c>, [4 · hidden, in + hidden, k, k] with the gates in the order i, f, o, c, as the
/// implementation by ndrplz has it; peepholes <c>w_ci</c>, <c>w_cf</c>, <c>w_co</c>, which start at 0.
/// </remarks>
public sealed class ConvLSTMCell : Module<Tensor, LSTMState>
{
    /// <summary>Makes the cell.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="hiddenChannels">The channels of the state.</param>
    /// <param name="kernelSize">The height and width of the kernels; odd, so that the size stays.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <param name="peepholeSize">Height and width of the images where there are peepholes; none when null.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The kernel size is even.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public ConvLSTMCell(
        int inChannels, int hiddenChannels, int kernelSize = 3, bool bias = true, (int Height, int Width)? peepholeSize = null,
        DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernelSize);
        if (kernelSize % 2 == 0)
        {
            throw new ArgumentException($"ConvLSTMCell: a kernel of {kernelSize} has no middle; take an odd one.", nameof(kernelSize));
        }

        (InChannels, HiddenChannels) = (inChannels, hiddenChannels);
        Conv = new Conv2d(
            inChannels + hiddenChannels, 4 * hiddenChannels, kernelSize, padding: kernelSize / 2, bias: bias, dtype: dtype,
            generator: generator);
        if (peepholeSize is var (height, width))
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height, nameof(peepholeSize));
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width, nameof(peepholeSize));
            WCi = Initialize.NewConstant([hiddenChannels, height, width], 0, dtype);
            WCf = Initialize.NewConstant([hiddenChannels, height, width], 0, dtype);
            WCo = Initialize.NewConstant([hiddenChannels, height, width], 0, dtype);
        }
    }

    /// <summary>The channels of the input.</summary>
    public int InChannels { get; }

    /// <summary>The channels of the state.</summary>
    public int HiddenChannels { get; }

    /// <summary>The convolution of input and state, channels in the order i, f, o, c.</summary>
    public Conv2d Conv { get; }

    /// <summary>The peephole of the input gate, [hidden, height, width], or null.</summary>
    [field: Name("w_ci")]
    public Parameter? WCi { get; set; }

    /// <summary>The peephole of the forget gate, or null.</summary>
    [field: Name("w_cf")]
    public Parameter? WCf { get; set; }

    /// <summary>The peephole of the output gate, or null.</summary>
    [field: Name("w_co")]
    public Parameter? WCo { get; set; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{InChannels}→{HiddenChannels}{(WCi is null ? "" : ", peepholes")}";

    /// <inheritdoc/>
    public override LSTMState Forward(Tensor input) => Forward(input, null);

    /// <summary>One step from a state.</summary>
    /// <param name="input">[batch, in, height, width].</param>
    /// <param name="state">Hidden state and cell, [batch, hidden, height, width]; zeros when null.</param>
    /// <returns>The state after the step.</returns>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    public LSTMState Forward(Tensor input, LSTMState? state) =>
        NamedCall.Of(this, (input, state), static (self, x) => self.Step(x.input, x.state));

    private LSTMState Step(Tensor input, LSTMState? state)
    {
        (int height, int width) = WCi is null ? (-1, -1) : (WCi.Size(1), WCi.Size(2));
        BlockChecks.Shape(this, input, "input", ("batch", -1), ("in", InChannels), ("height", height), ("width", width));
        (int batch, int rows, int columns) = (input.Size(0), input.Size(2), input.Size(3));
        Tensor hidden = Checked(state?.Hidden, "hidden state"), cell = Checked(state?.Cell, "cell");
        Tensor[] gates = Conv.Forward(Tensor.Cat([input, hidden], 1)).Chunk(4, 1);
        Tensor i = Peeped(gates[0], WCi, cell).Sigmoid(), f = Peeped(gates[1], WCf, cell).Sigmoid();
        Tensor next = (f * cell) + (i * gates[3].Tanh());
        return new LSTMState(Peeped(gates[2], WCo, next).Sigmoid() * next.Tanh(), next);

        Tensor Checked(Tensor? x, string name)
        {
            x ??= Tensor.Zeros([batch, HiddenChannels, rows, columns], input.DType, input.Device);
            BlockChecks.Shape(this, x, name, ("batch", batch), ("hidden", HiddenChannels), ("height", rows), ("width", columns));
            return x;
        }
    }

    private static Tensor Peeped(Tensor gate, Parameter? peephole, Tensor cell) => peephole is null ? gate : gate + (peephole * cell);
}
