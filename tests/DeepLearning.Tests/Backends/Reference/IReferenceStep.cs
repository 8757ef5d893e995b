using DeepLearning.Numerics;

namespace DeepLearning.Tests.Backends.Reference;

/// <summary>What is computed for one element from those of the operands; where there is no operand, a number that nothing reads.</summary>
internal interface IReferenceStep
{
    R Step<R>(ReadOnlySpan<R> x)
        where R : struct, IReal<R>;
}

internal readonly struct UnaryStep<TOp>(TOp op) : IReferenceStep
    where TOp : struct, IUnaryOp<TOp>
{
    public R Step<R>(ReadOnlySpan<R> x)
        where R : struct, IReal<R> => op.Forward(x[0]);
}

internal readonly struct UnaryGradient<TOp>(TOp op) : IReferenceStep
    where TOp : struct, IUnaryOp<TOp>
{
    private readonly TOp _op = op;

    public R Step<R>(ReadOnlySpan<R> x)
        where R : struct, IReal<R> => TOp.Backward(in _op, x[0], x[1], x[2]);
}

internal readonly struct BinaryStep<TOp>(TOp op) : IReferenceStep
    where TOp : struct, IBinaryOp<TOp>
{
    public R Step<R>(ReadOnlySpan<R> x)
        where R : struct, IReal<R> => op.Forward(x[0], x[1]);
}

internal readonly struct BinaryGradient<TOp>(TOp op, int which) : IReferenceStep
    where TOp : struct, IBinaryOp<TOp>
{
    private readonly TOp _op = op;

    public R Step<R>(ReadOnlySpan<R> x)
        where R : struct, IReal<R> => which == 0
            ? TOp.BackwardLeft(in _op, x[0], x[1], x[2], x[3])
            : TOp.BackwardRight(in _op, x[0], x[1], x[2], x[3]);
}

internal readonly struct TernaryStep<TOp>(TOp op) : IReferenceStep
    where TOp : struct, ITernaryOp<TOp>
{
    public R Step<R>(ReadOnlySpan<R> x)
        where R : struct, IReal<R> => op.Forward(x[0], x[1], x[2]);
}

internal readonly struct TernaryGradient<TOp>(TOp op, int which) : IReferenceStep
    where TOp : struct, ITernaryOp<TOp>
{
    private readonly TOp _op = op;

    public R Step<R>(ReadOnlySpan<R> x)
        where R : struct, IReal<R> => which switch
        {
            0 => TOp.BackwardFirst(in _op, x[0], x[1], x[2], x[3], x[4]),
            1 => TOp.BackwardSecond(in _op, x[0], x[1], x[2], x[3], x[4]),
            _ => TOp.BackwardThird(in _op, x[0], x[1], x[2], x[3], x[4]),
        };
}

internal readonly struct CompareStep<TOp>(TOp op) : IReferenceStep
    where TOp : struct, IPredicate<TOp>
{
    public R Step<R>(ReadOnlySpan<R> x)
        where R : struct, IReal<R> => R.Select(op.Test(x[0], x[1]), 1.0, 0.0);
}
