using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Runs an optimizer's update over contiguous operands, at the widest vectors the processor has; the tail goes through the same formula on
/// padded vectors.
/// </summary>
internal unsafe struct UpdateJob<TUpdate, T> : IJob
    where TUpdate : struct, IUpdate<TUpdate>
    where T : unmanaged, INumber<T>
{
    /// <summary>Elements per chunk: enough to pay for handing it to a thread, and a multiple of every vector width.</summary>
    public const int ChunkSize = 16384;

    public TUpdate Update;
    public T* P;
    public T* G;
    public T* S0;
    public T* S1;
    public T* S2;
    public long Count;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        nint start = (nint)chunk * ChunkSize;
        Part part = new(this, start, (nint)Math.Min(ChunkSize, Count - start));
        Widest.Run<Part, T>(ref part);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Loop<V>(nint start, nint count)
        where V : struct, ILanes<V, T>
    {
        TUpdate update = Update;
        T* p = P + start, g = G + start;
        T* s0 = TUpdate.States > 0 ? S0 + start : null, s1 = TUpdate.States > 1 ? S1 + start : null, s2 = TUpdate.States > 2 ? S2 + start
            : null;
        nint i = 0;
        for (; i <= count - V.Width; i += V.Width)
        {
            Step<V>(in update, p + i, g + i, s0 + i, s1 + i, s2 + i);
        }

        if (i < count)
        {
            Tail<V>(in update, p + i, g + i, s0 + i, s1 + i, s2 + i, (uint)(count - i) * (uint)sizeof(T));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<V>(in TUpdate update, T* p, T* g, T* s0, T* s1, T* s2)
        where V : struct, ILanes<V, T>
    {
        V parameter = V.Load(ref *p, 0);
        V state0 = TUpdate.States > 0 ? V.Load(ref *s0, 0) : default;
        V state1 = TUpdate.States > 1 ? V.Load(ref *s1, 0) : default;
        V state2 = TUpdate.States > 2 ? V.Load(ref *s2, 0) : default;
        update.Step(ref parameter, V.Load(ref *g, 0), ref state0, ref state1, ref state2);
        parameter.Store(ref *p, 0);
        if (TUpdate.States > 0)
        {
            state0.Store(ref *s0, 0);
        }

        if (TUpdate.States > 1)
        {
            state1.Store(ref *s1, 0);
        }

        if (TUpdate.States > 2)
        {
            state2.Store(ref *s2, 0);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tail<V>(in TUpdate update, T* p, T* g, T* s0, T* s1, T* s2, uint bytes)
        where V : struct, ILanes<V, T>
    {
        T* padded = stackalloc T[V.Width * 5];
        V one = V.Create(T.One);
        for (int i = 0; i < 5; i++)
        {
            one.Store(ref *(padded + (i * V.Width)), 0);
        }

        T* q0 = padded + (2 * V.Width), q1 = padded + (3 * V.Width), q2 = padded + (4 * V.Width);
        Unsafe.CopyBlockUnaligned(padded, p, bytes);
        Unsafe.CopyBlockUnaligned(padded + V.Width, g, bytes);
        CopyState(0, q0, s0, bytes);
        CopyState(1, q1, s1, bytes);
        CopyState(2, q2, s2, bytes);
        Step<V>(in update, padded, padded + V.Width, q0, q1, q2);
        Unsafe.CopyBlockUnaligned(p, padded, bytes);
        CopyState(0, s0, q0, bytes);
        CopyState(1, s1, q1, bytes);
        CopyState(2, s2, q2, bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyState(int state, T* destination, T* source, uint bytes)
    {
        if (TUpdate.States > state)
        {
            Unsafe.CopyBlockUnaligned(destination, source, bytes);
        }
    }

    private readonly struct Part(UpdateJob<TUpdate, T> job, nint start, nint count) : IVectorWork<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T> => job.Loop<V>(start, count);
    }
}
