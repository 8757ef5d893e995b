using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

internal sealed partial class GpuBackend
{
    public override void Unary<TOp>(in TOp op, Tensor x, Tensor y) => Run(new UnaryStep<TOp>(op), TOp.Domain, y, x);

    public override void UnaryBackward<TOp>(in TOp op, Tensor? x, Tensor? y, Tensor dy, Tensor dx) =>
        Run(new UnaryGradient<TOp>(op), Domain.FloatingPoint, dx, x, y, dy);

    public override void Binary<TOp>(in TOp op, Tensor a, Tensor b, Tensor y) => Run(new BinaryStep<TOp>(op), TOp.Domain, y, a, b);

    public override void BinaryBackward<TOp>(in TOp op, Tensor? a, Tensor? b, Tensor? y, Tensor dy, Tensor? da, Tensor? db)
    {
        if (da is not null)
        {
            Run(new BinaryLeftGradient<TOp>(op), Domain.FloatingPoint, da, a, b, y, dy);
        }

        if (db is not null)
        {
            Run(new BinaryRightGradient<TOp>(op), Domain.FloatingPoint, db, a, b, y, dy);
        }
    }

    public override void Ternary<TOp>(in TOp op, Tensor a, Tensor b, Tensor c, Tensor y) =>
        Run(new TernaryStep<TOp>(op), TOp.Domain, y, a, b, c);

    public override void TernaryBackward<TOp>(
        in TOp op, Tensor? a, Tensor? b, Tensor? c, Tensor? y, Tensor dy, Tensor? da, Tensor? db, Tensor? dc)
    {
        if (da is not null)
        {
            Run(new TernaryFirstGradient<TOp>(op), Domain.FloatingPoint, da, a, b, c, y, dy);
        }

        if (db is not null)
        {
            Run(new TernarySecondGradient<TOp>(op), Domain.FloatingPoint, db, a, b, c, y, dy);
        }

        if (dc is not null)
        {
            Run(new TernaryThirdGradient<TOp>(op), Domain.FloatingPoint, dc, a, b, c, y, dy);
        }
    }

    public override void Compare<TOp>(in TOp op, Tensor a, Tensor b, Tensor y, DType compute)
    {
        if (y.Count == 0)
        {
            return;
        }

        int[] lengths = y.Layout.Lengths;
        Tensor left = Plain(a, lengths, compute.Compute()), right = Plain(b, lengths, compute.Compute());
        Tensor answers = y.IsContiguous && y.DType == DType.Bool ? y : Tensor.Allocate(lengths, DType.Bool, _device);
        CompareWork<TOp> work = new(this, op, left, right, answers);
        if (TOp.Domain == Domain.AnyNumber)
        {
            GpuElements.Numbers(compute.Compute(), work);
        }
        else
        {
            GpuElements.Floats(compute.Compute(), work);
        }

        Done(left, a);
        Done(right, b);
        if (!ReferenceEquals(answers, y))
        {
            Copy(answers, y);
            answers.Return();
        }
    }

