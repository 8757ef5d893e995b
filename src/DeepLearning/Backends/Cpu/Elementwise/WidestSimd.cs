using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Backends.Cpu;

/// <summary>As <see cref="Numerics.IVectorWork{T}"/>, for the kernels of matrix products and convolutions, over bare vectors.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal interface ISimdWork<T>
    where T : unmanaged
{
    void Run<V, TSimd>()
        where V : struct
        where TSimd : struct, ISimd<T, V>;
}

/// <summary>The one place that chooses the width of a kernel over bare vectors.</summary>
internal static class WidestSimd
{
    /// <summary>Runs work at the widest vectors that the processor has, with fused multiply-add for those of 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TWork, T>(ref TWork work)
        where TWork : struct, ISimdWork<T>
        where T : unmanaged, INumberBase<T>
    {
        if (Avx512F.IsSupported && Vector512.IsHardwareAccelerated)
        {
            work.Run<Vector512<T>, Simd512<T>>();
        }
        else if (Fma.IsSupported && Avx2.IsSupported)
        {
            work.Run<Vector256<T>, Simd256<T>>();
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            work.Run<Vector128<T>, Simd128<T>>();
        }
        else
        {
            work.Run<T, Simd1<T>>();
        }
    }
}
