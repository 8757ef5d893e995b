namespace DeepLearning;

/// <summary>
/// A recurrent layer by the device's own kernels: the steps in one piece, and around them one product of all inputs, and on the way back
/// one product for each weight.
/// </summary>
internal static class RecurrentKernel
{
    private const int Gates = 0;
    private const int Output = 1;
    private const int Extra = 2;
    private const int Unprojected = 3;

    /// <summary>The results, not recorded; null where the device has no kernel.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="kept">Receives what the way back needs.</param>
    public static Tensor[]? TryForward(in RecurrentOperation operation, ReadOnlySpan<Tensor> inputs, out Tensor?[] kept)
    {
        kept = [];
        SequenceSteps steps = operation.Steps;
        if (steps.Rows == 0)
        {
            return null;
        }

        bool keeps = GradMode.Records(inputs);
        using GradMode.Region region = GradMode.NoGrad();
        Tensor given = inputs[RecurrentOperation.X];
        DType dtype = given.DType, compute = dtype.Compute();
        Tensor x = given.To(compute), weight = inputs[RecurrentOperation.HiddenHidden].To(compute).Contiguous();
        int gates = operation.Kind.Gates(), hidden = weight.Size(0) / gates, outputs = weight.Size(1);
        Tensor output = Tensor.Allocate([steps.Rows, outputs], compute, x.Device);
        (Tensor? bias, Tensor? newBias) = Biases(operation, inputs, hidden, compute);
        RecurrentForward call = new()
        {
            Kind = operation.Kind,
            Steps = steps,
            Reverse = operation.Reverse,
            X = x,
            InputHidden = inputs[RecurrentOperation.InputHidden].To(compute),
            HiddenHidden = weight,
            Bias = bias,
            NewBias = newBias,
            H0 = inputs[RecurrentOperation.H0].To(compute).Contiguous(),
            C0 = operation.HasCell ? inputs[RecurrentOperation.C0].To(compute).Contiguous() : null,
            Gates = gates == 1 ? output : Tensor.Allocate([steps.Rows, gates * hidden], compute, x.Device),
            Projection = operation.HasProjection ? inputs[operation.Projection].To(compute).Contiguous() : null,
            Output = output,
            Unprojected = operation.HasProjection ? Tensor.Allocate([steps.Rows, hidden], compute, x.Device) : null,
            LastHidden = Tensor.Allocate([steps.Batch, outputs], compute, x.Device),
            LastCell = operation.HasCell ? Tensor.Allocate([steps.Batch, hidden], compute, x.Device) : null,
            Kept = keeps && gates > 1 ? Tensor.Allocate([steps.Rows, hidden], compute, x.Device) : null,
        };
        if (!x.Backend.TryRecurrent(call))
        {
            return null;
        }

        kept = keeps ? [call.Gates, call.Output, call.Kept, call.Unprojected] : [];
        return call.LastCell is { } cell
            ? [output.To(dtype), call.LastHidden.To(dtype), cell.To(dtype)]
            : [output.To(dtype), call.LastHidden.To(dtype)];
    }

