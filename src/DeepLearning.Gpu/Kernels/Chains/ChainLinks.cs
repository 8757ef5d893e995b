using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Formulas one after the other, as the type of a struct: a kernel over it is compiled for these formulas. What is stored between two
/// operations that run one by one is rounded between two links, too, so that the bits are theirs.
/// </summary>
internal interface IChain
{
    /// <summary>The last link's number.</summary>
    /// <param name="memory">Where the operands are.</param>
    /// <param name="before">What comes in, as it would have been stored.</param>
    /// <param name="at">The number of the element.</param>
    R Of<TElement, S, R>(ArrayView<S> memory, R before, long at)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>;
}

/// <summary>An operand of a link: what was before it, or elements of the memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct ChainOperand(long start, long step, int isBefore)
{
    public readonly long Start = start;

    /// <summary>1 for an element each; 0 for the same one.</summary>
    public readonly long Step = step;
    public readonly int IsBefore = isBefore;

    public static ChainOperand Before => new(0, 0, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Of<TElement, S, R>(ArrayView<S> memory, R before, long at)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        R value = before;
        if (IsBefore == 0)
        {
            value = TElement.Load(memory[Start + (at * Step)]);
        }

        return value;
    }
}

/// <summary>The end of a chain.</summary>
internal readonly struct ChainEnd : IChain
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Of<TElement, S, R>(ArrayView<S> memory, R before, long at)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R> => before;
}

/// <summary>A formula over one operand, then the rest.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct UnaryLink<TOp, TNext>(TOp op, ChainOperand x, TNext next) : IChain
    where TOp : struct, IUnaryOp<TOp>
    where TNext : struct, IChain
{
    public readonly TOp Op = op;
    public readonly ChainOperand X = x;
    public readonly TNext Next = next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Of<TElement, S, R>(ArrayView<S> memory, R before, long at)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        R y = Op.Forward(X.Of<TElement, S, R>(memory, before, at));
        return Next.Of<TElement, S, R>(memory, TElement.Load(TElement.Store(y)), at);
    }
}

/// <summary>A formula over two operands, then the rest.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct BinaryLink<TOp, TNext>(TOp op, ChainOperand a, ChainOperand b, TNext next) : IChain
    where TOp : struct, IBinaryOp<TOp>
    where TNext : struct, IChain
{
    public readonly TOp Op = op;
    public readonly ChainOperand A = a;
    public readonly ChainOperand B = b;
    public readonly TNext Next = next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Of<TElement, S, R>(ArrayView<S> memory, R before, long at)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        R y = Op.Forward(A.Of<TElement, S, R>(memory, before, at), B.Of<TElement, S, R>(memory, before, at));
        return Next.Of<TElement, S, R>(memory, TElement.Load(TElement.Store(y)), at);
    }
}

/// <summary>A formula over three operands, then the rest.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TernaryLink<TOp, TNext>(TOp op, ChainOperand a, ChainOperand b, ChainOperand c, TNext next) : IChain
    where TOp : struct, ITernaryOp<TOp>
    where TNext : struct, IChain
{
    public readonly TOp Op = op;
    public readonly ChainOperand A = a;
    public readonly ChainOperand B = b;
    public readonly ChainOperand C = c;
    public readonly TNext Next = next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Of<TElement, S, R>(ArrayView<S> memory, R before, long at)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        R y = Op.Forward(
            A.Of<TElement, S, R>(memory, before, at), B.Of<TElement, S, R>(memory, before, at), C.Of<TElement, S, R>(memory, before, at));
        return Next.Of<TElement, S, R>(memory, TElement.Load(TElement.Store(y)), at);
    }
}

/// <summary>Chains over contiguous memory. Limited by memory, which they pass once.</summary>
internal static class ChainKernels
{
    /// <summary>y = the chain, whose first link reads the memory alone.</summary>
    public static void Run<TChain, TElement, S, R>(ArrayView<S> memory, ArrayView<S> y, TChain chain)
        where TChain : struct, IChain
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            y[i] = TElement.Store(chain.Of<TElement, S, R>(memory, default, i));
        }
    }
}
