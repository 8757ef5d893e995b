using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

internal sealed partial class GpuBackend
{
    /// <summary>Elements that a thread combines, where there are more in a result than threads have to do.</summary>
    private const int PerThread = 64;

    public override void Reduce<TOp>(in TOp op, Tensor x, ulong axes, Tensor y, DType compute)
    {
        if (y.Count == 0)
        {
            return;
        }

        DType type = compute.Compute();
        Tensor source = x.DType == type ? x : HostFallback.Copied(x, type);
        Tensor result = y.DType == type ? y : Tensor.Allocate(y.Layout.Lengths, type, _device);
        GpuElements.Numbers(type, new ReduceWork<TOp>(this, op, source, axes, result));
        Done(source, x);
        if (!ReferenceEquals(result, y))
        {
            Copy(result, y);
            result.Return();
        }
    }

    private readonly struct ReduceWork<TOp>(GpuBackend backend, TOp op, Tensor x, ulong axes, Tensor y) : IElementWork
        where TOp : struct, IReduceOp<TOp>
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            (Layout kept, Layout reduced) = Split();
            GpuWalk outer = new(kept.Lengths, kept), inner = new(reduced.Lengths, reduced);
            long length = reduced.Count;
            if (outer.IsLong || inner.IsLong)
            {
                // More axes than a kernel walks: in one block of memory they are fewer.
                Tensor ordered = Ordered();
                new ReduceWork<TOp>(backend, op, ordered, ((1UL << ordered.Rank) - 1) & ~1UL, y).Run<TElement, S, R>();
                ordered.Return();
                return;
            }

            Tensor from = x;
            ReducePlaces places = Places(y.Count, length, outer, inner);
            for (bool first = true; ; first = false)
            {
                bool last = places.Parts == 1;
                Tensor to = last ? y : Tensor.Allocate([checked((int)(y.Count * places.Parts))], x.DType, y.Device);
                backend._context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ReducePlaces, int, int, TOp>>(
                    (Action<ArrayView<S>, ArrayView<S>, ReducePlaces, int, int, TOp>)ReduceKernels.Stage<TOp, TElement, S, R>)(
                    backend._context.Stream, backend._context.Config(y.Count * places.Parts), backend.All<S>(from), backend.All<S>(to),
                    places, first ? 1 : 0, last ? 1 : 0, op);
                GC.KeepAlive(from);
                if (!first)
                {
                    from.Return();
                }

                if (last)
                {
                    return;
                }

                from = to;
                Layout rows = Layout.Contiguous([checked((int)y.Count), checked((int)places.Parts)]);
                places = Places(
                    y.Count, places.Parts,
                    new GpuWalk([rows.Lengths[0]], new Layout([rows.Lengths[0]], [rows.Strides[0]], from.Layout.Offset)),
                    new GpuWalk([rows.Lengths[1]], new Layout([rows.Lengths[1]], [1], 0)));
            }
        }

        private static ReducePlaces Places(long outputs, long length, GpuWalk outer, GpuWalk inner) => new(
            outputs, Math.Max(1, Math.Min((length + PerThread - 1) / PerThread, 4096)), length, outer.Axes, outer.StridesOf(0), inner.Axes,
            inner.StridesOf(0));

        /// <summary>The axes that stay, and those that are reduced.</summary>
        private (Layout Kept, Layout Reduced) Split()
        {
            List<int> kept = [], reduced = [];
            for (int axis = 0; axis < x.Rank; axis++)
            {
                (((axes >> axis) & 1) == 0 ? kept : reduced).Add(axis);
            }

            return (Part(kept, x.Layout.Offset), Part(reduced, 0));
        }

        private Layout Part(List<int> which, long offset)
        {
            Layout layout = x.Layout;
            return new Layout([.. which.Select(axis => layout.Lengths[axis])], [.. which.Select(axis => layout.Strides[axis])], offset);
        }

        /// <summary>A copy with the kept axes as one before the reduced ones as one.</summary>
        private Tensor Ordered()
        {
            (Layout kept, Layout reduced) = Split();
            Layout seen = new([.. kept.Lengths, .. reduced.Lengths], [.. kept.Strides, .. reduced.Strides], x.Layout.Offset);
            Tensor copy = Tensor.Allocate(seen.Lengths, x.DType, x.Device);
            backend.Copy(x.ViewAs(seen), copy);
            Tensor ordered = copy.ViewAs(Layout.Contiguous([checked((int)kept.Count), checked((int)reduced.Count)]));
            copy.Return();
            return ordered;
        }
    }
}
