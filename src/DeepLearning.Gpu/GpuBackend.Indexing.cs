using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

internal sealed partial class GpuBackend
{
    /// <summary>Indices that a kernel takes.</summary>
    private const int MostIndices = 4;

    /// <summary>From so many values a line on, and up to so many lines, values are sorted by where they go.</summary>
    private const long LongLine = 64, ManyLines = 1 << 15;

    public override void GatherAxis(Tensor x, int axis, Tensor index, Tensor y)
    {
        if (y.Count == 0)
        {
            return;
        }

        switch (x.DType.Size())
        {
            case 1: GatherAxis<byte>(x, axis, index, y); break;
            case 2: GatherAxis<ushort>(x, axis, index, y); break;
            case 4: GatherAxis<int>(x, axis, index, y); break;
            case 8: GatherAxis<long>(x, axis, index, y); break;
            default: throw DTypes.Unsupported(x.DType);
        }
    }

    public override void ScatterAxis(Tensor y, int axis, Tensor index, Tensor values, ScatterMode mode)
    {
        if (values.Count == 0)
        {
            return;
        }

        (Tensor target, Tensor given) = Computed(y, values);
        GpuElements.Numbers(target.DType, new ScatterAxisWork(this, target, axis, index, given, ModeOf(mode, y.DType)));
        Written(target, given, y, values);
    }

    public override void GatherBlocks(Tensor x, Selection selection, Tensor y)
    {
        if (y.Count == 0)
        {
            return;
        }

        (Tensor source, Selection selected) = Walkable(x, selection);
        BlockPlaces places = Places(source.Layout, selected)!.Value;
        switch (x.DType.Size())
        {
            case 1: GatherBlocks<byte>(source, selected, y, places); break;
            case 2: GatherBlocks<ushort>(source, selected, y, places); break;
            case 4: GatherBlocks<int>(source, selected, y, places); break;
            case 8: GatherBlocks<long>(source, selected, y, places); break;
            default: throw DTypes.Unsupported(x.DType);
        }
    }

    public override void ScatterBlocks(Tensor y, Selection selection, Tensor values, ScatterMode mode)
    {
        if (values.Count == 0)
        {
            return;
        }

        (Tensor target, Tensor given) = Computed(y, values);
        (Tensor walked, Selection selected) = Walkable(target, selection);
        BlockPlaces places = Places(walked.Layout, selected)!.Value;
        GpuElements.Numbers(target.DType, new ScatterBlocksWork(this, walked, selected, given, places, ModeOf(mode, y.DType)));
        if (!ReferenceEquals(walked, target))
        {
            Unordered(walked, selection, target);
        }

        Written(target, given, y, values);
    }

    /// <summary>The number of a mode in a kernel. Truth values are combined by "or" and "and".</summary>
    private static int ModeOf(ScatterMode mode, DType dtype) => (int)((mode, dtype) switch
    {
        (ScatterMode.Add, DType.Bool) => ScatterMode.Max,
        (ScatterMode.Multiply, DType.Bool) => ScatterMode.Min,
        _ => mode,
    });

    /// <summary>
    /// A tensor and a selection that a kernel walks: themselves, mostly. Of more axes than it has room for, a copy with those that are
    /// indexed between the others; of more indices, one that stands for all.
    /// </summary>
    private (Tensor Source, Selection Selection) Walkable(Tensor x, Selection selection)
    {
        if (Places(x.Layout, selection) is not null)
        {
            return (x, selection);
        }

        using Trace.Suspension suspension = Trace.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        int outer = selection.OuterAxes.Length, indexed = selection.Axes.Length;
        Tensor ordered = x.Detach().Permute(Order(selection)), copy = Tensor.Allocate(ordered.Layout.Lengths, x.DType, _device);
        Copy(ordered, copy);
        int[] lengths = copy.Layout.Lengths;
        Tensor place = selection.Indices[0];
        for (int i = 1; i < indexed; i++)
        {
            place = (place * lengths[outer + i]) + selection.Indices[i];
        }

        int positions = checked((int)lengths.AsSpan(outer, indexed).ToArray().Aggregate(1L, static (all, length) => all * length));
        int[] joined = [.. lengths[..outer], positions, .. lengths[(outer + indexed)..]];
        return (
            copy.ViewAs(Layout.Contiguous(joined)), Selection.OfAxes(joined, [outer], [place], nameof(GatherBlocks)));
    }

    /// <summary>Puts what <see cref="Walkable"/> made back to where it came from.</summary>
    private void Unordered(Tensor walked, Selection selection, Tensor target)
    {
        int[] order = Order(selection), lengths = Array.ConvertAll(order, target.Size);
        long[] strides = Layout.Contiguous(lengths).Strides, own = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            own[order[i]] = strides[i];
        }

