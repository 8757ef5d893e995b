using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryAttention(
        Tensor q, Tensor k, Tensor v, Tensor? mask, in AttentionOptions options, Tensor y, Tensor figures)
    {
        ElementTypes.Floats(y.DType, new AttentionWork(q, k, v, mask, options, y, figures));
        return true;
    }

    public override bool TryAttentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor? mask, in AttentionOptions options, Tensor y, Tensor figures, Tensor dy, Tensor? dq,
        Tensor? dk, Tensor? dv)
    {
        ElementTypes.Floats(y.DType, new AttentionWork(q, k, v, mask, options, y, figures) { DY = dy, DQ = dq, DK = dk, DV = dv });
        return true;
    }

    /// <summary>Either direction of an attention; a gradient of the result makes it the backward one.</summary>
    private readonly struct AttentionWork(
        Tensor q, Tensor k, Tensor v, Tensor? mask, AttentionOptions options, Tensor y, Tensor figures) : IFloatWork
    {
        public Tensor? DY { get; init; }

        public Tensor? DQ { get; init; }

        public Tensor? DK { get; init; }

        public Tensor? DV { get; init; }

        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            int heads = figures.Size(1), queries = y.Size(-2);
            Tensor? visible = mask?.DType == DType.Bool ? mask : null, added = visible is null ? mask : null;
            using Lease<T> lq = new(q), lk = new(k), lv = new(v), ly = new(y), lf = new(figures), la = LeaseOrNone<T>(added);
            using Lease<byte> lm = LeaseOrNone<byte>(visible);
            fixed (T* pq = lq, pk = lk, pv = lv, py = ly, pf = lf, pa = la)
            fixed (byte* pm = lm)
            fixed (long* sq = Starts(q, heads), sk = Starts(k, heads), sv = Starts(v, heads))
            fixed (long* sy = Starts(y, heads), sm = Starts(mask, heads))
            {
                AttentionProblem<T> problem = new()
                {
                    Heads = heads,
                    Queries = queries,
                    Keys = k.Size(-2),
                    Width = q.Size(-1),
                    ValueWidth = v.Size(-1),
                    Options = options,
                    Q = Matrices(q, pq, sq),
                    K = Matrices(k, pk, sk),
                    V = Matrices(v, pv, sv),
                    Y = Matrices(y, py, sy),
                    Visible = Matrices(visible, pm, sm),
                    Added = Matrices(added, pa, sm),
                    Shifts = pf,
                    Inverses = pf + ((long)heads * queries),
                };
                if (DY is null)
                {
                    AttentionForward<T>.Run(problem);
                }
                else
                {
                    Backward(problem, DY);
                }
            }
        }

        private void Backward<T>(in AttentionProblem<T> problem, Tensor dy)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            int heads = problem.Heads, ranges = AttentionBackward<T>.Ranges(heads, problem.Keys);
            Tensor? parts = DQ is not null && ranges > 1
                ? Tensor.Allocate([ranges, .. DQ.Layout.Lengths], DQ.DType, DQ.Device)
                : null;
            Tensor? dq = parts is null ? DQ : null;
            using Lease<T> ldy = new(dy), lp = LeaseOrNone<T>(parts);
            using Lease<T> lq = LeaseOrNone<T>(dq), lk = LeaseOrNone<T>(DK), lv = LeaseOrNone<T>(DV);
            fixed (T* pdy = ldy, pp = lp, pq = lq, pk = lk, pv = lv)
            fixed (long* sdy = Starts(dy, heads), sq = Starts(dq, heads), sk = Starts(DK, heads), sv = Starts(DV, heads))
            {
                AttentionBackward<T>.Run(
                    problem, Matrices(dy, pdy, sdy), Matrices(dq, pq, sq), Matrices(DK, pk, sk), Matrices(DV, pv, sv), pp);
            }

            if (parts is not null)
            {
                Tensor sum = DQ!.IsContiguous ? DQ : Tensor.Allocate(DQ.Layout, DQ.DType, DQ.Device);
                CpuBackend backend = (CpuBackend)sum.Backend;
                backend.Reduce(default(SumOp), parts, 1, sum, sum.DType);
                if (!ReferenceEquals(sum, DQ))
                {
                    backend.Copy(sum, DQ);
                }

                parts.Return();
            }
        }

        /// <summary>Where each matrix of the result's batch finds its operand.</summary>
        private long[] Starts(Tensor? x, int heads) => x is null ? [] : BatchStarts(x, y, heads);

        private static HeadMatrices<T> Matrices<T>(Tensor? x, T* data, long* starts)
            where T : unmanaged
        {
            if (x is null)
            {
                return default;
            }

            (long row, long column) = MatrixStrides(x, false);
            return new HeadMatrices<T>(data, starts, row, column);
        }
    }
}
