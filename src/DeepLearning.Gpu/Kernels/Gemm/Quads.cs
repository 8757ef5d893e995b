using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <summary>Four neighbors, which memory gives at once.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Quad<T>(T x, T y, T z, T w)
    where T : unmanaged
{
    public T X = x;
    public T Y = y;
    public T Z = z;
    public T W = w;

    /// <summary>The same four times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<T> Of(T value) => new(value, value, value, value);
}

/// <summary>Views of fours.</summary>
internal static class Quads
{
    /// <summary>The elements four by four. Memory gives 16 bytes at once, from multiples of as many on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArrayView<Quad<T>> Of<T>(ArrayView<T> elements)
        where T : unmanaged => elements.AsAligned(Interop.SizeOf<T>() > 4 ? 16 : 4 * Interop.SizeOf<T>()).Cast<Quad<T>>();
}

/// <summary>Four by four sums that a thread holds in registers.</summary>
internal struct Block<R>
    where R : unmanaged, IReal<R>
{
    public Quad<R> R0;
    public Quad<R> R1;
    public Quad<R> R2;
    public Quad<R> R3;

    public static Block<R> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Block<R> block;
            block.R0 = block.R1 = block.R2 = block.R3 = Quad<R>.Of(0.0);
            return block;
        }
    }

    /// <summary>The sums with a column times a row added, each product and sum rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block<R> Add(Block<R> sums, Quad<R> column, Quad<R> row)
    {
        sums.R0 = Add(sums.R0, column.X, row);
        sums.R1 = Add(sums.R1, column.Y, row);
        sums.R2 = Add(sums.R2, column.Z, row);
        sums.R3 = Add(sums.R3, column.W, row);
        return sums;
    }

    /// <summary>The rows from the second on, then another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block<R> Next(Block<R> block, Quad<R> last)
    {
        Block<R> next;
        next.R0 = block.R1;
        next.R1 = block.R2;
        next.R2 = block.R3;
        next.R3 = last;
        return next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad<R> Add(Quad<R> sums, R factor, Quad<R> row)
    {
        sums.X = R.MultiplyAdd(factor, row.X, sums.X);
        sums.Y = R.MultiplyAdd(factor, row.Y, sums.Y);
        sums.Z = R.MultiplyAdd(factor, row.Z, sums.Z);
        sums.W = R.MultiplyAdd(factor, row.W, sums.W);
        return sums;
    }
}
