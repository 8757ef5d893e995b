using System.Runtime.CompilerServices;

namespace DeepLearning;

/// <summary>Runs operations that a device may compute in one piece.</summary>
internal static class Fused
{
    [ThreadStatic]
    private static bool s_off;

    /// <summary>Computes an operation: with the device's kernel where it has one, otherwise by composition.</summary>
    public static Tensor Run<TOp>(in TOp op, ReadOnlySpan<Tensor?> inputs)
        where TOp : struct, IFusedOp => Run(op, inputs, out _);

    /// <summary>As above, and hands out what a kernel kept; nothing when the result was composed.</summary>
    public static Tensor Run<TOp>(in TOp op, ReadOnlySpan<Tensor?> inputs, out KeptTensors kept)
        where TOp : struct, IFusedOp
    {
        if (Autocast.Enabled)
        {
            return RunInOwnTypes(op, inputs, out kept);
        }

        kept = default;
        return !s_off && op.TryForward(inputs, ref kept) is { } result
            ? Recording.Fused(op, result, inputs, kept)
            : Recording.Composed(op, inputs);
    }

    /// <summary>In a region of <see cref="Autocast"/>: what an operation is made of is computed in its operands' types.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Tensor RunInOwnTypes<TOp>(in TOp op, ReadOnlySpan<Tensor?> inputs, out KeptTensors kept)
        where TOp : struct, IFusedOp
    {
        using Autocast.Region own = Autocast.Disable();
        return Run(op, inputs, out kept);
    }

    /// <summary>
    /// A replay: the operation's own (<see cref="IOperation.CreateReplay"/>) where it holds more than what it was told, else itself, run
    /// again.
    /// </summary>
    public static Replay ReplayOf<TOp>(TOp op, int count)
        where TOp : struct, IFusedOp =>
        op.CreateReplay() ?? ((inputs, outputs) => outputs[0] = Run(op, inputs[..count]));

    /// <summary>Whether a device's kernels for gradients are to be used.</summary>
    public static bool HasKernels => !s_off;

    /// <summary>
    /// Composes everything on this thread until the result is disposed, as on a device without kernels of its own: for tests that compare
    /// the two.
    /// </summary>
    public static CompositionRegion Compose() => new(true);

    /// <summary>A stretch of code in which operations are composed.</summary>
    internal readonly ref struct CompositionRegion
    {
        private readonly bool _wasOff;

        public CompositionRegion(bool off)
        {
            _wasOff = s_off;
            s_off = off;
        }

        public void Dispose() => s_off = _wasOff;
    }
}