    /// <summary>The gradients of the inputs, not recorded; false where the device has no kernel.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="node">Knows the inputs, what was kept, and which gradients are wanted.</param>
    /// <param name="given">The gradients of the results, where there are any.</param>
    /// <param name="gradients">Receives those of the inputs.</param>
    public static bool TryBackward(
        in RecurrentOperation operation, RecurrentNode node, ReadOnlySpan<Tensor?> given, Span<Tensor?> gradients)
    {
        SequenceSteps steps = operation.Steps;
        Tensor output = node.Kept(Output), x = node.Input(RecurrentOperation.X);
        DType dtype = x.DType, compute = output.DType;
        int hidden = node.Kept(Gates).Size(1) / operation.Kind.Gates(), outputs = output.Size(1);
        int columns = operation.Kind == RecurrentKind.GRU ? 4 : operation.Kind.Gates();
        Tensor dgates = Tensor.Allocate([steps.Rows, columns * hidden], compute, x.Device);
        Tensor? previous = node.Wants(RecurrentOperation.HiddenHidden) ? Tensor.EmptyLike(output) : null;
        RecurrentBackward call = new()
        {
            Kind = operation.Kind,
            Steps = steps,
            Reverse = operation.Reverse,
            HiddenHidden = node.Input(RecurrentOperation.HiddenHidden).To(compute).Contiguous(),
            Projection = operation.HasProjection ? node.Input(operation.Projection).To(compute).Contiguous() : null,
            H0 = node.Input(RecurrentOperation.H0).To(compute).Contiguous(),
            C0 = operation.HasCell ? node.Input(RecurrentOperation.C0).To(compute).Contiguous() : null,
            Gates = node.Kept(Gates),
            Output = output,
            Kept = operation.Kind.Gates() > 1 ? node.Kept(Extra) : null,
            DOutput = given[0] is { } gradient ? WithWholeRows(gradient.To(compute)) : null,
            DProjected = operation.HasProjection ? Tensor.EmptyLike(output) : null,
            DGates = dgates,
            Previous = previous,
            DHidden = Carry(given[1], steps.Batch, outputs, output),
            DCell = operation.HasCell ? Carry(given[2], steps.Batch, hidden, output) : null,
        };
        if (!output.Backend.TryRecurrentBackward(call))
        {
            return false;
        }

        gradients[RecurrentOperation.H0] = call.DHidden.To(dtype);
        if (call.DCell is { } dcell)
        {
            gradients[RecurrentOperation.C0] = dcell.To(dtype);
        }

        // Columns of what the inputs and of what the hidden states gave; in a GRU the former begin with the new gate.
        bool isGru = operation.Kind == RecurrentKind.GRU;
        Tensor ofInputs = isGru ? dgates.Narrow(1, 0, 3 * hidden) : dgates;
        Tensor ofHidden = isGru ? dgates.Narrow(1, hidden, 3 * hidden) : dgates;
        if (node.Wants(RecurrentOperation.X))
        {
            Tensor weight = node.Input(RecurrentOperation.InputHidden).To(compute);
            gradients[RecurrentOperation.X] =
                MatrixProduct.Of(ofInputs, false, isGru ? weight.Roll(hidden, 0) : weight, false).To(dtype);
        }

        if (node.Wants(RecurrentOperation.InputHidden))
        {
            Tensor weight = MatrixProduct.Of(ofInputs, true, x.To(compute), false);
            gradients[RecurrentOperation.InputHidden] = (isGru ? weight.Roll(-hidden, 0) : weight).To(dtype);
        }

        if (previous is not null)
        {
            gradients[RecurrentOperation.HiddenHidden] = MatrixProduct.Of(ofHidden, true, previous, false).To(dtype);
        }

        if (call.DProjected is { } projected && node.Wants(operation.Projection))
        {
            gradients[operation.Projection] = MatrixProduct.Of(projected, true, node.Kept(Unprojected), false).To(dtype);
        }

        if (operation.HasBias && (node.Wants(operation.Bias) || node.Wants(operation.Bias + 1)))
        {
            Tensor sums = dgates.Sum(0);
            gradients[operation.Bias] = (isGru ? sums.Narrow(0, 0, 3 * hidden).Roll(-hidden, 0) : sums).To(dtype);
            gradients[operation.Bias + 1] = (isGru ? sums.Narrow(0, hidden, 3 * hidden).Clone() : sums.Clone()).To(dtype);
        }

        return true;
    }

    /// <summary>What is added to the gates of every row, and what a GRU adds to its new gate's recurrent part.</summary>
    private static (Tensor? Bias, Tensor? New) Biases(
        in RecurrentOperation operation, ReadOnlySpan<Tensor> inputs, int hidden, DType compute)
    {
        if (!operation.HasBias)
        {
            return (null, null);
        }

        Tensor input = inputs[operation.Bias].To(compute), recurrent = inputs[operation.Bias + 1].To(compute);
        return operation.Kind != RecurrentKind.GRU
            ? (input + recurrent, null)
            : (input + recurrent.Narrow(0, 0, 2 * hidden).Pad([0, hidden]), recurrent.Narrow(0, 2 * hidden, hidden).Contiguous());
    }

    /// <summary>A gradient that the steps write over: a copy of that of the last states.</summary>
    private static Tensor Carry(Tensor? gradient, int batch, int width, Tensor like) => gradient is null
        ? Tensor.Zeros([batch, width], like.DType, like.Device)
        : gradient.DType == like.DType ? gradient.Clone().Contiguous() : gradient.To(like.DType).Contiguous();

