using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryUpdate<TUpdate>(in TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
    {
        if (!g.IsContiguous)
        {
            g = g.Detach().Contiguous();
        }

        if (p.DType == DType.Float32 && IsPlain(p, p) && IsPlain(g, p) && IsPlain(s0, p) && IsPlain(s1, p) && IsPlain(s2, p))
        {
            Update<TUpdate, float>(in update, p, g, s0, s1, s2);
        }
        else if (p.DType == DType.Float64 && IsPlain(p, p) && IsPlain(g, p) && IsPlain(s0, p) && IsPlain(s1, p) && IsPlain(s2, p))
        {
            Update<TUpdate, double>(in update, p, g, s0, s1, s2);
        }
        else if (p.DType.Compute() != p.DType && p.IsContiguous && IsPlain(g, p) && IsWide(s0) && IsWide(s1) && IsWide(s2))
        {
            UpdateNarrow(in update, p, g, s0, s1, s2);
        }
        else
        {
            return false;
        }

        return true;
    }

    public override bool TryUpdateRows<TUpdate>(in TUpdate update, Tensor rows, in UpdateOperands operands)
    {
        var (p, g, s0, s1, s2) = operands;
        if (p.DType.Compute() != p.DType || !rows.IsContiguous
            || !IsPlain(p, p) || !IsPlain(g, p) || !IsPlain(s0, p) || !IsPlain(s1, p) || !IsPlain(s2, p))
        {
            return false;
        }

        if (g.Count > 0)
        {
            ElementTypes.Floats(p.DType, new RowUpdateWork<TUpdate>(update, rows, operands));
        }

        return true;
    }

    private readonly struct RowUpdateWork<TUpdate>(TUpdate update, Tensor rows, UpdateOperands operands) : IFloatWork
        where TUpdate : struct, IUpdate<TUpdate>
    {
        public void Run<T>()
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var (p, g, s0, s1, s2) = operands;
            using Lease<T> lp = new(p), lg = new(g);
            using Lease<T> l0 = s0 is null ? default : new(s0), l1 = s1 is null ? default : new(s1), l2 = s2 is null ? default : new(s2);
            using Lease<long> lr = new(rows);
            fixed (T* pp = lp, pg = lg, p0 = l0, p1 = l1, p2 = l2)
            fixed (long* pr = lr)
            {
                long width = g.Count / rows.Count;
                RowUpdateJob<TUpdate, T> job = new()
                {
                    Update = new() { Update = update, P = pp, G = pg, S0 = p0, S1 = p1, S2 = p2, Count = width },
                    Rows = pr,
                    Count = rows.Count,
                    Chunks = Workers.Chunks(rows.Count, Math.Max(UpdateJob<TUpdate, T>.ChunkSize / width, 1)),
                };
                Workers.Run(job.Chunks, in job);
            }
        }
    }

    private static bool IsPlain(Tensor? tensor, Tensor p) => tensor is null || (tensor.DType == p.DType && tensor.Layout.IsContiguous);

    private static bool IsWide(Tensor? state) => state is null || (state.DType == DType.Float32 && state.IsContiguous);

    /// <summary>A 16-bit parameter and its gradient with states in float32.</summary>
    private static void UpdateNarrow<TUpdate>(in TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
        where TUpdate : struct, IUpdate<TUpdate>
    {
        using Lease<byte> lp = Lease<byte>.Bytes(p), lg = Lease<byte>.Bytes(g);
        using Lease<float> l0 = s0 is null ? default : new(s0), l1 = s1 is null ? default : new(s1), l2 = s2 is null ? default : new(s2);
        fixed (byte* pp = lp, pg = lg)
        fixed (float* p0 = l0, p1 = l1, p2 = l2)
        {
            NarrowUpdateJob<TUpdate> job = new()
            {
                Update = update,
                DType = p.DType,
                P = pp,
                G = pg,
                S0 = p0,
                S1 = p1,
                S2 = p2,
                Count = p.Count,
            };
            Workers.Run(checked((int)((p.Count + UpdateJob<TUpdate, float>.ChunkSize - 1) / UpdateJob<TUpdate, float>.ChunkSize)), in job);
        }
    }

    private static void Update<TUpdate, T>(in TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
        where TUpdate : struct, IUpdate<TUpdate>
        where T : unmanaged, System.Numerics.INumber<T>
    {
        using Lease<T> lp = new(p), lg = new(g);
        using Lease<T> l0 = s0 is null ? default : new(s0), l1 = s1 is null ? default : new(s1), l2 = s2 is null ? default : new(s2);
        fixed (T* pp = lp, pg = lg, p0 = l0, p1 = l1, p2 = l2)
        {
            UpdateJob<TUpdate, T> job = new() { Update = update, P = pp, G = pg, S0 = p0, S1 = p1, S2 = p2, Count = p.Count };
            if (p.Count <= UpdateJob<TUpdate, T>.ChunkSize)
            {
                job.Execute(0);
            }
            else
            {
                Workers.Run(checked((int)((p.Count + UpdateJob<TUpdate, T>.ChunkSize - 1) / UpdateJob<TUpdate, T>.ChunkSize)), in job);
            }
        }
    }
}
