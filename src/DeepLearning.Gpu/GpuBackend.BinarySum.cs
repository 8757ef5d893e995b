using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

internal sealed partial class GpuBackend
{
    public override bool TryBinarySum<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor y)
    {
        if (a.Count == 0)
        {
            return false;
        }

        DType compute = y.DType.Compute();
        Tensor left = Plain(a, a.Layout.Lengths, compute), right = Plain(b, a.Layout.Lengths, compute);
        Tensor result = y.DType == compute ? y : Tensor.Allocate([], compute, _device);

        // By the number of elements alone, so that the sum does not depend on the device.
        long stretch = Math.Max(PerTeam, (a.Count + BusyTeams - 1) / BusyTeams);
        Tensor parts = Tensor.Allocate([(int)((a.Count + stretch - 1) / stretch)], compute, _device);
        Computed(compute, new BinarySumWork<TOp>(this, op, left, right, parts, result, stretch, scale));
        parts.Return();
        Done(left, a);
        Done(right, b);
        if (!ReferenceEquals(result, y))
        {
            Copy(result, y);
            result.Return();
        }

        return true;
    }

    public override bool TryBinarySumBackward<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor dy, Tensor? da, Tensor? db)
    {
        DType compute = dy.DType.Compute();
        Tensor left = Plain(a, a.Layout.Lengths, compute), right = Plain(b, a.Layout.Lengths, compute), given = Plain(dy, [], compute);
        PairGradient(op, left, right, given, da, scale, ofSecond: false);
        PairGradient(op, left, right, given, db, scale, ofSecond: true);
        Done(left, a);
        Done(right, b);
        Done(given, dy);
        return true;
    }

    private void PairGradient<TOp>(TOp op, Tensor a, Tensor b, Tensor dy, Tensor? dx, double scale, bool ofSecond)
        where TOp : struct, IBinaryOp<TOp>
    {
        if (dx is null || dx.Count == 0)
        {
            return;
        }

        Tensor result = dx.DType == dy.DType ? dx : Tensor.Allocate(dx.Layout.Lengths, dy.DType, _device);
        Computed(dy.DType, new PairGradientWork<TOp>(this, op, a, b, dy, result, scale, ofSecond));
        if (!ReferenceEquals(result, dx))
        {
            Copy(result, dx);
            result.Return();
        }
    }

    private readonly struct BinarySumWork<TOp>(
        GpuBackend backend, TOp op, Tensor a, Tensor b, Tensor parts, Tensor y, long stretch, double scale) : IGroupWork
        where TOp : struct, IBinaryOp<TOp>
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            GpuContext context = backend._context;
            int threads = backend.TeamThreads;
            context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, long, TOp>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, long, TOp>)BinarySumKernels.Sum<TGroup, TOp, TElement, S, R>)(
                context.Stream, backend.Teams(parts.Count, threads), backend.View<S>(a), backend.View<S>(b), backend.View<S>(parts),
                stretch, op);
            context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, double>>(
                (Action<ArrayView<S>, ArrayView<S>, double>)BinarySumKernels.Finish<TGroup, TElement, S, R>)(
                context.Stream, backend.Teams(1, threads), backend.View<S>(parts), backend.View<S>(y), scale);
            GC.KeepAlive(a);
            GC.KeepAlive(b);
            GC.KeepAlive(y);
        }
    }

    private readonly struct PairGradientWork<TOp>(
        GpuBackend backend, TOp op, Tensor a, Tensor b, Tensor dy, Tensor dx, double scale, bool ofSecond) : IGroupWork
        where TOp : struct, IBinaryOp<TOp>
    {
        public void Run<TGroup, TElement, S, R>()
            where TGroup : struct, IGroup
            where TElement : struct, IComputed<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, double, int, TOp>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, double, int, TOp>)
                    BinarySumKernels.Gradient<TOp, TElement, S, R>)(
                backend._context.Stream, backend._context.Config(dx.Count), backend.View<S>(a), backend.View<S>(b), backend.View<S>(dy),
                backend.View<S>(dx), scale, ofSecond ? 1 : 0, op);
            GC.KeepAlive(a);
            GC.KeepAlive(b);
            GC.KeepAlive(dy);
            GC.KeepAlive(dx);
        }
    }
}
