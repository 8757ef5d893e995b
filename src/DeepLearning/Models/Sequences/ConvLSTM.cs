using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// LSTMs over images, one above the other (Shi et al. 2015, "Convolutional LSTM network: a machine learning approach for precipitation
/// nowcasting"): see <see cref="ConvLSTMCell"/>. Input [batch, steps, in, height, width] → the last layer's hidden states [batch, steps,
/// hidden, height, width], and each layer's last state.
/// </summary>
/// <remarks>Keys of the state dictionary: <c>cell_list.0.conv.weight</c> …, as the implementation by ndrplz has them.</remarks>
public sealed class ConvLSTM : Module<Tensor, (Tensor Output, IReadOnlyList<LSTMState> States)>
{
    /// <summary>Makes the layers.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="hiddenChannels">The channels of each layer's state, the lowest first.</param>
    /// <param name="kernelSize">The height and width of the kernels; odd.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <param name="peepholeSize">Height and width of the images where there are peepholes; none when null.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">There is no layer, or the kernel size is even.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public ConvLSTM(
        int inChannels, ReadOnlySpan<int> hiddenChannels, int kernelSize = 3, bool bias = true,
        (int Height, int Width)? peepholeSize = null, DType dtype = DType.Float32, Generator? generator = null)
    {
        if (hiddenChannels.IsEmpty)
        {
            throw new ArgumentException("ConvLSTM: give the channels of a layer at least.", nameof(hiddenChannels));
        }

        CellList = new ModuleList<ConvLSTMCell>();
        int from = inChannels;
        foreach (int hidden in hiddenChannels)
        {
            CellList.Add(new ConvLSTMCell(from, hidden, kernelSize, bias, peepholeSize, dtype, generator));
            from = hidden;
        }
    }

    /// <summary>The cells, the lowest first.</summary>
    public ModuleList<ConvLSTMCell> CellList { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{CellList[0].InChannels}→{string.Join("→", CellList.Select(static cell => cell.HiddenChannels))}";

    /// <inheritdoc/>
    public override (Tensor Output, IReadOnlyList<LSTMState> States) Forward(Tensor input) => Forward(input, null);

    /// <summary>Computes all steps from states on.</summary>
    /// <param name="input">[batch, steps, in, height, width].</param>
    /// <param name="states">The first state of each layer; zeros when null.</param>
    /// <returns>The last layer's hidden states, [batch, steps, hidden, height, width], and each layer's last state.</returns>
    /// <exception cref="ShapeException">Input or states do not fit, or there is no step.</exception>
    public (Tensor Output, IReadOnlyList<LSTMState> States) Forward(Tensor input, IReadOnlyList<LSTMState>? states) => NamedCall.Of(
        this, (input, states), static (self, x) => self.Run(x.input, x.states));

    private (Tensor Output, IReadOnlyList<LSTMState> States) Run(Tensor input, IReadOnlyList<LSTMState>? states)
    {
        BlockChecks.Shape(
            this, input, "input", ("batch", -1), ("steps", -1), ("in", CellList[0].InChannels), ("height", -1), ("width", -1));
        if (input.Size(1) == 0 || (states is not null && states.Count != CellList.Count))
        {
            throw new ShapeException(
                $"{Kind}: input {input.Shape} and {states?.Count ?? 0} states do not fit; there must be a step, and a state for each of "
                + $"{CellList.Count} layers, or none.");
        }

        IReadOnlyList<Tensor> steps = input.Unbind(1);
        LSTMState[] last = new LSTMState[CellList.Count];
        for (int layer = 0; layer < CellList.Count; layer++)
        {
            LSTMState? state = states?[layer];
            List<Tensor> outputs = [];
            foreach (Tensor step in steps)
            {
                state = CellList[layer].Forward(step, state);
                outputs.Add(state.Hidden);
            }

            (steps, last[layer]) = (outputs, state!);
        }

        return (Tensor.Stack([.. steps], 1), last);
    }
}
