using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryCtc(
        Tensor x, Tensor labels, Tensor lengths, int blank, Tensor losses, Tensor exact, Tensor paths)
    {
        ElementTypes.Floats(x.DType, new CtcWork(x, labels, lengths, blank, paths, exact, losses, null, null));
        return true;
    }

    public override bool TryCtcBackward(
        Tensor x, Tensor labels, Tensor lengths, int blank, Tensor paths, Tensor exact, Tensor gradient, Tensor dx)
    {
        ElementTypes.Floats(x.DType, new CtcWork(x, labels, lengths, blank, paths, exact, null, gradient, dx));
        return true;
    }

    private static void Ctc<T>(
        Tensor x, Tensor labels, Tensor lengths, int blank, Tensor paths, Tensor exact, Tensor? losses,
        Tensor? gradient, Tensor? dx)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Lease<T> lx = new(x), ll = losses is null ? default : new(losses), lg = gradient is null ? default : new(gradient);
        using Lease<T> ld = dx is null ? default : new(dx);
        using Lease<long> lt = new(labels), li = new(lengths);
        using Lease<double> lp = new(paths), le = new(exact);
        fixed (T* px = lx, pl = ll, pg = lg, pd = ld)
        {
            fixed (long* pt = lt, pi = li)
            {
                fixed (double* pp = lp, pe = le)
                {
                    CtcJob<T> job = new()
                    {
                        Steps = x.Size(0),
                        Sequences = x.Size(1),
                        Classes = x.Size(2),
                        States = labels.Size(1),
                        Blank = blank,
                        X = px,
                        Labels = pt,
                        InputLengths = pi,
                        TargetLengths = pi + x.Size(1),
                        Paths = pp,
                        Exact = pe,
                        Losses = pl,
                        Gradient = pg,
                        Dx = pd,
                    };
                    Workers.Run(x.Size(1), in job);
                }
            }
        }
    }

    private readonly struct CtcWork(
        Tensor x, Tensor labels, Tensor lengths, int blank, Tensor paths, Tensor exact, Tensor? losses, Tensor? gradient, Tensor? dx)
        : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Ctc<T>(x, labels, lengths, blank, paths, exact, losses, gradient, dx);
    }
}
