using System.Globalization;
using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// What <see cref="RNN"/>, <see cref="LSTM"/> and <see cref="GRU"/> share: layers one above the other, each in one or both directions, over
/// padded or packed sequences. Parameters have PyTorch's keys (<c>weight_ih_l0</c>, <c>weight_hh_l0</c>, <c>bias_ih_l0</c>,
/// <c>bias_hh_l0</c>, <c>weight_hr_l0</c>, with <c>_reverse</c> for the second direction) and order, and start uniform in ±1/√hidden.
/// </summary>
/// <typeparam name="TOutput">The output: that of every step, and the last state.</typeparam>
public abstract class RecurrentLayer<TOutput> : Module<Tensor, TOutput>
{
    private readonly RecurrentKind _kind;
    private readonly List<Parameter> _weights = [];

    private protected RecurrentLayer(
        RecurrentKind kind, int inputSize, int hiddenSize, int numLayers, bool bias, bool batchFirst, double dropout, bool bidirectional,
        int projSize, DType dtype, Generator? generator)
    {
        OptionChecks.Floating(dtype, kind.Name());
        OptionChecks.AtLeast(inputSize, 0, kind.Name());
        OptionChecks.AtLeast(hiddenSize, 1, kind.Name());
        OptionChecks.AtLeast(numLayers, 1, kind.Name());
        OptionChecks.AtLeast(projSize, 0, kind.Name());
        OptionChecks.Below(projSize, hiddenSize, kind.Name());
        OptionChecks.Probability(dropout, kind.Name());
        (_kind, InputSize, HiddenSize, NumLayers, Bias) = (kind, inputSize, hiddenSize, numLayers, bias);
        (BatchFirst, Dropout, Bidirectional, ProjSizeOrNone) = (batchFirst, dropout, bidirectional, projSize);
        int gates = kind.Gates() * hiddenSize;
        double bound = 1 / Math.Sqrt(hiddenSize);
        for (int index = 0; index < numLayers * Directions; index++)
        {
            int layer = index / Directions;
            string suffix = $"_l{layer}{(index % Directions == 1 ? "_reverse" : "")}";
            Add($"weight_ih{suffix}", gates, layer == 0 ? inputSize : OutputSize * Directions);
            Add($"weight_hh{suffix}", gates, OutputSize);
            if (bias)
            {
                Add($"bias_ih{suffix}", gates);
                Add($"bias_hh{suffix}", gates);
            }

            if (projSize > 0)
            {
                Add($"weight_hr{suffix}", projSize, hiddenSize);
            }
        }

        void Add(string name, params ReadOnlySpan<int> shape) =>
            _weights.Add(Register(name, Initialize.NewUniform(shape, bound, dtype, generator)));
    }

    /// <summary>The length of the input's last axis.</summary>
    public int InputSize { get; }

    /// <summary>The number of units of each layer.</summary>
    public int HiddenSize { get; }

    /// <summary>The number of layers one above the other.</summary>
    public int NumLayers { get; }

    /// <summary>Whether there are biases.</summary>
    public bool Bias { get; }

    /// <summary>
    /// Whether padded inputs and outputs are [batch, steps, ..] rather than [steps, batch, ..]; states are not concerned.
    /// </summary>
    public bool BatchFirst { get; }

    /// <summary>The probability that an output of any but the last layer is dropped in training.</summary>
    public double Dropout { get; }

    /// <summary>Whether a second direction goes from the last step to the first.</summary>
    public bool Bidirectional { get; }

    private protected int ProjSizeOrNone { get; }

    /// <summary>The length of one direction's output and hidden state.</summary>
    private protected int OutputSize => ProjSizeOrNone > 0 ? ProjSizeOrNone : HiddenSize;

    private int Directions => Bidirectional ? 2 : 1;

    private RecurrentInputs Inputs =>
        new(this, InputSize, NumLayers * Directions, OutputSize, _kind == RecurrentKind.LSTM ? HiddenSize : 0);

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details
    {
        get
        {
            string text = $"{InputSize}→{HiddenSize}{(NumLayers > 1 ? $", layers={NumLayers}" : "")}";
            text += ProjSizeOrNone > 0 ? $", proj_size={ProjSizeOrNone}" : "";
            text += _kind == RecurrentKind.Relu ? ", relu" : "";
            text += Bidirectional ? ", bidirectional" : "";
            text += BatchFirst ? ", batch first" : "";
            text += Dropout > 0 ? string.Create(CultureInfo.InvariantCulture, $", dropout={Dropout}") : "";
            return text + (Bias ? "" : ", no bias");
        }
    }

    /// <summary>All steps of padded or unbatched sequences.</summary>
    private protected (Tensor Output, Tensor Hidden, Tensor? Cell) Run(Tensor input, Tensor? h0, Tensor? c0)
    {
        if (Hooks is null)
        {
            return Compute(input, h0, c0);
        }

        Tensor?[] outputs = Hooks.Run(this, [input, h0, c0], x =>
        {
            (Tensor output, Tensor hidden, Tensor? cell) = Compute(x[0]!, x[1], x[2]);
            return (Tensor?[])[output, hidden, cell];
        });
        return (outputs[0]!, outputs[1]!, outputs[2]);
    }

