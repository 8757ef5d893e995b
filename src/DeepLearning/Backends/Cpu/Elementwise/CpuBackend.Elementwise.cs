using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void Unary<TOp>(in TOp op, Tensor x, Tensor y) =>
        Run(new UnaryStep<TOp>(op), TOp.Domain, y.DType, y, x);

    public override void UnaryBackward<TOp>(in TOp op, Tensor? x, Tensor? y, Tensor dy, Tensor dx) =>
        Run(new UnaryBackwardStep<TOp>(op), Domain.FloatingPoint, dx.DType, dx, x, y, dy);

    public override void Binary<TOp>(in TOp op, Tensor a, Tensor b, Tensor y) =>
        Run(new BinaryStep<TOp>(op), TOp.Domain, y.DType, y, a, b);

    public override void BinaryBackward<TOp>(in TOp op, Tensor? a, Tensor? b, Tensor? y, Tensor dy, Tensor? da, Tensor? db)
    {
        if (da is not null)
        {
            Run(new BinaryBackwardLeftStep<TOp>(op), Domain.FloatingPoint, da.DType, da, a, b, y, dy);
        }

        if (db is not null)
        {
            Run(new BinaryBackwardRightStep<TOp>(op), Domain.FloatingPoint, db.DType, db, a, b, y, dy);
        }
    }

    public override void Ternary<TOp>(in TOp op, Tensor a, Tensor b, Tensor c, Tensor y) =>
        Run(new TernaryStep<TOp>(op), TOp.Domain, y.DType, y, a, b, c);

    public override void TernaryBackward<TOp>(
        in TOp op, Tensor? a, Tensor? b, Tensor? c, Tensor? y, Tensor dy, Tensor? da, Tensor? db, Tensor? dc)
    {
        if (da is not null)
        {
            Run(new TernaryBackwardStep<TOp, First>(op), Domain.FloatingPoint, da.DType, da, a, b, c, y, dy);
        }

        if (db is not null)
        {
            Run(new TernaryBackwardStep<TOp, Second>(op), Domain.FloatingPoint, db.DType, db, a, b, c, y, dy);
        }

        if (dc is not null)
        {
            Run(new TernaryBackwardStep<TOp, Third>(op), Domain.FloatingPoint, dc.DType, dc, a, b, c, y, dy);
        }
    }

    public override void Compare<TOp>(in TOp op, Tensor a, Tensor b, Tensor y, DType compute) =>
        Run(new CompareStep<TOp>(op), TOp.Domain, compute, y, a, b);

    /// <summary>Chooses the type to compute in; integers only where the formula is defined for them.</summary>
    private static void Run<TStep>(
        TStep step, Domain domain, DType compute, Tensor y, Tensor? x0, Tensor? x1 = null, Tensor? x2 = null, Tensor? x3 = null,
        Tensor? x4 = null, [CallerMemberName] string operation = "")
        where TStep : struct, ILaneStep<TStep>
    {
        StepWork<TStep> work = new(step, y, x0, x1, x2, x3, x4);
        if (domain == Domain.AnyNumber)
        {
            ElementTypes.Numbers(compute.Compute(), work, operation);
        }
        else
        {
            ElementTypes.Floats(compute.Compute(), work, operation);
        }
    }

    private readonly struct StepWork<TStep>(TStep step, Tensor y, Tensor? x0, Tensor? x1, Tensor? x2, Tensor? x3, Tensor? x4)
        : INumberWork, IFloatWork
        where TStep : struct, ILaneStep<TStep>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void INumberWork.Run<T>() => ElementLoop.Run<ElementKernel<TStep, T>, T>(new(step), y, x0, x1, x2, x3, x4);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void IFloatWork.Run<T>() => ElementLoop.Run<ElementKernel<TStep, T>, T>(new(step), y, x0, x1, x2, x3, x4);
    }
}
