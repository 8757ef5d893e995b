using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>A step of an optimizer in some rows of a parameter; see <see cref="UpdateJob{TUpdate, T}"/>, here of one row.</summary>
internal unsafe struct RowUpdateJob<TUpdate, T> : IJob
    where TUpdate : struct, IUpdate<TUpdate>
    where T : unmanaged, INumber<T>
{
    /// <summary>The update, with the first row of all operands.</summary>
    public UpdateJob<TUpdate, T> Update;

    /// <summary>The rows of the parameter and its states; those of the gradient are one after the other.</summary>
    public long* Rows;
    public long Count;
    public int Chunks;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        Part part = new(this, Count * chunk / Chunks, Count * (chunk + 1) / Chunks);
        Widest.Run<Part, T>(ref part);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Run<V>(long row, long end)
        where V : struct, ILanes<V, T>
    {
        UpdateJob<TUpdate, T> one = Update;
        for (; row < end; row++)
        {
            long at = Rows[row] * Update.Count;
            one.G = Update.G + (row * Update.Count);
            one.P = Update.P + at;
            one.S0 = TUpdate.States > 0 ? Update.S0 + at : null;
            one.S1 = TUpdate.States > 1 ? Update.S1 + at : null;
            one.S2 = TUpdate.States > 2 ? Update.S2 + at : null;
            one.Loop<V>(0, (nint)Update.Count);
        }
    }

    private readonly struct Part(RowUpdateJob<TUpdate, T> job, long row, long end) : IVectorWork<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T> => job.Run<V>(row, end);
    }
}
