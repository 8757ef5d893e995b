using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Numerics;

/// <summary>
/// Work over vectors of any width, with its operands as fields. <see cref="Run{V}"/> is inlined where the width is chosen, so that the
/// struct costs nothing; the loop that it begins is a method of its own.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
internal interface IVectorWork<T>
    where T : unmanaged
{
    void Run<V>()
        where V : struct, ILanes<V, T>;
}

/// <summary>The one place that chooses the width of a loop over lanes.</summary>
internal static class Widest
{
    /// <summary>Runs work at the widest vectors that the processor has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TWork, T>(ref TWork work)
        where TWork : struct, IVectorWork<T>, allows ref struct
        where T : unmanaged, INumber<T> => RunWithin<TWork, T>(ref work, nint.MaxValue);

    /// <summary>Runs work at the widest vectors that the processor has and a length fills; one by one below all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunWithin<TWork, T>(ref TWork work, nint length)
        where TWork : struct, IVectorWork<T>, allows ref struct
        where T : unmanaged, INumber<T>
    {
        if (Vector512.IsHardwareAccelerated && length >= Vector512<T>.Count)
        {
            work.Run<Lanes512<T>>();
        }
        else if (Vector256.IsHardwareAccelerated && length >= Vector256<T>.Count)
        {
            work.Run<Lanes256<T>>();
        }
        else if (Vector128.IsHardwareAccelerated && length >= Vector128<T>.Count)
        {
            work.Run<Lanes128<T>>();
        }
        else
        {
            work.Run<Lane<T>>();
        }
    }
}
