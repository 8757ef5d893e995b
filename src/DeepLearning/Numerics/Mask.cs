using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>
/// The outcome of a comparison of two <typeparamref name="R"/>, element by element, in the form <typeparamref name="R"/> keeps it.
/// </summary>
/// <typeparam name="R">The number type compared.</typeparam>
/// <param name="bits">The outcome as <typeparamref name="R"/> represents it (for SIMD lanes: all bits set where true).</param>
public readonly struct Mask<R>(R bits)
    where R : struct, IReal<R>
{
    // Read directly by the lanes: a property would cost the compiler one inlining at every use, and formulas are long.
    internal readonly R _bits = bits;

    /// <summary>
    /// The outcome as <typeparamref name="R"/> represents it (for SIMD lanes: all bits set where true, none where false).
    /// </summary>
    public R Bits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _bits;
    }

    /// <summary>True where both are true.</summary>
    /// <param name="a">One outcome.</param>
    /// <param name="b">The other outcome.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<R> operator &(Mask<R> a, Mask<R> b) => new(R.MaskAnd(a._bits, b._bits));

    /// <summary>True where at least one is true.</summary>
    /// <param name="a">One outcome.</param>
    /// <param name="b">The other outcome.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<R> operator |(Mask<R> a, Mask<R> b) => new(R.MaskOr(a._bits, b._bits));

    /// <summary>True where <paramref name="a"/> is false.</summary>
    /// <param name="a">The outcome to turn round.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<R> operator ~(Mask<R> a) => new(R.MaskNot(a._bits));
}