        Copy(walked.ViewAs(new Layout(target.Layout.Lengths, own, walked.Layout.Offset)), target);
        walked.Return();
    }

    /// <summary>The axes with those that are indexed between the others.</summary>
    private static int[] Order(Selection selection) => [.. selection.OuterAxes, .. selection.Axes, .. selection.InnerAxes];

    /// <summary>The blocks of a selection as a kernel walks them; null where it has too many indices or axes for one.</summary>
    private static BlockPlaces? Places(Layout layout, Selection selection)
    {
        GpuWalk outer = Walk(layout, selection.OuterAxes, layout.Offset), inner = Walk(layout, selection.InnerAxes, 0);
        return selection.Axes.Length > MostIndices || outer.IsLong || inner.IsLong
            ? null
            : new BlockPlaces(
                outer.Count, selection.Indices[0].Count, inner.Count, outer.Axes, outer.StridesOf(0), inner.Axes, inner.StridesOf(0),
                Array.ConvertAll(selection.Axes, axis => layout.Strides[axis]));
    }

    private static GpuWalk Walk(Layout layout, int[] axes, long offset)
    {
        int[] lengths = Array.ConvertAll(axes, axis => layout.Lengths[axis]);
        return new GpuWalk(lengths, new Layout(lengths, Array.ConvertAll(axes, axis => layout.Strides[axis]), offset));
    }

    private static AxisPlacesOf Places(GpuWalk walk, long[] at, long length, long xStep, long indexStep) =>
        new(walk.Count, walk.Axes, walk.StridesOf(1, at), walk.StridesOf(2, at), walk.StridesOf(0, at), length, xStep, indexStep);

    /// <summary>A layout of other lengths, whose places on one axis the index gives.</summary>
    private static Layout Others(Layout layout, int[] lengths, int axis)
    {
        long[] strides = [.. layout.Strides];
        if (strides.Length > 0)
        {
            strides[axis] = 0;
        }

        return new Layout(lengths, strides, layout.Offset);
    }

    private void GatherAxis<T>(Tensor x, int axis, Tensor index, Tensor y)
        where T : unmanaged
    {
        int[] lengths = index.Layout.Lengths;
        GpuWalk walk = new(lengths, y.Layout, Others(x.Layout, lengths, axis), index.Layout);
        Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<long>, ArrayView<T>, AxisPlacesOf> launch =
            _context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<long>, ArrayView<T>, AxisPlacesOf>>(
                (Action<ArrayView<T>, ArrayView<long>, ArrayView<T>, AxisPlacesOf>)IndexingKernels.GatherAxis);
        long step = x.Rank == 0 ? 0 : x.Layout.Strides[axis];
        foreach (long[] at in walk.Launches())
        {
            launch(_context.Stream, _context.Config(walk.Count), All<T>(x), All<long>(index), All<T>(y), Places(walk, at, 0, step, 0));
        }

        GC.KeepAlive(x);
        GC.KeepAlive(index);
        GC.KeepAlive(y);
    }

    private void GatherBlocks<T>(Tensor x, Selection selection, Tensor y, BlockPlaces places)
        where T : unmanaged
    {
        _context.Launcher<Action<
            AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<long>, ArrayView<long>, ArrayView<long>, ArrayView<long>, ArrayView<T>,
            BlockPlaces>>(
            (Action<ArrayView<T>, ArrayView<long>, ArrayView<long>, ArrayView<long>, ArrayView<long>, ArrayView<T>, BlockPlaces>)
                IndexingKernels.GatherBlocks)(
            _context.Stream, _context.Config(y.Count), All<T>(x), Index(selection, 0), Index(selection, 1),
            Index(selection, 2), Index(selection, 3), View<T>(y), places);
        GC.KeepAlive(x);
        GC.KeepAlive(selection);
        GC.KeepAlive(y);
    }

    private ArrayView<long> Index(Selection selection, int which) =>
        View<long>(selection.Indices[Math.Min(which, selection.Indices.Length - 1)]);

    /// <summary>The positions of a selection in the order of where they are.</summary>
    private (ArrayView<KeyAt> Sorted, Tensor Memory) SortedTargets(Selection selection, BlockPlaces places)
    {
        Tensor targets = Scratch(places.Positions * sizeof(long));
        ArrayView<ulong> keys = StorageOf(targets).View.Cast<ulong>().SubView(0, places.Positions);
        Launch(
            ScatterKernels.Targets, _context.Config(places.Positions), Index(selection, 0), Index(selection, 1), Index(selection, 2),
            Index(selection, 3), keys.Cast<long>(), places);
        (ArrayView<KeyAt> sorted, Tensor memory) = Sorted<Int64Key, ulong, WideEntry, KeyAt>(
            keys, 1, places.Positions, false, places.Positions);
        targets.Return();
        return (sorted, memory);
    }

    /// <summary>The indices of each line along an axis in order.</summary>
    private (ArrayView<KeyAt> Sorted, Tensor Memory) SortedLines(Tensor index, int axis, long lines, long length)
    {
        Layout layout = index.Layout;
        Layout last = new(
            [.. layout.Lengths[..axis], .. layout.Lengths[(axis + 1)..], layout.Lengths[axis]],
            [.. layout.Strides[..axis], .. layout.Strides[(axis + 1)..], layout.Strides[axis]], layout.Offset);
        Tensor rows = Plain(index.ViewAs(last), last.Lengths, DType.Int64);
        (ArrayView<KeyAt> sorted, Tensor memory) = Sorted<Int64Key, ulong, WideEntry, KeyAt>(
            View<ulong>(rows), lines, length, false, length);
        GC.KeepAlive(rows);
        GC.KeepAlive(index);
        return (sorted, memory);
    }

    /// <summary>16-bit floats are combined as floats, and rounded once.</summary>
    private static (Tensor Target, Tensor Values) Computed(Tensor y, Tensor values) => y.DType.Compute() == y.DType
        ? (y, values)
        : (HostFallback.Copied(y, y.DType.Compute()), HostFallback.Copied(values, y.DType.Compute()));

    private void Written(Tensor target, Tensor given, Tensor y, Tensor values)
    {
        Done(given, values);
        if (!ReferenceEquals(target, y))
        {
            Copy(target, y);
            target.Return();
        }
    }

    private readonly struct ScatterAxisWork(GpuBackend backend, Tensor y, int axis, Tensor index, Tensor values, int mode) : IElementWork
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            GpuContext context = backend._context;
            int[] lines = [.. index.Layout.Lengths];
            if (lines.Length > 0)
            {
                lines[axis] = 1;
            }

            Layout places = Others(y.Layout, lines, axis), indices = Others(index.Layout, lines, axis);
            // The values are contiguous and of the index's shape: one place counts for both, but for where each begins.
            GpuWalk walk = new(lines, new Layout(lines, indices.Strides, values.Layout.Offset), places, indices);
            Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<long>, ArrayView<S>, AxisPlacesOf, int> launch =
                context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<long>, ArrayView<S>, AxisPlacesOf, int>>(
                    (Action<ArrayView<S>, ArrayView<long>, ArrayView<S>, AxisPlacesOf, int>)IndexingKernels.ScatterAxis<TElement, S, R>);
            bool scalar = index.Rank == 0;
            long length = scalar ? 1 : index.Layout.Lengths[axis];
            long step = scalar ? 0 : y.Layout.Strides[axis], indexStep = scalar ? 0 : index.Layout.Strides[axis];
            if (length >= LongLine && walk.Count < ManyLines && !walk.IsLong)
            {
                AxisPlacesOf own = new(
                    walk.Count, walk.Axes, walk.StridesOf(1), walk.StridesOf(2), walk.StridesOf(0), length, step, indexStep);
                (ArrayView<KeyAt> sorted, Tensor memory) = backend.SortedLines(index, axis, walk.Count, length);
                backend.Launch(
                    ScatterKernels.Lines<TElement, S, R>, context.Config(walk.Count * length), backend.All<S>(y), sorted,
                    backend.All<S>(values), own, mode);
                memory.Return();
                GC.KeepAlive(y);
                GC.KeepAlive(values);
                return;
            }

            foreach (long[] at in walk.Launches())
            {
                launch(
                    context.Stream, context.Config(walk.Count), backend.All<S>(y), backend.All<long>(index), backend.All<S>(values),
                    GpuBackend.Places(walk, at, length, step, indexStep), mode);
            }

            GC.KeepAlive(y);
            GC.KeepAlive(index);
            GC.KeepAlive(values);
        }
    }

    private readonly struct ScatterBlocksWork(
        GpuBackend backend, Tensor y, Selection selection, Tensor values, BlockPlaces places, int mode) : IElementWork
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            GpuContext context = backend._context;
            if (places.Positions >= LongLine && places.Outer * places.Inner < ManyLines)
            {
                (ArrayView<KeyAt> sorted, Tensor memory) = backend.SortedTargets(selection, places);
                backend.Launch(
                    ScatterKernels.Blocks<TElement, S, R>, context.Config(places.Outer * places.Positions * places.Inner),
                    backend.All<S>(y), sorted, backend.View<S>(values), places, mode);
                memory.Return();
                GC.KeepAlive(y);
                GC.KeepAlive(selection);
                GC.KeepAlive(values);
                return;
            }

            context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<long>, ArrayView<long>, ArrayView<long>, ArrayView<long>,
                ArrayView<S>, BlockPlaces, int>>(
                (Action<ArrayView<S>, ArrayView<long>, ArrayView<long>, ArrayView<long>, ArrayView<long>, ArrayView<S>, BlockPlaces, int>)
                    IndexingKernels.ScatterBlocks<TElement, S, R>)(
                context.Stream, context.Config(places.Outer * places.Inner), backend.All<S>(y), backend.Index(selection, 0),
                backend.Index(selection, 1), backend.Index(selection, 2), backend.Index(selection, 3), backend.View<S>(values), places,
                mode);
            GC.KeepAlive(y);
            GC.KeepAlive(selection);
            GC.KeepAlive(values);
        }
    }
}
