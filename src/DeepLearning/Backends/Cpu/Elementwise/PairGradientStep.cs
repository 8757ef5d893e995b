using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>Operands: a, b; the gradient of one of them where that of the result is the same everywhere.</summary>
internal readonly struct PairGradientStep<TOp, TWhich>(TOp op, double gradient) : ILaneStep<PairGradientStep<TOp, TWhich>>
    where TOp : struct, IBinaryOp<TOp>
    where TWhich : struct, IOperand
{
    private readonly TOp _op = op;
    private readonly double _gradient = gradient;

    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => TWhich.Index == 0
            ? TOp.BackwardLeft(in _op, x0, x1, default, _gradient)
            : TOp.BackwardRight(in _op, x0, x1, default, _gradient);
}
