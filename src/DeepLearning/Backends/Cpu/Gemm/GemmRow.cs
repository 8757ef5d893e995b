using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// One to three vectors side by side: a row of a register tile. The tile kernels are written once over this interface; the
/// JIT keeps the fields of every row in registers.
/// </summary>
internal unsafe interface IGemmRow<TSelf, T, V>
    where TSelf : struct, IGemmRow<TSelf, T, V>
    where T : unmanaged
    where V : struct
{
    static abstract int Vectors { get; }

    static abstract TSelf Load(T* source);

    /// <summary>A row of vectors from places of their own, of which those that it has not are ignored.</summary>
    static abstract TSelf Load(T* first, T* second, T* third);

    /// <summary>sum += factor · row, element by element. By reference, so that the JIT sums in place instead of through a copy.</summary>
    static abstract void MultiplyAdd(V factor, in TSelf row, ref TSelf sum);

    static abstract void Store(TSelf row, T* destination);

    /// <summary>Adds the row to what stands at the destination.</summary>
    static abstract void Add(TSelf row, T* destination);

    static abstract void Prefetch(T* address);
}

internal unsafe struct GemmRow1<T, V, TSimd> : IGemmRow<GemmRow1<T, V, TSimd>, T, V>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    private V _v0;

    public static int Vectors => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GemmRow1<T, V, TSimd> Load(T* source) => new()
    {
        _v0 = TSimd.Load(source),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GemmRow1<T, V, TSimd> Load(T* first, T* second, T* third) => new()
    {
        _v0 = TSimd.Load(first),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(V factor, in GemmRow1<T, V, TSimd> row, ref GemmRow1<T, V, TSimd> sum)
    {
        sum._v0 = TSimd.MultiplyAdd(factor, row._v0, sum._v0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(GemmRow1<T, V, TSimd> row, T* destination)
    {
        TSimd.Store(destination, row._v0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(GemmRow1<T, V, TSimd> row, T* destination)
    {
        TSimd.Store(destination, TSimd.Add(TSimd.Load(destination), row._v0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(T* address)
    {
        TSimd.Prefetch(address);
    }
}

internal unsafe struct GemmRow2<T, V, TSimd> : IGemmRow<GemmRow2<T, V, TSimd>, T, V>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    private V _v0;
    private V _v1;

    public static int Vectors => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GemmRow2<T, V, TSimd> Load(T* source) => new()
    {
        _v0 = TSimd.Load(source),
        _v1 = TSimd.Load(source + TSimd.Count),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GemmRow2<T, V, TSimd> Load(T* first, T* second, T* third) => new()
    {
        _v0 = TSimd.Load(first),
        _v1 = TSimd.Load(second),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(V factor, in GemmRow2<T, V, TSimd> row, ref GemmRow2<T, V, TSimd> sum)
    {
        sum._v0 = TSimd.MultiplyAdd(factor, row._v0, sum._v0);
        sum._v1 = TSimd.MultiplyAdd(factor, row._v1, sum._v1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(GemmRow2<T, V, TSimd> row, T* destination)
    {
        TSimd.Store(destination, row._v0);
        TSimd.Store(destination + TSimd.Count, row._v1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(GemmRow2<T, V, TSimd> row, T* destination)
    {
        TSimd.Store(destination, TSimd.Add(TSimd.Load(destination), row._v0));
        TSimd.Store(destination + TSimd.Count, TSimd.Add(TSimd.Load(destination + TSimd.Count), row._v1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(T* address)
    {
        TSimd.Prefetch(address);
        TSimd.Prefetch(address + TSimd.Count);
    }
}

internal unsafe struct GemmRow3<T, V, TSimd> : IGemmRow<GemmRow3<T, V, TSimd>, T, V>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    private V _v0;
    private V _v1;
    private V _v2;

    public static int Vectors => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GemmRow3<T, V, TSimd> Load(T* source) => new()
    {
        _v0 = TSimd.Load(source),
        _v1 = TSimd.Load(source + TSimd.Count),
        _v2 = TSimd.Load(source + (2 * TSimd.Count)),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GemmRow3<T, V, TSimd> Load(T* first, T* second, T* third) => new()
    {
        _v0 = TSimd.Load(first),
        _v1 = TSimd.Load(second),
        _v2 = TSimd.Load(third),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(V factor, in GemmRow3<T, V, TSimd> row, ref GemmRow3<T, V, TSimd> sum)
    {
        sum._v0 = TSimd.MultiplyAdd(factor, row._v0, sum._v0);
        sum._v1 = TSimd.MultiplyAdd(factor, row._v1, sum._v1);
        sum._v2 = TSimd.MultiplyAdd(factor, row._v2, sum._v2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(GemmRow3<T, V, TSimd> row, T* destination)
    {
        TSimd.Store(destination, row._v0);
        TSimd.Store(destination + TSimd.Count, row._v1);
        TSimd.Store(destination + (2 * TSimd.Count), row._v2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(GemmRow3<T, V, TSimd> row, T* destination)
    {
        TSimd.Store(destination, TSimd.Add(TSimd.Load(destination), row._v0));
        TSimd.Store(destination + TSimd.Count, TSimd.Add(TSimd.Load(destination + TSimd.Count), row._v1));
        TSimd.Store(destination + (2 * TSimd.Count), TSimd.Add(TSimd.Load(destination + (2 * TSimd.Count)), row._v2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(T* address)
    {
        TSimd.Prefetch(address);
        TSimd.Prefetch(address + TSimd.Count);
        TSimd.Prefetch(address + (2 * TSimd.Count));
    }
}
