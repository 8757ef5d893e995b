using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// The updates of one step, kept until all are known where a device makes them at once: those with the same formula and numbers together.
/// </summary>
internal sealed class PendingUpdates : IDisposable
{
    [ThreadStatic]
    private static PendingUpdates? s_current;

    /// <summary>Whether any thread has kept updates: the processor keeps none, and pays one plain read.</summary>
    private static bool s_isUsed;

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

        s_isUsed = true;
        return s_current = new PendingUpdates(backend);
    }

    /// <summary>Keeps an update; false where it is to be made at once.</summary>
    public static bool TryAdd<TUpdate>(in TUpdate update, UpdateOperands operands)
        where TUpdate : struct, IUpdate<TUpdate>
    {
        if (!s_isUsed || s_current is not { } current || !ReferenceEquals(operands.P.Backend, current._backend))
        {
            return false;
        }

        foreach (Batch batch in current._batches)
        {
            if (batch is Batch<TUpdate> same && same.Takes(in update, operands.P.DType))
            {
                same.Operands.Add(operands);
                return true;
            }
        }

        current._batches.Add(new Batch<TUpdate>(update, operands));
        return true;
    }

    /// <summary>Makes updates at once until the result is disposed.</summary>
    public static Suspension Suspend() => new(s_current);

    /// <summary>Makes what was kept.</summary>
    public void Run()
    {
        s_current = null;
        _batches.ForEach(static batch => batch.Run());
    }

    public void Dispose() => s_current = null;

    /// <summary>A stretch of code in which updates are made at once.</summary>
    public readonly ref struct Suspension
    {
        private readonly PendingUpdates? _kept;

        internal Suspension(PendingUpdates? kept)
        {
            _kept = kept;
            s_current = null;
        }

        public void Dispose() => s_current = _kept;
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
