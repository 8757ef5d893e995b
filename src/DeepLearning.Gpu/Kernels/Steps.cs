using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Gpu;

/// <summary>What an elementwise kernel computes for one element from those of up to five operands.</summary>
internal interface IStep
{
    /// <summary>Which operands are read, the first in the lowest bit: a constant, so that what is not read is not loaded.</summary>
    static abstract int Reads { get; }

    R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R>;
}

/// <summary>y from x.</summary>
internal readonly struct UnaryStep<TOp>(TOp op) : IStep
    where TOp : struct, IUnaryOp<TOp>
{
    public readonly TOp Op = op;

    public static int Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => Op.Forward(x0);
}

/// <summary>dx from x, y and dy.</summary>
internal readonly struct UnaryGradient<TOp>(TOp op) : IStep
    where TOp : struct, IUnaryOp<TOp>
{
    public readonly TOp Op = op;

    public static int Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TOp.BackwardNeedsInput ? 1 : 0) | (TOp.BackwardNeedsOutput ? 2 : 0) | 4;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TOp.Backward(in Op, x0, x1, x2);
}

/// <summary>y from a and b.</summary>
internal readonly struct BinaryStep<TOp>(TOp op) : IStep
    where TOp : struct, IBinaryOp<TOp>
{
    public readonly TOp Op = op;

    public static int Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => Op.Forward(x0, x1);
}

/// <summary>da from a, b, y and dy.</summary>
internal readonly struct BinaryLeftGradient<TOp>(TOp op) : IStep
    where TOp : struct, IBinaryOp<TOp>
{
    public readonly TOp Op = op;

    public static int Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TOp.BackwardNeedsInput ? (int)TOp.BackwardLeftReads & 3 : 0) | (TOp.BackwardNeedsOutput ? 4 : 0) | 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TOp.BackwardLeft(in Op, x0, x1, x2, x3);
}

/// <summary>db from a, b, y and dy.</summary>
internal readonly struct BinaryRightGradient<TOp>(TOp op) : IStep
    where TOp : struct, IBinaryOp<TOp>
{
    public readonly TOp Op = op;

    public static int Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TOp.BackwardNeedsInput ? (int)TOp.BackwardRightReads & 3 : 0) | (TOp.BackwardNeedsOutput ? 4 : 0) | 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TOp.BackwardRight(in Op, x0, x1, x2, x3);
}

/// <summary>y from a, b and c.</summary>
internal readonly struct TernaryStep<TOp>(TOp op) : IStep
    where TOp : struct, ITernaryOp<TOp>
{
    public readonly TOp Op = op;

    public static int Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 7;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => Op.Forward(x0, x1, x2);
}

/// <summary>da from a, b, c, y and dy.</summary>
internal readonly struct TernaryFirstGradient<TOp>(TOp op) : IStep
    where TOp : struct, ITernaryOp<TOp>
{
    public readonly TOp Op = op;

    public static int Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TOp.BackwardNeedsInput ? (int)TOp.BackwardFirstReads & 7 : 0) | (TOp.BackwardNeedsOutput ? 8 : 0) | 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TOp.BackwardFirst(in Op, x0, x1, x2, x3, x4);
}

/// <summary>db from a, b, c, y and dy.</summary>
internal readonly struct TernarySecondGradient<TOp>(TOp op) : IStep
    where TOp : struct, ITernaryOp<TOp>
{
    public readonly TOp Op = op;

    public static int Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TOp.BackwardNeedsInput ? (int)TOp.BackwardSecondReads & 7 : 0) | (TOp.BackwardNeedsOutput ? 8 : 0) | 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TOp.BackwardSecond(in Op, x0, x1, x2, x3, x4);
}

/// <summary>dc from a, b, c, y and dy.</summary>
internal readonly struct TernaryThirdGradient<TOp>(TOp op) : IStep
    where TOp : struct, ITernaryOp<TOp>
{
    public readonly TOp Op = op;

    public static int Reads
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TOp.BackwardNeedsInput ? (int)TOp.BackwardThirdReads & 7 : 0) | (TOp.BackwardNeedsOutput ? 8 : 0) | 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TOp.BackwardThird(in Op, x0, x1, x2, x3, x4);
}
