using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>What runs along a row: how an element becomes a state, how states combine in order, and what is written of one.</summary>
internal interface IScan<S, TState>
    where S : unmanaged
    where TState : unmanaged
{
    /// <summary>What leaves the state after it as it is.</summary>
    static abstract TState Identity { get; }

    /// <summary>The state of one element, at a position of its row.</summary>
    static abstract TState Of(S element, long position);

    /// <summary>The state of a stretch and the stretch behind it.</summary>
    static abstract TState Combine(TState a, TState b);

    /// <summary>Writes what a state stands for.</summary>
    static abstract void Write(ArrayView<S> x, ArrayView<S> y, ArrayView<long> positions, long row, long at, TState state);
}

/// <summary>The sum of floats, added as doubles: a long chain of float additions loses too much.</summary>
internal readonly struct FloatSumScan : IScan<float, double>
{
    public static double Identity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(float element, long position) => GpuMath.Widen(element);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Combine(double a, double b) => GpuMath.Add(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ArrayView<float> x, ArrayView<float> y, ArrayView<long> positions, long row, long at, double state) =>
        y[row + at] = GpuMath.Narrow(state);
}

internal readonly struct DoubleSumScan : IScan<double, double>
{
    public static double Identity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(double element, long position) => element;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Combine(double a, double b) => GpuMath.Add(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ArrayView<double> x, ArrayView<double> y, ArrayView<long> positions, long row, long at, double state) =>
        y[row + at] = state;
}

/// <summary>The sum of integers, which wraps as that of the type does.</summary>
internal readonly struct IntegerSumScan<TElement, S> : IScan<S, long>
    where TElement : struct, ILoad<S, GpuInteger<long, Int64Kind>>, IStore<S, GpuInteger<long, Int64Kind>>
    where S : unmanaged
{
    public static long Identity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Of(S element, long position) => TElement.Load(element).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Combine(long a, long b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ArrayView<S> x, ArrayView<S> y, ArrayView<long> positions, long row, long at, long state) =>
        y[row + at] = TElement.Store(new GpuInteger<long, Int64Kind>(state));
}

/// <summary>log Σ exp of floats, in doubles.</summary>
internal readonly struct LogSumExpScan<TElement, S> : IScan<S, double>
    where TElement : struct, ILoad<S, GpuDouble>, IStore<S, GpuDouble>
    where S : unmanaged
{
    private const double LogOf2 = 0.6931471805599453;

    public static double Identity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => double.NegativeInfinity;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(S element, long position) => TElement.Load(element).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Combine(double a, double b)
    {
        GpuDouble x = new(a), y = new(b);
        GpuDouble high = GpuDouble.Max(x, y), low = GpuDouble.Min(x, y);
        GpuDouble added = high + GpuDouble.Log(GpuDouble.Exp(low - high) + 1.0);

        // Two equal infinities, or a NaN, are the result themselves.
        Mask<GpuDouble> isFinite = GpuDouble.Less(GpuDouble.Abs(high), double.PositiveInfinity);
        return GpuDouble.Select(isFinite, GpuDouble.Select(GpuDouble.Equal(high, low), high + LogOf2, added), high).Value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ArrayView<S> x, ArrayView<S> y, ArrayView<long> positions, long row, long at, double state) =>
        y[row + at] = TElement.Store(new GpuDouble(state));
}

/// <summary>The greatest element so far, or the least, and where it stands, the last among equals; NaN wins.</summary>
internal readonly struct ExtremeScan<TKey, S, TOrder> : IScan<S, KeyAt>
    where TKey : struct, IKey<S>
    where S : unmanaged
    where TOrder : struct, IOrder
{
    public static KeyAt Identity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WideEntry.Of(0, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeyAt Of(S element, long position) =>
        WideEntry.Of(TOrder.IsReversed ? TKey.Reversed(element) : TKey.Of(element), position);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeyAt Combine(KeyAt a, KeyAt b) => b.Key >= a.Key ? b : a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ArrayView<S> x, ArrayView<S> y, ArrayView<long> positions, long row, long at, KeyAt state)
    {
        y[row + at] = x[row + state.Position];
        positions[row + at] = state.Position;
    }
}

/// <summary>Whether the least is sought rather than the greatest.</summary>
internal interface IOrder
{
    static abstract bool IsReversed { get; }
}

internal readonly struct Greatest : IOrder
{
    public static bool IsReversed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }
}

internal readonly struct Least : IOrder
{
    public static bool IsReversed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }
}
