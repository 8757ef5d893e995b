using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;

namespace DeepLearning.Numerics;

/// <summary>
/// WebAssembly's own instructions for vectors of float and double. The interpreter in a browser knows them, where it computes the functions
/// of <see cref="Vector128"/> of the same meaning element by element, many times slower.
/// </summary>
internal static class WebVectors
{
    /// <summary>Whether there are instructions for this type; false everywhere but in WebAssembly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Has<T>() => PackedSimd.IsSupported && (typeof(T) == typeof(float) || typeof(T) == typeof(double));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Divide<T>(Vector128<T> left, Vector128<T> right) => typeof(T) == typeof(float)
        ? PackedSimd.Divide(left.AsSingle(), right.AsSingle()).As<float, T>()
        : PackedSimd.Divide(left.AsDouble(), right.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Max<T>(Vector128<T> left, Vector128<T> right) => typeof(T) == typeof(float)
        ? PackedSimd.Max(left.AsSingle(), right.AsSingle()).As<float, T>()
        : PackedSimd.Max(left.AsDouble(), right.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Min<T>(Vector128<T> left, Vector128<T> right) => typeof(T) == typeof(float)
        ? PackedSimd.Min(left.AsSingle(), right.AsSingle()).As<float, T>()
        : PackedSimd.Min(left.AsDouble(), right.AsDouble()).As<double, T>();

    /// <summary>right &lt; left ? right : left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> PseudoMin<T>(Vector128<T> left, Vector128<T> right) => typeof(T) == typeof(float)
        ? PackedSimd.PseudoMin(left.AsSingle(), right.AsSingle()).As<float, T>()
        : PackedSimd.PseudoMin(left.AsDouble(), right.AsDouble()).As<double, T>();

    /// <summary>left &lt; right ? right : left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> PseudoMax<T>(Vector128<T> left, Vector128<T> right) => typeof(T) == typeof(float)
        ? PackedSimd.PseudoMax(left.AsSingle(), right.AsSingle()).As<float, T>()
        : PackedSimd.PseudoMax(left.AsDouble(), right.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Abs<T>(Vector128<T> x) => typeof(T) == typeof(float)
        ? PackedSimd.Abs(x.AsSingle()).As<float, T>()
        : PackedSimd.Abs(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Sqrt<T>(Vector128<T> x) => typeof(T) == typeof(float)
        ? PackedSimd.Sqrt(x.AsSingle()).As<float, T>()
        : PackedSimd.Sqrt(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Floor<T>(Vector128<T> x) => typeof(T) == typeof(float)
        ? PackedSimd.Floor(x.AsSingle()).As<float, T>()
        : PackedSimd.Floor(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Ceiling<T>(Vector128<T> x) => typeof(T) == typeof(float)
        ? PackedSimd.Ceiling(x.AsSingle()).As<float, T>()
        : PackedSimd.Ceiling(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> RoundToNearest<T>(Vector128<T> x) => typeof(T) == typeof(float)
        ? PackedSimd.RoundToNearest(x.AsSingle()).As<float, T>()
        : PackedSimd.RoundToNearest(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Truncate<T>(Vector128<T> x) => typeof(T) == typeof(float)
        ? PackedSimd.Truncate(x.AsSingle()).As<float, T>()
        : PackedSimd.Truncate(x.AsDouble()).As<double, T>();
}
