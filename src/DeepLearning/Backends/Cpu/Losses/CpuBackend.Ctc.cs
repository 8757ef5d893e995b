using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryCtc(
        Tensor x, Tensor labels, Tensor lengths, int blank, Tensor losses, Tensor exact, Tensor paths)
    {
        switch (x.DType)
        {
            case DType.Float32: Ctc<float>(x, labels, lengths, blank, paths, exact, losses, null, null); break;
            case DType.Float64: Ctc<double>(x, labels, lengths, blank, paths, exact, losses, null, null); break;
            default: throw DTypes.Unsupported(x.DType);
        }

        return true;
    }

    public override bool TryCtcBackward(
        Tensor x, Tensor labels, Tensor lengths, int blank, Tensor paths, Tensor exact, Tensor gradient, Tensor dx)
    {
        switch (x.DType)
        {
            case DType.Float32: Ctc<float>(x, labels, lengths, blank, paths, exact, null, gradient, dx); break;
            case DType.Float64: Ctc<double>(x, labels, lengths, blank, paths, exact, null, gradient, dx); break;
            default: throw DTypes.Unsupported(x.DType);
        }

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
                        Steps = x.Shape[0],
                        Sequences = x.Shape[1],
                        Classes = x.Shape[2],
                        States = labels.Shape[1],
                        Blank = blank,
                        X = px,
                        Labels = pt,
                        InputLengths = pi,
                        TargetLengths = pi + x.Shape[1],
                        Paths = pp,
                        Exact = pe,
                        Losses = pl,
                        Gradient = pg,
                        Dx = pd,
                    };
                    Workers.Run(x.Shape[1], in job);
                }
            }
        }
    }
}
