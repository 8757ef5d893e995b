using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>An elementwise kernel over contiguous operands of one type; unused operands are null.</summary>
internal unsafe interface IElementKernel<T> where T : unmanaged
{
    /// <summary>True when a result, given truth values or made as such, is always 0 or 1.</summary>
    static virtual bool MakesTruthValues => false;

    /// <summary>Asks for stores past the caches: the result is too large to be found there again. Kernels may ignore it.</summary>
    void Stream();

    void Run(T* x0, T* x1, T* x2, T* x3, T* x4, T* y, nint count);
}

/// <summary>The step of an elementwise kernel on one vector of each operand.</summary>
internal interface ILaneStep<TSelf> where TSelf : struct, ILaneStep<TSelf>
{
    /// <summary>How many operands the step reads.</summary>
    static abstract int Inputs { get; }

    /// <summary>True when every result is 0 or 1.</summary>
    static virtual bool MakesTruthValues => false;

    R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R>;
}

/// <summary>
/// Runs a step over all elements, at the widest vectors the processor has. The tail goes through the same formula on a padded
/// vector, so that an element's bits do not depend on its position.
/// </summary>
internal unsafe struct ElementKernel<TStep, T>(TStep step) : IElementKernel<T>
    where TStep : struct, ILaneStep<TStep>
    where T : unmanaged, INumber<T>
{
    private readonly TStep _step = step;
    private bool _streams;

    public static bool MakesTruthValues => TStep.MakesTruthValues;

    public void Stream() => _streams = true;

    public readonly void Run(T* x0, T* x1, T* x2, T* x3, T* x4, T* y, nint count)
    {
        // An operand the formula does not use is read all the same, from memory that is there, and the value dropped.
        x0 = x0 is null ? y : x0;
        x1 = x1 is null ? y : x1;
        x2 = x2 is null ? y : x2;
        x3 = x3 is null ? y : x3;
        x4 = x4 is null ? y : x4;
        Pass pass = new(this, x0, x1, x2, x3, x4, y, count);
        Widest.Run<Pass, T>(ref pass);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Loop<V>(T* x0, T* x1, T* x2, T* x3, T* x4, T* y, nint count)
        where V : struct, ILanes<V, T>
    {
        if (_streams && (nuint)y % (nuint)(V.Width * sizeof(T)) == 0)
        {
            Loop<V, Streaming>(x0, x1, x2, x3, x4, y, count);
        }
        else
        {
            Loop<V, Cached>(x0, x1, x2, x3, x4, y, count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Loop<V, TMode>(T* x0, T* x1, T* x2, T* x3, T* x4, T* y, nint count)
        where V : struct, ILanes<V, T>
        where TMode : struct, IStoreMode
    {
        TStep step = _step;
        nint width = V.Width;
        nint i = 0;
        for (; i <= count - width; i += width)
        {
            V result = step.Step(
                TStep.Inputs > 0 ? V.Load(ref *x0, (nuint)i) : default,
                TStep.Inputs > 1 ? V.Load(ref *x1, (nuint)i) : default,
                TStep.Inputs > 2 ? V.Load(ref *x2, (nuint)i) : default,
                TStep.Inputs > 3 ? V.Load(ref *x3, (nuint)i) : default,
                TStep.Inputs > 4 ? V.Load(ref *x4, (nuint)i) : default);
            if (TMode.Streams)
            {
                result.StoreNonTemporal(ref *y, (nuint)i);
            }
            else
            {
                result.Store(ref *y, (nuint)i);
            }
        }

        if (i < count)
        {
            Tail<V>(x0, x1, x2, x3, x4, y, i, (int)(count - i));
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Tail<V>(T* x0, T* x1, T* x2, T* x3, T* x4, T* y, nint start, int rest)
        where V : struct, ILanes<V, T>
    {
        T* padded = stackalloc T[V.Width * 2];
        T* result = padded + V.Width;
        V value = _step.Step(
            TStep.Inputs > 0 ? LoadPart<V>(x0, start, rest, padded) : default,
            TStep.Inputs > 1 ? LoadPart<V>(x1, start, rest, padded) : default,
            TStep.Inputs > 2 ? LoadPart<V>(x2, start, rest, padded) : default,
            TStep.Inputs > 3 ? LoadPart<V>(x3, start, rest, padded) : default,
            TStep.Inputs > 4 ? LoadPart<V>(x4, start, rest, padded) : default);
        value.Store(ref *result, 0);
        Unsafe.CopyBlockUnaligned(y + start, result, (uint)(rest * sizeof(T)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LoadPart<V>(T* x, nint start, int rest, T* padded)
        where V : struct, ILanes<V, T>
    {
        // Ones, not zeros: an integer division must not fail in a lane nobody asked for.
        V.Create(T.One).Store(ref *padded, 0);
        Unsafe.CopyBlockUnaligned(padded, x + start, (uint)(rest * sizeof(T)));
        return V.Load(ref *padded, 0);
    }

    private readonly struct Pass(ElementKernel<TStep, T> kernel, T* x0, T* x1, T* x2, T* x3, T* x4, T* y, nint count) : IVectorWork<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T> => kernel.Loop<V>(x0, x1, x2, x3, x4, y, count);
    }

    private interface IStoreMode
    {
        static abstract bool Streams { get; }
    }

    private readonly struct Cached : IStoreMode
    {
        public static bool Streams => false;
    }

    private readonly struct Streaming : IStoreMode
    {
        public static bool Streams => true;
    }
}

internal readonly struct UnaryStep<TOp>(TOp op) : ILaneStep<UnaryStep<TOp>>
    where TOp : struct, IUnaryOp<TOp>
{
    private readonly TOp _op = op;

    public static int Inputs => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => _op.Forward(x0);
}

/// <summary>Operands: x, y, dy.</summary>
internal readonly struct UnaryBackwardStep<TOp>(TOp op) : ILaneStep<UnaryBackwardStep<TOp>>
    where TOp : struct, IUnaryOp<TOp>
{
    private readonly TOp _op = op;

    public static int Inputs => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TOp.Backward(in _op, x0, x1, x2);
}

internal readonly struct BinaryStep<TOp>(TOp op) : ILaneStep<BinaryStep<TOp>>
    where TOp : struct, IBinaryOp<TOp>
{
    private readonly TOp _op = op;

    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => _op.Forward(x0, x1);
}

/// <summary>Operands: a, b, y, dy.</summary>
internal readonly struct BinaryBackwardLeftStep<TOp>(TOp op) : ILaneStep<BinaryBackwardLeftStep<TOp>>
    where TOp : struct, IBinaryOp<TOp>
{
    private readonly TOp _op = op;

    public static int Inputs => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TOp.BackwardLeft(in _op, x0, x1, x2, x3);
}

/// <summary>Operands: a, b, y, dy.</summary>
internal readonly struct BinaryBackwardRightStep<TOp>(TOp op) : ILaneStep<BinaryBackwardRightStep<TOp>>
    where TOp : struct, IBinaryOp<TOp>
{
    private readonly TOp _op = op;

    public static int Inputs => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TOp.BackwardRight(in _op, x0, x1, x2, x3);
}

internal readonly struct TernaryStep<TOp>(TOp op) : ILaneStep<TernaryStep<TOp>>
    where TOp : struct, ITernaryOp<TOp>
{
    private readonly TOp _op = op;

    public static int Inputs => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => _op.Forward(x0, x1, x2);
}

/// <summary>Operands: a, b, c, y, dy; the gradient of the operand that <typeparamref name="TWhich"/> names.</summary>
internal readonly struct TernaryBackwardStep<TOp, TWhich>(TOp op) : ILaneStep<TernaryBackwardStep<TOp, TWhich>>
    where TOp : struct, ITernaryOp<TOp>
    where TWhich : struct, IOperand
{
    private readonly TOp _op = op;

    public static int Inputs => 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TWhich.Index switch
        {
            0 => TOp.BackwardFirst(in _op, x0, x1, x2, x3, x4),
            1 => TOp.BackwardSecond(in _op, x0, x1, x2, x3, x4),
            _ => TOp.BackwardThird(in _op, x0, x1, x2, x3, x4),
        };
}

/// <summary>An operand's position as a type, so that the choice is made when the kernel is compiled.</summary>
internal interface IOperand
{
    static abstract int Index { get; }
}

internal readonly struct First : IOperand
{
    public static int Index => 0;
}

internal readonly struct Second : IOperand
{
    public static int Index => 1;
}

internal readonly struct Third : IOperand
{
    public static int Index => 2;
}

/// <summary>A comparison as 1 or 0; storing into a bool tensor narrows it.</summary>
internal readonly struct CompareStep<TOp>(TOp op) : ILaneStep<CompareStep<TOp>>
    where TOp : struct, IPredicate<TOp>
{
    private readonly TOp _op = op;

    public static int Inputs => 2;

    public static bool MakesTruthValues => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.Select(_op.Test(x0, x1), 1.0, 0.0);
}
