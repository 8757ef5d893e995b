using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void Update<TUpdate>(in TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
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
        else
        {
            base.Update(in update, p, g, s0, s1, s2);
        }
    }

    private static bool IsPlain(Tensor? tensor, Tensor p) => tensor is null || (tensor.DType == p.DType && tensor.Layout.IsContiguous);

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