    /// <summary>All steps of packed sequences; hooks see the packed rows.</summary>
    private protected (PackedSequence Output, Tensor Hidden, Tensor? Cell) Run(PackedSequence input, Tensor? h0, Tensor? c0)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Hooks is null ? Compute(input, h0, c0) : Hooked(Hooks, input, h0, c0);
    }

    private protected sealed override bool CallsHooks => true;

    // Apart, so that a call without hooks makes no object for what the function holds.
    private (PackedSequence Output, Tensor Hidden, Tensor? Cell) Hooked(ModuleHooks hooks, PackedSequence input, Tensor? h0, Tensor? c0)
    {
        Tensor?[] outputs = hooks.Run(this, [input.Data, h0, c0], x =>
        {
            (PackedSequence output, Tensor hidden, Tensor? cell) = Compute(input.With(x[0]!), x[1], x[2]);
            return (Tensor?[])[output.Data, hidden, cell];
        });
        return (input.With(outputs[0]!), outputs[1]!, outputs[2]);
    }

    private (Tensor Output, Tensor Hidden, Tensor? Cell) Compute(Tensor input, Tensor? h0, Tensor? c0)
    {
        ArgumentNullException.ThrowIfNull(input);
        bool isBatched = Inputs.CheckInput(input, _weights[0]);
        Tensor x = !isBatched ? input.Unsqueeze(1) : BatchFirst ? input.Transpose(0, 1) : input;
        int length = x.Size(0), batch = x.Size(1);
        if (length == 0)
        {
            throw new ShapeException(
                $"{LabelInModel()}: an input {input.Shape} has no steps; a sequence has one or more, along axis "
                + $"{(isBatched && BatchFirst ? 1 : 0)}.");
        }

        Inputs.CheckState(h0, c0, isBatched, batch, input);
        using LayerCall call = new(this);
        if (!isBatched)
        {
            (h0, c0) = (h0?.Unsqueeze(1), c0?.Unsqueeze(1));
        }

        SequenceSteps steps = SequenceSteps.Even(length, batch);
        (Tensor output, Tensor hidden, Tensor? cell) = Stack(x.Reshape(length * batch, InputSize), steps, h0, c0);
        output = output.Reshape(length, batch, OutputSize * Directions);
        output = !isBatched ? output.Squeeze(1) : BatchFirst ? output.Transpose(0, 1) : output;
        return isBatched ? (output, hidden, cell) : (output, hidden.Squeeze(1), cell?.Squeeze(1));
    }

    private (PackedSequence Output, Tensor Hidden, Tensor? Cell) Compute(PackedSequence input, Tensor? h0, Tensor? c0)
    {
        Inputs.CheckPacked(input, _weights[0]);
        Inputs.CheckState(h0, c0, true, input.Steps.Batch, input.Data);
        using LayerCall call = new(this);
        if (input.SortedIndices is { } sorted)
        {
            (h0, c0) = (h0?.IndexSelect(1, sorted), c0?.IndexSelect(1, sorted));
        }

        (Tensor output, Tensor hidden, Tensor? cell) = Stack(input.Data, input.Steps, h0, c0);
        if (input.UnsortedIndices is { } unsorted)
        {
            (hidden, cell) = (hidden.IndexSelect(1, unsorted), cell?.IndexSelect(1, unsorted));
        }

        return (input.With(output), hidden, cell);
    }

    /// <summary>Tells a summary what the layer gave.</summary>
    private protected TOutput Noted(TOutput output)
    {
        ShapeRecorder.Current?.Record(this, output);
        return output;
    }

    /// <summary>All layers over rows [rows, in], step after step; states are [layers · directions, batch, length].</summary>
    private (Tensor Output, Tensor Hidden, Tensor? Cell) Stack(Tensor x, SequenceSteps steps, Tensor? h0, Tensor? c0)
    {
        Tensor zeroH = h0 ?? Tensor.Zeros([steps.Batch, OutputSize], x.DType, x.Device);
        Tensor? zeroC = _kind != RecurrentKind.LSTM ? null : c0 ?? Tensor.Zeros([steps.Batch, HiddenSize], x.DType, x.Device);
        List<Tensor> hidden = [], cells = [];
        for (int layer = 0; layer < NumLayers; layer++)
        {
            Tensor[] outputs = new Tensor[Directions];
            for (int direction = 0; direction < Directions; direction++)
            {
                int index = (layer * Directions) + direction;
                Tensor h = h0 is null ? zeroH : h0.Select(0, index);
                Tensor? c = c0 is null ? zeroC : c0.Select(0, index);
                (outputs[direction], Tensor last, Tensor? cell) = Recurrent.Run(_kind, steps, direction == 1, x, WeightsOf(index), h, c);
                hidden.Add(last);
                if (cell is not null)
                {
                    cells.Add(cell);
                }
            }

            x = Directions == 1 ? outputs[0] : Tensor.Cat(outputs, 1);
            x = layer + 1 < NumLayers && Dropout > 0 ? x.Dropout(Dropout, Training) : x;
        }

        return (x, Together(hidden), cells.Count == 0 ? null : Together(cells));
    }

    /// <summary>The parameters of a layer and direction.</summary>
    private RecurrentWeights WeightsOf(int index)
    {
        int count = 2 + (Bias ? 2 : 0) + (ProjSizeOrNone > 0 ? 1 : 0), first = index * count;
        return new RecurrentWeights(
            _weights[first], _weights[first + 1], Bias ? _weights[first + 2] : null, Bias ? _weights[first + 3] : null,
            ProjSizeOrNone > 0 ? _weights[first + count - 1] : null);
    }

    private static Tensor Together(List<Tensor> states) => states.Count == 1 ? states[0].Unsqueeze(0) : Tensor.Stack(states.ToArray());
}
