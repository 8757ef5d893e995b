using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The sum of a formula of two operands, and its gradients, over contiguous memory. Memory limits them: operands are read once.
/// </summary>
internal static class BinarySumKernels
{
    /// <summary>parts[part] = Σ op(a, b) over a stretch of elements, a group a part.</summary>
    public static void Sum<TGroup, TOp, TElement, S, R>(ArrayView<S> a, ArrayView<S> b, ArrayView<S> parts, long stretch, TOp op)
        where TGroup : struct, IGroup
        where TOp : struct, IBinaryOp<TOp>
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        ArrayView<S> shared = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        for (long part = Grid.IdxX; part < parts.Length; part += Grid.DimX)
        {
            long end = (part + 1) * stretch;
            end = end < a.Length ? end : a.Length;
            R sum = 0.0;
            for (long i = (part * stretch) + Group.IdxX; i < end; i += TGroup.Threads)
            {
                sum += op.Forward(TElement.Load(a[i]), TElement.Load(b[i]));
            }

            sum = Team.Sum<TGroup, TElement, S, R>(shared, sum, TGroup.Threads);
            if (Group.IdxX == 0)
            {
                parts[part] = TElement.Store(sum);
            }
        }
    }

    /// <summary>y = scale · Σ parts, by one group.</summary>
    public static void Finish<TGroup, TElement, S, R>(ArrayView<S> parts, ArrayView<S> y, double scale)
        where TGroup : struct, IGroup
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        ArrayView<S> shared = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        R sum = 0.0;
        for (long i = Group.IdxX; i < parts.Length; i += TGroup.Threads)
        {
            sum += TElement.Load(parts[i]);
        }

        sum = Team.Sum<TGroup, TElement, S, R>(shared, sum, TGroup.Threads);
        if (Group.IdxX == 0 && Grid.IdxX == 0)
        {
            y[0] = TElement.Store(sum * scale);
        }
    }

    /// <summary>The gradient of a, or of b, from the one element of dy.</summary>
    public static void Gradient<TOp, TElement, S, R>(
        ArrayView<S> a, ArrayView<S> b, ArrayView<S> dy, ArrayView<S> dx, double scale, int ofSecond, TOp op)
        where TOp : struct, IBinaryOp<TOp>
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        R each = TElement.Load(dy[0]) * scale;
        for (long i = GridStride.First; i < dx.Length; i += GridStride.Step)
        {
            R x0 = TElement.Load(a[i]), x1 = TElement.Load(b[i]);
            dx[i] = TElement.Store(ofSecond != 0
                ? TOp.BackwardRight(in op, x0, x1, default, each)
                : TOp.BackwardLeft(in op, x0, x1, default, each));
        }
    }
}
