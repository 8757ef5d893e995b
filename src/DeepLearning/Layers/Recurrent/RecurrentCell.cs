using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// What <see cref="RNNCell"/>, <see cref="LSTMCell"/> and <see cref="GRUCell"/> share: one step of a recurrent layer. Parameters have
/// PyTorch's keys <c>weight_ih</c>, <c>weight_hh</c>, <c>bias_ih</c>, <c>bias_hh</c> and start uniform in ±1/√hidden.
/// </summary>
/// <typeparam name="TState">The state after the step.</typeparam>
public abstract class RecurrentCell<TState> : Module<Tensor, TState>
{
    private readonly RecurrentKind _kind;

    private protected RecurrentCell(
        RecurrentKind kind, int inputSize, int hiddenSize, bool bias, DType dtype, Generator? generator)
    {
        OptionChecks.Floating(dtype, Kind);
        OptionChecks.AtLeast(inputSize, 0, Kind);
        OptionChecks.AtLeast(hiddenSize, 1, Kind);
        (_kind, InputSize, HiddenSize) = (kind, inputSize, hiddenSize);
        double bound = 1 / Math.Sqrt(hiddenSize);
        int gates = kind.Gates() * hiddenSize;
        WeightIH = Initialize.NewUniform([gates, inputSize], bound, dtype, generator);
        WeightHH = Initialize.NewUniform([gates, hiddenSize], bound, dtype, generator);
        BiasIH = bias ? Initialize.NewUniform([gates], bound, dtype, generator) : null;
        BiasHH = bias ? Initialize.NewUniform([gates], bound, dtype, generator) : null;
    }

    /// <summary>The length of the input's last axis.</summary>
    public int InputSize { get; }

    /// <summary>The number of units.</summary>
    public int HiddenSize { get; }

    /// <summary>The weights of the input, [gates · hidden, in].</summary>
    [field: Name("weight_ih")]
    public Parameter WeightIH { get; set; }

    /// <summary>The weights of the hidden state, [gates · hidden, hidden].</summary>
    [field: Name("weight_hh")]
    public Parameter WeightHH { get; set; }

    /// <summary>The bias beside the input's weights, [gates · hidden], or null.</summary>
    [field: Name("bias_ih")]
    public Parameter? BiasIH { get; set; }

    /// <summary>The bias beside the hidden state's weights, [gates · hidden], or null.</summary>
    [field: Name("bias_hh")]
    public Parameter? BiasHH { get; set; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{InputSize}→{HiddenSize}{(_kind == RecurrentKind.Relu ? ", relu" : "")}{(BiasIH is null ? ", no bias" : "")}";

    /// <summary>One step.</summary>
    private protected (Tensor Hidden, Tensor? Cell) Run(Tensor input, Tensor? h, Tensor? c)
    {
        if (Hooks is null)
        {
            return Compute(input, h, c);
        }

        Tensor?[] outputs = Hooks.Run(this, [input, h, c], x =>
        {
            (Tensor hidden, Tensor? cell) = Compute(x[0]!, x[1], x[2]);
            return (Tensor?[])[hidden, cell];
        });
        return (outputs[0]!, outputs[1]);
    }

    private protected sealed override bool CallsHooks => true;

    private (Tensor Hidden, Tensor? Cell) Compute(Tensor input, Tensor? h, Tensor? c)
    {
        ArgumentNullException.ThrowIfNull(input);
        RecurrentInputs inputs = new(this, InputSize, 0, HiddenSize, _kind == RecurrentKind.LSTM ? HiddenSize : 0);
        bool isBatched = inputs.CheckInput(input, WeightIH);
        int batch = isBatched ? input.Size(0) : 1;
        inputs.CheckState(h, c, isBatched, batch, input);
        using LayerCall call = new(this);
        if (!isBatched)
        {
            (input, h, c) = (input.Unsqueeze(0), h?.Unsqueeze(0), c?.Unsqueeze(0));
        }

        h ??= Tensor.Zeros([batch, HiddenSize], input.DType, input.Device);
        c = _kind == RecurrentKind.LSTM ? c ?? Tensor.Zeros([batch, HiddenSize], input.DType, input.Device) : null;
        (_, Tensor hidden, Tensor? cell) = Recurrent.Run(
            _kind, SequenceSteps.Even(1, batch), false, input, new RecurrentWeights(WeightIH, WeightHH, BiasIH, BiasHH), h, c);
        return isBatched ? (hidden, cell) : (hidden.Squeeze(0), cell?.Squeeze(0));
    }

    /// <summary>Tells a summary what the cell gave.</summary>
    private protected TState Noted(TState state)
    {
        ShapeRecorder.Current?.Record(this, state);
        return state;
    }
}
