using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Asks for stretches of rows that are read after a product: short ones that lie far apart, which the processor does not foresee.
/// </summary>
internal static unsafe class RowPrefetch<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>The bytes that come at once.</summary>
    private const int Line = 64;

    /// <summary>Some stretches of each row, of which the first begins at the address.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(T* address, nint rowStride, int rows, int stretches, nint stretchStride, int length)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int stretch = 0; stretch < stretches; stretch++)
            {
                byte* first = (byte*)(address + (row * rowStride) + (stretch * stretchStride));
                for (int offset = 0; offset < length * sizeof(T); offset += Line)
                {
                    TSimd.Prefetch((T*)(first + offset));
                }
            }
        }
    }
}
