using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>What takes the updates of optimizers on a thread, instead of their being made at once.</summary>
internal abstract class UpdateSink : IDisposable
{
    [ThreadStatic]
    private static UpdateSink? s_current;

    /// <summary>Whether there has been one on any thread: a process without pays one plain read for an update.</summary>
    private static bool s_isUsed;

    private UpdateSink? _before;

    /// <summary>Gives an update to this thread's sink; false where there is none, or it is to be made at once.</summary>
    public static bool TryGive<TUpdate>(in TUpdate update, UpdateOperands operands)
        where TUpdate : struct, IUpdate<TUpdate> => s_isUsed && s_current is { } current && current.TryTake(in update, operands);

    /// <summary>Makes updates at once until the result is disposed.</summary>
    public static Suspension Suspend() => new(s_current);

    /// <summary>Takes the updates of this thread from now on, until it is disposed.</summary>
    public void Begin()
    {
        s_isUsed = true;
        (_before, s_current) = (s_current, this);
    }

    public void Dispose() => s_current = _before;

    protected abstract bool TryTake<TUpdate>(in TUpdate update, UpdateOperands operands)
        where TUpdate : struct, IUpdate<TUpdate>;

    /// <summary>A stretch of code in which updates are made at once.</summary>
    public readonly ref struct Suspension
    {
        private readonly UpdateSink? _kept;

        internal Suspension(UpdateSink? kept)
        {
            _kept = kept;
            s_current = null;
        }

        public void Dispose() => s_current = _kept;
    }
}
