using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

internal sealed partial class GpuBackend
{
    /// <summary>Elements that a thread combines, where there are more in a result than threads have to do.</summary>
    private const int PerThread = 64;

    /// <summary>Elements that a team combines, and the teams that keep a GPU busy; the threads that do, where a thread combines.</summary>
    private const int PerTeam = 4096;
    private const int BusyTeams = 2048;
    private const int BusyThreads = 1 << 17;

    public override void Reduce<TOp>(in TOp op, Tensor x, ulong axes, Tensor y, DType compute)
    {
        if (y.Count == 0)
        {
            return;
        }

        DType type = compute.Compute();
        Tensor source = x.DType == type ? x : HostFallback.Copied(x, type);
        Tensor result = y.DType == type && y.IsContiguous ? y : Tensor.Allocate(y.Layout.Lengths, type, _device);
        GpuElements.Numbers(type, new ReduceWork<TOp>(this, op, source, axes, result));
        Done(source, x);
        if (!ReferenceEquals(result, y))
        {
            Copy(result, y);
            result.Return();
        }
    }

    /// <summary>How a stage of a reduction takes its elements.</summary>
    private enum ReduceForm
    {
        Any,
        Lines,
        Columns,
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
            if (outer.IsLong || inner.IsLong)
            {
                // More axes than a kernel walks: in one block of memory they are fewer.
                Tensor ordered = Ordered();
                new ReduceWork<TOp>(backend, op, ordered, ((1UL << ordered.Rank) - 1) & ~1UL, y).Run<TElement, S, R>();
                ordered.Return();
                return;
            }

            Tensor from = x;
            long length = reduced.Count;
            for (bool first = true; ; first = false)
            {
                ReduceForm form = FormOf(outer, inner);
                long parts = Parts(form, length);
                bool last = parts == 1;
                Tensor to = last ? y : Tensor.Allocate([checked((int)(y.Count * parts))], x.DType, y.Device);
                ReducePlaces places = new(y.Count, parts, length, outer.Axes, outer.StridesOf(0), inner.Axes, inner.StridesOf(0));
                Stage<TElement, S, R>(form, from, to, places, first, last);
                GC.KeepAlive(from);
                if (!first)
                {
                    from.Return();
                }

                if (last)
                {
                    GC.KeepAlive(to);
                    return;
                }

                bool partsFirst = form == ReduceForm.Columns;
                (from, length) = (to, parts);
                outer = Line(checked((int)y.Count), partsFirst ? 1 : parts, from.Layout.Offset);
                inner = Line(checked((int)parts), partsFirst ? y.Count : 1, 0);
            }
        }

        private static GpuWalk Line(int length, long stride, long offset) => new([length], new Layout([length], [stride], offset));

        /// <summary>Where the reduced axes are few: by lines where their elements lie closer than the results'.</summary>
        private static ReduceForm FormOf(GpuWalk outer, GpuWalk inner)
        {
            Axes axes = inner.Axes;
            long step = Math.Abs(inner.StridesOf(0).S5), between = Math.Abs(outer.StridesOf(0).S5);
            bool isClose = outer.Count == 1 || step < between;
            return axes.N4 * axes.N5 == inner.Count && isClose ? ReduceForm.Lines
                : axes.N5 == inner.Count ? ReduceForm.Columns : ReduceForm.Any;
        }

        /// <summary>The parts of each result: by the lengths alone.</summary>
        private long Parts(ReduceForm form, long length) => form switch
        {
            ReduceForm.Lines => Math.Clamp(Math.Min((length + PerTeam - 1) / PerTeam, BusyTeams / y.Count), 1, BusyTeams),
            ReduceForm.Columns when length <= PerThread => 1,
            ReduceForm.Columns => Math.Clamp(Math.Min((length + 31) / 32, BusyThreads / y.Count), 1, BusyThreads),
            _ => Math.Clamp((length + PerThread - 1) / PerThread, 1, PerTeam),
        };

        private void Stage<TElement, S, R>(ReduceForm form, Tensor from, Tensor to, ReducePlaces places, bool first, bool last)
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            GpuContext context = backend._context;
            int maps = first ? 1 : 0, finishes = last ? 1 : 0;
            switch (form)
            {
                case ReduceForm.Lines when backend.HasLargeTeams:
                    Lines<Team256, TElement, S, R>(from, to, places, maps, finishes);
                    break;
                case ReduceForm.Lines:
                    Lines<Team16, TElement, S, R>(from, to, places, maps, finishes);
                    break;
                default:
                    Action<ArrayView<S>, ArrayView<S>, ReducePlaces, int, int, TOp> kernel = form == ReduceForm.Columns
                        ? ReduceKernels.Columns<TOp, TElement, S, R>
                        : ReduceKernels.Stage<TOp, TElement, S, R>;
                    context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ReducePlaces, int, int, TOp>>(
                        kernel)(
                        context.Stream, context.Config(places.Outputs * places.Parts), backend.All<S>(from), backend.View<S>(to), places,
                        maps, finishes, op);
                    break;
            }
        }

        private void Lines<TGroup, TElement, S, R>(Tensor from, Tensor to, ReducePlaces places, int maps, int finishes)
            where TGroup : struct, IGroup
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            int team = backend.TeamOf((places.Length + places.Parts - 1) / places.Parts);
            backend._context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ReducePlaces, int, int, int, TOp>>(
                (Action<ArrayView<S>, ArrayView<S>, ReducePlaces, int, int, int, TOp>)
                    ReduceKernels.Lines<TGroup, TOp, TElement, S, R>)(
                backend._context.Stream, backend.Teams(places.Outputs * places.Parts, team), backend.All<S>(from), backend.View<S>(to),
                places, team, maps, finishes, op);
        }

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
