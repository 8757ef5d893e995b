namespace DeepLearning.Layers;

/// <summary>Checks what a recurrent layer or cell is given, before anything is computed; errors name the layer.</summary>
/// <param name="layer">The layer.</param>
/// <param name="inputSize">The length of an input.</param>
/// <param name="states">The number of layers times directions; 0 for a cell, whose states have no such axis.</param>
/// <param name="hidden">The length of a hidden state.</param>
/// <param name="cell">The length of a cell state; 0 where there is none.</param>
internal readonly struct RecurrentInputs(Module layer, int inputSize, int states, int hidden, int cell)
{
    private bool IsCell => states == 0;

    /// <summary>Checks a tensor of sequences, or of one step for a cell.</summary>
    /// <returns>Whether it has an axis for the batch.</returns>
    public bool CheckInput(Tensor input, Tensor weight)
    {
        int batched = IsCell ? 2 : 3;
        if ((input.Rank != batched && input.Rank != batched - 1) || input.Size(-1) != inputSize)
        {
            string fitting = IsCell
                ? $"[batch, {inputSize}], or [{inputSize}] without a batch"
                : $"[steps, batch, {inputSize}] (or [batch, steps, {inputSize}] when batch first), or [steps, {inputSize}] without a batch";
            throw new ShapeException($"{layer.LabelInModel()}: an input {input.Shape} does not fit; it is {fitting}.");
        }

        CheckType(input, weight, "an input");
        return input.Rank == batched;
    }

    /// <summary>Checks packed sequences.</summary>
    public void CheckPacked(PackedSequence input, Tensor weight)
    {
        if (input.Data.Rank != 2 || input.Data.Size(1) != inputSize)
        {
            throw new ShapeException(
                $"{layer.LabelInModel()}: packed data {input.Data.Shape} do not fit; they are [rows, {inputSize}].");
        }

        CheckType(input.Data, weight, "packed data");
    }

    /// <summary>Checks the states that a call begins with, where they are given.</summary>
    public void CheckState(Tensor? h0, Tensor? c0, bool isBatched, int batch, Tensor input)
    {
        int[] axes = [.. IsCell ? (int[])[] : [states], .. isBatched ? (int[])[batch] : []];
        Check(h0, "hidden", [.. axes, hidden], input);
        Check(c0, "cell", [.. axes, cell], input);
    }

    private void Check(Tensor? state, string name, int[] fitting, Tensor input)
    {
        if (state is null)
        {
            return;
        }

        if (!state.Shape.AsSpan().SequenceEqual(fitting))
        {
            string axes = $"{(IsCell ? "" : "layers · directions, ")}{(fitting.Length == (IsCell ? 2 : 3) ? "batch, " : "")}{name} length";
            throw new ShapeException(
                $"{layer.LabelInModel()}: a {name} state {state.Shape} does not fit an input {input.Shape}; it is "
                + $"{Shape.Format(fitting)}: {axes}.");
        }

        CheckType(state, input, $"a {name} state");
    }

    private void CheckType(Tensor given, Tensor other, string what)
    {
        if ((given.DType != other.DType && !Autocast.Enabled) || !given.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{layer.LabelInModel()}: {what} of {given.DType.Name()} does not fit {other.DType.Name()}; input, states and parameters "
                + "are of one floating-point type: convert with To(...).");
        }

        Broadcasting.CheckDevices(given, other, layer.LabelInModel());
    }
}