    public override bool TryUpdate<TUpdate>(in TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
    {
        if (!p.DType.IsFloatingPoint() || !p.IsContiguous || !IsState(s0, p) || !IsState(s1, p) || !IsState(s2, p))
        {
            return false;
        }

        if (p.Count == 0)
        {
            return true;
        }

        Tensor gradient = Plain(g, p.Layout.Lengths, p.DType);
        switch (p.DType)
        {
            case DType.Float32:
                Update<TUpdate, Float32Element, float, float, Float32Element, GpuFloat>(update, p, gradient, s0, s1, s2);
                break;
            case DType.Float64:
                Update<TUpdate, Float64Element, double, double, Float64Element, GpuDouble>(update, p, gradient, s0, s1, s2);
                break;
            case DType.Float16:
                Update<TUpdate, Float16Element, ushort, float, Float32Element, GpuFloat>(update, p, gradient, s0, s1, s2);
                break;
            case DType.BFloat16:
                Update<TUpdate, BFloat16Element, ushort, float, Float32Element, GpuFloat>(update, p, gradient, s0, s1, s2);
                break;
            default: throw DTypes.Unsupported(p.DType);
        }

        Done(gradient, g);
        return true;
    }

    private static bool IsState(Tensor? state, Tensor p) => state is null || (state.DType == p.DType.Compute() && state.IsContiguous);

    private void Update<TUpdate, TElement, S, TState, TStateElement, R>(
        TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
        where TUpdate : struct, IUpdate<TUpdate>
        where TElement : struct, IElement<S, R>
        where TStateElement : struct, IElement<TState, R>
        where S : unmanaged
        where TState : unmanaged
        where R : struct, IReal<R>
    {
        ArrayView<TState> none = StorageOf(p).View.Cast<TState>();
        _context.Launcher<Action<
            AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<TState>, ArrayView<TState>, ArrayView<TState>, TUpdate>>(
            (Action<ArrayView<S>, ArrayView<S>, ArrayView<TState>, ArrayView<TState>, ArrayView<TState>, TUpdate>)
                ElementwiseKernels.Update<TUpdate, TElement, S, TState, TStateElement, R>)(
            _context.Stream, _context.Config(p.Count), View<S>(p), View<S>(g), s0 is null ? none : View<TState>(s0),
            s1 is null ? none : View<TState>(s1), s2 is null ? none : View<TState>(s2), update);
        GC.KeepAlive(p);
        GC.KeepAlive(g);
        GC.KeepAlive(s0);
        GC.KeepAlive(s1);
        GC.KeepAlive(s2);
    }

    private static bool Reads<TStep>(int operand)
        where TStep : struct, IStep => ((TStep.Reads >> operand) & 1) != 0;

    /// <summary>Runs a step with operands of any layout and type.</summary>
    private void Run<TStep>(TStep step, Domain domain, Tensor y, params ReadOnlySpan<Tensor?> operands)
        where TStep : struct, IStep
    {
        if (y.Count == 0)
        {
            return;
        }

        bool sameType = true;
        for (int k = 0; k < operands.Length; k++)
        {
            sameType &= !Reads<TStep>(k) || operands[k]!.DType == y.DType;
        }

        // A step over mixed types reads what it computes in; a 16-bit float is computed in float anyway.
        DType compute = sameType ? y.DType : y.DType.Compute();
        Tensor result = y.DType == compute ? y : Tensor.Allocate(y.Layout.Lengths, compute, _device);
        Tensor[] read = [result, result, result, result, result];
        for (int k = 0; k < operands.Length; k++)
        {
            if (Reads<TStep>(k))
            {
                read[k] = operands[k]!.DType == compute ? operands[k]! : HostFallback.Copied(operands[k]!, compute);
            }
        }

        StepWork<TStep> work = new(this, step, result, read);
        if (domain == Domain.AnyNumber)
        {
            GpuElements.Numbers(compute, work);
        }
        else
        {
            GpuElements.Floats(compute, work);
        }

        for (int k = 0; k < operands.Length; k++)
        {
            if (Reads<TStep>(k))
            {
                Done(read[k], operands[k]!);
            }
        }

        if (!ReferenceEquals(result, y))
        {
            Copy(result, y);
            result.Return();
        }
    }

    private readonly struct StepWork<TStep>(GpuBackend backend, TStep step, Tensor y, Tensor[] x) : IElementWork
        where TStep : struct, IStep
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            GpuContext context = backend._context;
            GpuWalk walk = new(y.Layout.Lengths, y.Layout, x[0].Layout, x[1].Layout, x[2].Layout, x[3].Layout, x[4].Layout);
            bool contiguous = true;
            for (int k = 0; k < 6; k++)
            {
                contiguous &= walk.IsContiguous(k);
            }

            if (contiguous && typeof(S) == typeof(float) && IsAligned())
            {
                context.Launcher<Action<
                    AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
                    ArrayView<float>, ArrayView<float>, TStep>>(
                    (Action<
                        ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, TStep>)
                        ElementwiseKernels.Contiguous4<TStep>)(
                    context.Stream, context.Config((y.Count + 3) / 4), View<float>(0), View<float>(1), View<float>(2), View<float>(3),
                    View<float>(4), backend.View<float>(y), step);
            }
            else if (contiguous)
            {
                context.Launcher<Action<
                    AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                    TStep>>(
                    (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, TStep>)
                        ElementwiseKernels.Contiguous<TStep, TElement, S, R>)(
                    context.Stream, context.Config(y.Count), View<S>(0), View<S>(1), View<S>(2), View<S>(3), View<S>(4), backend.View<S>(y),
                    step);
            }
            else
            {
                RunStrided<TElement, S, R>(walk);
            }

            GC.KeepAlive(x);
            GC.KeepAlive(y);
        }

        private void RunStrided<TElement, S, R>(GpuWalk walk)
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            GpuContext context = backend._context;
            Action<
                AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                StridedOperands, TStep> launch = context.Launcher<Action<
                    AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>,
                    StridedOperands, TStep>>(
                    (Action<
                        ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, ArrayView<S>, StridedOperands, TStep>)
                        ElementwiseKernels.Strided<TStep, TElement, S, R>);
            foreach (long[] at in walk.Launches())
            {
                StridedOperands places = new(
                    walk.Count, walk.Axes, walk.StridesOf(1, at), walk.StridesOf(2, at), walk.StridesOf(3, at), walk.StridesOf(4, at),
                    walk.StridesOf(5, at), walk.StridesOf(0, at));
                launch(
                    context.Stream, context.Config(walk.Count), backend.All<S>(x[0]), backend.All<S>(x[1]), backend.All<S>(x[2]),
                    backend.All<S>(x[3]), backend.All<S>(x[4]), backend.All<S>(y), places, step);
            }
        }

        private ArrayView<S> View<S>(int operand)
            where S : unmanaged => backend.View<S>(x[operand]);

        /// <summary>Blocks begin at multiples of 16 bytes.</summary>
        private bool IsAligned()
        {
            bool aligned = (y.Layout.Offset & 3) == 0;
            foreach (Tensor operand in x)
            {
                aligned &= (operand.Layout.Offset & 3) == 0;
            }

            return aligned;
        }
    }

    private readonly struct CompareWork<TOp>(GpuBackend backend, TOp op, Tensor a, Tensor b, Tensor y) : IElementWork
        where TOp : struct, IPredicate<TOp>
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            backend._context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<byte>, TOp>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<byte>, TOp>)ElementwiseKernels.Compare<TOp, TElement, S, R>)(
                backend._context.Stream, backend._context.Config(y.Count), backend.View<S>(a), backend.View<S>(b), backend.View<byte>(y),
                op);
            GC.KeepAlive(a);
            GC.KeepAlive(b);
            GC.KeepAlive(y);
        }
    }
}
