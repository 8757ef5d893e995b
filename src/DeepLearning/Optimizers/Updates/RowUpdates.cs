namespace DeepLearning.Optimizers;

/// <summary>Makes updates of whole parameters in some rows alone, of which gradients are given.</summary>
internal sealed class RowUpdates(Tensor rows) : UpdateSink
{
    protected override bool TryTake<TUpdate>(in TUpdate update, UpdateOperands operands)
    {
        if (!Fused.HasKernels || !operands.P.Backend.TryUpdateRows(in update, rows, operands))
        {
            // By way of copies.
            Tensor part = Taken(operands.P)!;
            Tensor?[] states = [Taken(operands.S0), Taken(operands.S1), Taken(operands.S2)];
            FusedUpdate.Run(in update, part, operands.G, states[0], states[1], states[2]);
            operands.P.IndexCopyInPlace(0, rows, part);
            Put(operands.S0, states[0]);
            Put(operands.S1, states[1]);
            Put(operands.S2, states[2]);
        }

        return true;
    }

    private Tensor? Taken(Tensor? whole) => whole?.Detach().IndexSelect(0, rows);

    private void Put(Tensor? whole, Tensor? part) => whole?.IndexCopyInPlace(0, rows, part!);
}