    private static Tensor WithWholeRows(Tensor x) => x.Layout.Strides[1] == 1 ? x : x.Contiguous();
}

/// <content>
/// Over all steps of a batch of sequences. Operands are contiguous but where it says otherwise, and of one type that is computed in.
/// </content>
internal abstract partial class Backend
{
    /// <summary>Computes all steps of a layer and direction.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryRecurrent(RecurrentForward call) => false;

    /// <summary>Goes back through the steps: the gradients of the gates and of the first states.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryRecurrentBackward(RecurrentBackward call) => false;
}

/// <summary>What <see cref="Backend.TryRecurrent"/> reads and fills. The output is as wide as the projection, where there is one.</summary>
internal sealed class RecurrentForward
{
    public required RecurrentKind Kind { get; init; }

    public required SequenceSteps Steps { get; init; }

    public required bool Reverse { get; init; }

    /// <summary>[rows, in], of any strides.</summary>
    public required Tensor X { get; init; }

    /// <summary>[gates · hidden, in], of any strides.</summary>
    public required Tensor InputHidden { get; init; }

    /// <summary>[gates · hidden, output]</summary>
    public required Tensor HiddenHidden { get; init; }

    /// <summary>What is added to every row's gates, [gates · hidden], or null.</summary>
    public required Tensor? Bias { get; init; }

    /// <summary>What a GRU adds to its new gate before the reset gate, [hidden], or null.</summary>
    public required Tensor? NewBias { get; init; }

    public required Tensor H0 { get; init; }

    public required Tensor? C0 { get; init; }

    /// <summary>Receives the gates of every row, [rows, gates · hidden]; of an RNN it is the output.</summary>
    public required Tensor Gates { get; init; }

    /// <summary>Of an LSTM, [output, hidden], or null.</summary>
    public required Tensor? Projection { get; init; }

    /// <summary>Receives the hidden states of every row, [rows, output].</summary>
    public required Tensor Output { get; init; }

    /// <summary>Receives the hidden states before the projection, [rows, hidden], where there is one.</summary>
    public required Tensor? Unprojected { get; init; }

    public required Tensor LastHidden { get; init; }

    public required Tensor? LastCell { get; init; }

    /// <summary>
    /// Receives what only the way back needs, [rows, hidden], or null: the cell states of an LSTM, what the reset gate of a GRU is
    /// multiplied with.
    /// </summary>
    public required Tensor? Kept { get; init; }
}

/// <summary>What <see cref="Backend.TryRecurrentBackward"/> reads and fills.</summary>
internal sealed class RecurrentBackward
{
    public required RecurrentKind Kind { get; init; }

    public required SequenceSteps Steps { get; init; }

    public required bool Reverse { get; init; }

    public required Tensor HiddenHidden { get; init; }

    /// <inheritdoc cref="RecurrentForward.Projection"/>
    public required Tensor? Projection { get; init; }

    public required Tensor H0 { get; init; }

    public required Tensor? C0 { get; init; }

    /// <summary>What the forward call filled.</summary>
    public required Tensor Gates { get; init; }

    /// <inheritdoc cref="Gates"/>
    public required Tensor Output { get; init; }

    /// <inheritdoc cref="Gates"/>
    public required Tensor? Kept { get; init; }

    /// <summary>The gradient of the output, [rows, output], of which only the rows need be contiguous; null for zeros.</summary>
    public required Tensor? DOutput { get; init; }

    /// <summary>Receives the gradient of every row's projected state, [rows, output], where there is a projection.</summary>
    public required Tensor? DProjected { get; init; }

    /// <summary>
    /// Receives the gradients of the gates before their activation, [rows, gates · hidden]; of a GRU [rows, 4 · hidden]: that of the new
    /// gate, then those of the reset and update gates, then that of the new gate's recurrent part.
    /// </summary>
    public required Tensor DGates { get; init; }

    /// <summary>Receives the hidden state before each row's step, [rows, output], where not null.</summary>
    public required Tensor? Previous { get; init; }

    /// <summary>Holds the gradient of the last hidden states and receives that of the first, [batch, output].</summary>
    public required Tensor DHidden { get; init; }

    /// <summary>The same of the cell states of an LSTM, [batch, hidden].</summary>
    public required Tensor? DCell { get; init; }
}
