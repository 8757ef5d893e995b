namespace DeepLearning;

/// <summary>
/// One layer and direction of a recurrent network over a batch of sequences: RNN, LSTM or GRU. One operation, so that a device may compute
/// all steps in one piece; its definition is <see cref="RecurrentFormula"/>.
/// </summary>
internal static class Recurrent
{
    /// <summary>Computes all steps. All operands are of one floating-point type, and known to fit.</summary>
    /// <param name="kind">What a step computes.</param>
    /// <param name="steps">Which rows belong to which step.</param>
    /// <param name="reverse">From the last step to the first.</param>
    /// <param name="x">The inputs, [rows, in].</param>
    /// <param name="weights">The parameters.</param>
    /// <param name="h0">The first hidden state, [batch, output].</param>
    /// <param name="c0">The first cell state, [batch, hidden], of an LSTM.</param>
    /// <returns>The hidden state of every row, and the last hidden and cell state of each sequence.</returns>
    public static (Tensor Output, Tensor Hidden, Tensor? Cell) Run(
        RecurrentKind kind, SequenceSteps steps, bool reverse, Tensor x, in RecurrentWeights weights, Tensor h0, Tensor? c0)
    {
        using Autocast.Operation cast = Autocast.Enter(kind.Name());
        List<Tensor> given = [cast.Of(x), cast.Of(weights.InputHidden), cast.Of(weights.HiddenHidden), cast.Of(h0)];
        if (c0 is not null)
        {
            given.Add(cast.Of(c0));
        }

        if (weights is { InputBias: { } inputBias, HiddenBias: { } hiddenBias })
        {
            given.AddRange([cast.Of(inputBias), cast.Of(hiddenBias)]);
        }

        if (weights.Projection is { } projection)
        {
            given.Add(cast.Of(projection));
        }

        Tensor[] inputs = [.. given];
        RecurrentOperation operation = new(
            kind, steps, reverse, weights.InputBias is not null, weights.Projection is not null, inputs, []);
        Tensor[] outputs;
        if (Fused.HasKernels && RecurrentKernel.TryForward(operation, inputs, out Tensor?[] kept) is { } computed)
        {
            outputs = computed;
            Recording.Of(operation with { Kept = kept }, outputs, inputs);
        }
        else
        {
            outputs = RecurrentFormula.Compute(operation, inputs);
            if (Trace.IsAnyOn)
            {
                Trace.Add(operation, outputs, inputs);
            }
        }

        return (outputs[0], outputs[1], outputs.Length > 2 ? outputs[2] : null);
    }
}

/// <summary>
/// The operation. Inputs: x, the weights of input and hidden state, h0; c0 of an LSTM; two biases where there are any; the projection where
/// there is one.
/// </summary>
internal readonly record struct RecurrentOperation(
    RecurrentKind Kind, SequenceSteps Steps, bool Reverse, bool HasBias, bool HasProjection, Tensor[] Inputs, Tensor?[] Kept) : IOperation
{
    public const int X = 0;
    public const int InputHidden = 1;
    public const int HiddenHidden = 2;
    public const int H0 = 3;
    public const int C0 = 4;

    public string Name => Kind.Name();

    public bool HasCell => Kind == RecurrentKind.LSTM;

    /// <summary>The position of the input's bias; that of the hidden state follows it.</summary>
    public int Bias => HasCell ? C0 + 1 : C0;

    public int Projection => Bias + (HasBias ? 2 : 0);

    public void Describe(OperationAttributes attributes)
    {
        if (Steps.IsEven)
        {
            attributes.Add("steps", Steps.Counts.Length);
        }
        else
        {
            attributes.Add("batch_sizes", Steps.Counts);
        }

        if (Name == "RNN")
        {
            attributes.Add("nonlinearity", Kind == RecurrentKind.Tanh ? "tanh" : "relu");
        }

        attributes.Add("reverse", Reverse).Add("bias", HasBias).Add("projection", HasProjection);
    }

    public Node CreateNode() => new RecurrentNode(this);

    public Replay CreateReplay()
    {
        RecurrentOperation bare = this with { Inputs = [], Kept = [] };
        return (inputs, outputs) =>
        {
            Tensor[] given = new Tensor[inputs.Length];
            for (int i = 0; i < given.Length; i++)
            {
                given[i] = inputs[i]!;
            }

            RecurrentOperation operation = bare with { Inputs = given };
            Tensor[] results = Fused.HasKernels && RecurrentKernel.TryForward(operation, given, out _) is { } computed
                ? computed
                : RecurrentFormula.Compute(operation, given);
            results.CopyTo(outputs);
        };
    }
}

/// <summary>The derivative: the device's own pass back through the steps, or that of the composition.</summary>
internal sealed class RecurrentNode : BundleNode
{
    private readonly RecurrentOperation _operation;
    private readonly int _inputs;

    public RecurrentNode(in RecurrentOperation operation)
    {
        _inputs = operation.Inputs.Length;
        Save([.. operation.Inputs, .. operation.Kept]);
        _operation = operation with { Inputs = [], Kept = [] };
    }

    public override string Name => _operation.Name;

    protected override void Backward(ReadOnlySpan<Tensor?> given, Span<Tensor?> gradients)
    {
        if (!GradMode.Enabled && Fused.HasKernels && RecurrentKernel.TryBackward(_operation, this, given, gradients))
        {
            return;
        }

        Tensor?[] inputs = new Tensor?[_inputs];
        bool[] wanted = new bool[_inputs];
        for (int i = 0; i < inputs.Length; i++)
        {
            (inputs[i], wanted[i]) = (Saved(i), Needs(i));
        }

        RecurrentOperation operation = _operation;
        Composition.Backward(seen => RecurrentFormula.Compute(operation, seen), inputs, wanted, given, gradients);
    }

    /// <summary>An input.</summary>
    public Tensor Input(int position) => Saved(position);

    /// <summary>What the kernel of the result kept.</summary>
    public Tensor Kept(int position) => Saved(_inputs + position);

    /// <summary>Whether the gradient of an input is wanted.</summary>
    public bool Wants(int input) => Needs(input);
}
