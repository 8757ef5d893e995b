using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The vector operations that the matrix-product kernels need, over a vector <typeparamref name="V"/> of <typeparamref name="T"/>.
/// </summary>
/// <remarks>The vector type is a parameter of its own, not wrapped in a struct: the JIT keeps bare vectors in registers.</remarks>
internal unsafe interface ISimd<T, V>
    where T : unmanaged
    where V : struct
{
    /// <summary>Elements in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>Rows of the largest register tile of three vectors per row: 8 with 32 vector registers, 4 with 16.</summary>
    static abstract int TileRows { get; }

    static abstract V Zero { get; }

    static abstract V Broadcast(T value);

    static abstract V Load(T* source);

    static abstract void Store(T* destination, V value);

    /// <summary>Loads the first <paramref name="count"/> elements (1 to Count) and zeros; reads nothing behind them.</summary>
    static abstract V LoadPartial(T* source, int count);

    /// <summary>Stores the first <paramref name="count"/> elements (1 to Count); writes nothing behind them.</summary>
    static abstract void StorePartial(T* destination, V value, int count);

    static abstract V Add(V left, V right);

    /// <summary>left · right + addend, rounded once where the processor has a fused instruction.</summary>
    static abstract V MultiplyAdd(V left, V right, V addend);

    /// <summary>The sum of all elements by halves: the upper half is added to the lower until one is left, at any width.</summary>
    static abstract T Sum(V value);

    static abstract void Prefetch(T* address);
}

/// <summary>512-bit vectors (AVX-512).</summary>
internal readonly unsafe struct Simd512<T> : ISimd<T, Vector512<T>>
    where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    public static int TileRows => 8;

    public static Vector512<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* destination, Vector512<T> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LoadPartial(T* source, int count)
    {
        if (typeof(T) == typeof(float))
        {
            var mask = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
            return Avx512F.MaskLoad((float*)source, mask, Vector512<float>.Zero).As<float, T>();
        }

        var mask64 = Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble();
        return Avx512F.MaskLoad((double*)source, mask64, Vector512<double>.Zero).As<double, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(T* destination, Vector512<T> value, int count)
    {
        if (typeof(T) == typeof(float))
        {
            var mask = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
            Avx512F.MaskStore((float*)destination, mask, value.AsSingle());
        }
        else
        {
            var mask64 = Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble();
            Avx512F.MaskStore((double*)destination, mask64, value.AsDouble());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> left, Vector512<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> addend) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector512<T> value) => Simd256<T>.Sum(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(T* address) => Sse.Prefetch0(address);
}

/// <summary>256-bit vectors (AVX2 with FMA).</summary>
internal readonly unsafe struct Simd256<T> : ISimd<T, Vector256<T>>
    where T : unmanaged
{
    public static int Count => Vector256<T>.Count;

    public static int TileRows => 4;

    public static Vector256<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<T>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* destination, Vector256<T> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> LoadPartial(T* source, int count)
    {
        if (typeof(T) == typeof(float))
        {
            var mask = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
            return Avx.MaskLoad((float*)source, mask).As<float, T>();
        }

        var mask64 = Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).AsDouble();
        return Avx.MaskLoad((double*)source, mask64).As<double, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(T* destination, Vector256<T> value, int count)
    {
        if (typeof(T) == typeof(float))
        {
            var mask = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
            Avx.MaskStore((float*)destination, mask, value.AsSingle());
        }
        else
        {
            var mask64 = Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).AsDouble();
            Avx.MaskStore((double*)destination, mask64, value.AsDouble());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> left, Vector256<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> left, Vector256<T> right, Vector256<T> addend) => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector256<T> value) => Simd128<T>.Sum(value.GetLower() + value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(T* address) => Sse.Prefetch0(address);
}

/// <summary>128-bit vectors (ARM64's AdvSimd, x64's SSE).</summary>
internal readonly unsafe struct Simd128<T> : ISimd<T, Vector128<T>>
    where T : unmanaged
{
    public static int Count => Vector128<T>.Count;

    // ARM64 has 32 vector registers, x64 without AVX-512 has 16.
    public static int TileRows => System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported ? 8 : 4;

    public static Vector128<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128<T>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* destination, Vector128<T> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> LoadPartial(T* source, int count)
    {
        var value = Vector128<T>.Zero;
        new ReadOnlySpan<T>(source, count).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Vector128<T>, T>(ref value), Count));
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(T* destination, Vector128<T> value, int count)
    {
        for (var i = 0; i < count; i++)
        {
            destination[i] = value.GetElement(i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> left, Vector128<T> right) => left + right;

    // FusedMultiplyAdd would be emulated, element by element, where the processor has none; so is MultiplyAddEstimate in a browser.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> left, Vector128<T> right, Vector128<T> addend)
    {
        if (!Elements.HasFusedMultiplyAdd)
        {
            return (left * right) + addend;
        }

        return typeof(T) == typeof(float)
            ? Vector128.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>()
            : Vector128.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector128<T> value)
    {
        if (typeof(T) == typeof(float))
        {
            var pair = value.AsSingle() + Vector128.Shuffle(value.AsSingle(), Vector128.Create(2, 3, 0, 1));
            return Unsafe.BitCast<float, T>(pair.ToScalar() + pair.GetElement(1));
        }

        return Unsafe.BitCast<double, T>(value.AsDouble().ToScalar() + value.AsDouble().GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(T* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}

/// <summary>One element at a time, for platforms without vectors.</summary>
internal readonly unsafe struct Simd1<T> : ISimd<T, T>
    where T : unmanaged, INumberBase<T>
{
    public static int Count => 1;

    public static int TileRows => 4;

    public static T Zero => T.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Broadcast(T value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(T* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* destination, T value) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LoadPartial(T* source, int count) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(T* destination, T value, int count) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T left, T right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd(T left, T right, T addend) => T.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(T value) => value;

    public static void Prefetch(T* address)
    {
    }
}
