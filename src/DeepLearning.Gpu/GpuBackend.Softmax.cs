using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <summary>Work of groups whose threads work together, over elements of a type that is computed in.</summary>
internal interface IGroupWork
{
    void Run<TGroup, TElement, S, R>()
        where TGroup : struct, IGroup
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>;
}

internal sealed partial class GpuBackend
{
    /// <summary>Rows of a team that share a warp are short; those that do not give each thread several elements.</summary>
    private const int ShortTeamRow = 32;

    public override bool TrySoftmax(Tensor x, Tensor y) => Rows(y, new SoftmaxWork<SoftmaxForm>(this, x, y));

    public override bool TryLogSoftmax(Tensor x, Tensor y) => Rows(y, new SoftmaxWork<LogSoftmaxForm>(this, x, y));

    public override bool TrySoftmaxBackward(Tensor y, Tensor dy, Tensor dx) =>
        Rows(dx, new SoftmaxGradientWork<SoftmaxForm>(this, y, dy, dx));

    public override bool TryLogSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) =>
        Rows(dx, new SoftmaxGradientWork<LogSoftmaxForm>(this, y, dy, dx));

    /// <summary>
    /// As <see cref="Backend.TryCrossEntropy"/>, but a target that is not a class makes its row's loss NaN: the device is not waited for.
    /// </summary>
    public override bool TryCrossEntropy(
        Tensor x, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor losses, Tensor logSums, Tensor rowWeights)
    {
        if (x.DType.Compute() != x.DType || x.Size(1) == 0)
        {
            return false;
        }

        Rows(x, new CrossEntropyWork(this, x, target, weight, ignoreIndex, smoothing, losses, logSums, rowWeights));
        return true;
    }

    public override bool TryCrossEntropyBackward(
        Tensor x, Tensor logSums, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor gradient, Tensor dx)
    {
        Tensor? weightSum = weight is null ? null : Tensor.Allocate([], x.DType, _device);
        if (weight is not null)
        {
            Reduce(default(SumOp), weight, 1, weightSum!, x.DType);
        }

        Rows(x, new CrossEntropyGradientWork(this, x, logSums, target, weight, weightSum, ignoreIndex, smoothing, gradient, dx));
        weightSum?.Return();
        return true;
    }

    /// <summary>Runs work for the elements of a tensor, where there are any.</summary>
    private bool Rows<TWork>(Tensor y, TWork work)
        where TWork : struct, IGroupWork
    {
        if (y.Count > 0)
        {
            Computed(y.DType, work);
        }

        return true;
    }

    /// <summary>Runs work for a type that is computed in, in groups as the device has them.</summary>
    private void Computed<TWork>(DType dtype, TWork work)
        where TWork : struct, IGroupWork
    {
        switch (dtype)
        {
            case DType.Float32 when HasLargeTeams: work.Run<Team256, ComputedFloat, float, GpuFloat>(); break;
            case DType.Float32: work.Run<Team16, ComputedFloat, float, GpuFloat>(); break;
            case DType.Float64 when HasLargeTeams: work.Run<Team256, ComputedDouble, double, GpuDouble>(); break;
            case DType.Float64: work.Run<Team16, ComputedDouble, double, GpuDouble>(); break;
            default: throw DTypes.Unsupported(dtype);
        }
    }

    private bool HasLargeTeams => _context.Accelerator.MaxNumThreadsPerGroup >= 256;

    private int TeamThreads => HasLargeTeams ? 256 : 16;

    /// <summary>The threads that share a row: as many as it has elements where it is short, a fourth of them where it is long.</summary>
    private int TeamOf(long length)
    {
        int team = 1;
        while (team < TeamThreads && team < (length <= ShortTeamRow ? length : (length + 3) / 4))
        {
            team *= 2;
        }

        return team;
    }

    /// <summary>The groups that take rows by teams.</summary>
    private KernelConfig Teams(long rows, int team)
    {
        long perGroup = TeamThreads / team, most = (long)_context.Accelerator.NumMultiprocessors * 16;
        return new KernelConfig((int)Math.Clamp((rows + perGroup - 1) / perGroup, 1, most), TeamThreads);
    }

    private readonly struct SoftmaxWork<TForm>(GpuBackend backend, Tensor x, Tensor y) : IGroupWork
        where TForm : struct, ISoftmaxForm
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            long length = x.Size(-1), rows = x.Count / length;
            int team = backend.TeamOf(length);
            backend._context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, long, long, int>>(
                (Action<ArrayView<S>, ArrayView<S>, long, long, int>)SoftmaxKernels.Forward<TGroup, TForm, TElement, S, R>)(
                backend._context.Stream, backend.Teams(rows, team), backend.View<S>(x), backend.View<S>(y), rows, length, team);
            GC.KeepAlive(x);
            GC.KeepAlive(y);
        }
    }

    private readonly struct SoftmaxGradientWork<TForm>(GpuBackend backend, Tensor y, Tensor dy, Tensor dx) : IGroupWork
        where TForm : struct, ISoftmaxForm
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            long length = y.Size(-1), rows = y.Count / length;
            int team = backend.TeamOf(length);
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, long, long, int>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, long, long, int>)
                    SoftmaxKernels.Backward<TGroup, TForm, TElement, S, R>)(
                backend._context.Stream, backend.Teams(rows, team), backend.View<S>(y), backend.View<S>(dy), backend.View<S>(dx), rows,
                length, team);
            GC.KeepAlive(y);
            GC.KeepAlive(dy);
            GC.KeepAlive(dx);
        }
    }

    private readonly struct CrossEntropyWork(
        GpuBackend backend, Tensor x, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor losses, Tensor logSums,
        Tensor rowWeights) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            int team = backend.TeamOf(x.Size(1));
            CrossEntropyPlaces places = new(x.Size(0), x.Size(1), ignoreIndex, smoothing, 0, weight is not null, team);
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<long>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                CrossEntropyPlaces>>(
                (Action<
                    ArrayView<S>, ArrayView<long>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, CrossEntropyPlaces>)
                    CrossEntropyKernels.Forward<TGroup, TElement, S, R>)(
                backend._context.Stream, backend.Teams(x.Size(0), team), backend.View<S>(x), backend.View<long>(target),
                backend.View<S>(weight ?? x), backend.View<S>(losses), backend.View<S>(logSums), backend.View<S>(rowWeights), places);
            GC.KeepAlive(x);
            GC.KeepAlive(target);
            GC.KeepAlive(weight);
            GC.KeepAlive(losses);
            GC.KeepAlive(logSums);
            GC.KeepAlive(rowWeights);
        }
    }

    private readonly struct CrossEntropyGradientWork(
        GpuBackend backend, Tensor x, Tensor logSums, Tensor target, Tensor? weight, Tensor? weightSum, long ignoreIndex, double smoothing,
        Tensor gradient, Tensor dx) : IGroupWork
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            int team = backend.TeamOf(x.Size(1));
            CrossEntropyPlaces places = new(
                x.Size(0), x.Size(1), ignoreIndex, smoothing, gradient.Layout.Strides[0], weight is not null, team);
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<long>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                ArrayView<S>, CrossEntropyPlaces>>(
                (Action<
                    ArrayView<S>, ArrayView<S>, ArrayView<long>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                    CrossEntropyPlaces>)
                    CrossEntropyKernels.Backward<TGroup, TElement, S, R>)(
                backend._context.Stream, backend.Teams(x.Size(0), team), backend.View<S>(x), backend.View<S>(logSums),
                backend.View<long>(target), backend.View<S>(weight ?? x), backend.View<S>(weightSum ?? x), backend.From<S>(gradient),
                backend.View<S>(dx), places);
            GC.KeepAlive(x);
            GC.KeepAlive(logSums);
            GC.KeepAlive(target);
            GC.KeepAlive(weight);
            GC.KeepAlive(gradient);
            GC.KeepAlive(dx);
        }
    }

    /// <summary>A tensor's block from its first element on, for what is walked by strides.</summary>
    private ArrayView<S> From<S>(Tensor x)
        where S : unmanaged
    {
        ArrayView<S> all = All<S>(x);
        return all.SubView(x.Layout.Offset, all.Length - x.Layout.Offset);
    }
}
