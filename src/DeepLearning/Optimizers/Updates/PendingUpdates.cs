using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// The updates of one step, kept until all are known where a device makes them at once: those with the same formula and numbers together.
/// </summary>
internal sealed class PendingUpdates : UpdateSink
{
    private readonly Backend _backend;
    private readonly List<Batch> _batches = [];

    private PendingUpdates(Backend backend) => _backend = backend;

    /// <summary>Keeps the updates of this thread from now on; null where a parameter's device makes each at once.</summary>
    public static PendingUpdates? Begin(Tensor parameter)
    {
        Backend backend = parameter.Backend;
        if (!backend.UpdatesTogether || !Fused.HasKernels)
        {
            return null;
        }

        PendingUpdates pending = new(backend);
        pending.Begin();
        return pending;
    }

    /// <summary>Makes what was kept.</summary>
    public void Run()
    {
        using Suspension suspension = Suspend();
        _batches.ForEach(static batch => batch.Run());
    }

    protected override bool TryTake<TUpdate>(in TUpdate update, UpdateOperands operands)
    {
        if (!ReferenceEquals(operands.P.Backend, _backend))
        {
            return false;
        }

        foreach (Batch batch in _batches)
        {
            if (batch is Batch<TUpdate> same && same.Takes(in update, operands.P.DType))
            {
                same.Operands.Add(operands);
                return true;
            }
        }

        _batches.Add(new Batch<TUpdate>(update, operands));
        return true;
    }

    private abstract class Batch
    {
        public abstract void Run();
    }

    private sealed class Batch<TUpdate>(TUpdate update, UpdateOperands first) : Batch
        where TUpdate : struct, IUpdate<TUpdate>
    {
        public List<UpdateOperands> Operands { get; } = [first];

        public bool Takes(in TUpdate other, DType dtype) =>
            Operands[0].P.DType == dtype && EqualityComparer<TUpdate>.Default.Equals(update, other);

        public override void Run()
        {
            UpdateOperands[] all = [.. Operands];
            if (!all[0].P.Backend.TryUpdateAll(in update, all))
            {
                foreach (UpdateOperands one in all)
                {
                    FusedUpdate.Run(in update, one.P, one.G, one.S0, one.S1, one.S2);
                }
            }
        }
    }
}
