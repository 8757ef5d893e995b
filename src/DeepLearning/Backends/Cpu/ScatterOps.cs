using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>How a scattered value meets the element that is there, for every element type (bool: sum and maximum are or, the others and).</summary>
internal interface IScatterOp
{
    static abstract T Combine<T>(T old, T value)
        where T : unmanaged;
}

internal readonly struct ScatterSet : IScatterOp
{
    public static T Combine<T>(T old, T value)
        where T : unmanaged => value;
}

internal readonly struct ScatterAdd : IScatterOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T old, T value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float)) { return Unsafe.BitCast<float, T>(Unsafe.BitCast<T, float>(old) + Unsafe.BitCast<T, float>(value)); }
        if (typeof(T) == typeof(double)) { return Unsafe.BitCast<double, T>(Unsafe.BitCast<T, double>(old) + Unsafe.BitCast<T, double>(value)); }
        if (typeof(T) == typeof(long)) { return Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(old) + Unsafe.BitCast<T, long>(value)); }
        if (typeof(T) == typeof(int)) { return Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(old) + Unsafe.BitCast<T, int>(value)); }
        if (typeof(T) == typeof(byte)) { return Unsafe.BitCast<byte, T>((byte)(Unsafe.BitCast<T, byte>(old) + Unsafe.BitCast<T, byte>(value))); }
        if (typeof(T) == typeof(bool)) { return Unsafe.BitCast<bool, T>(Unsafe.BitCast<T, bool>(old) | Unsafe.BitCast<T, bool>(value)); }
        return Conversion.Convert<float, T>(Conversion.Convert<T, float>(old) + Conversion.Convert<T, float>(value));
    }
}

internal readonly struct ScatterMultiply : IScatterOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T old, T value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float)) { return Unsafe.BitCast<float, T>(Unsafe.BitCast<T, float>(old) * Unsafe.BitCast<T, float>(value)); }
        if (typeof(T) == typeof(double)) { return Unsafe.BitCast<double, T>(Unsafe.BitCast<T, double>(old) * Unsafe.BitCast<T, double>(value)); }
        if (typeof(T) == typeof(long)) { return Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(old) * Unsafe.BitCast<T, long>(value)); }
        if (typeof(T) == typeof(int)) { return Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(old) * Unsafe.BitCast<T, int>(value)); }
        if (typeof(T) == typeof(byte)) { return Unsafe.BitCast<byte, T>((byte)(Unsafe.BitCast<T, byte>(old) * Unsafe.BitCast<T, byte>(value))); }
        if (typeof(T) == typeof(bool)) { return Unsafe.BitCast<bool, T>(Unsafe.BitCast<T, bool>(old) & Unsafe.BitCast<T, bool>(value)); }
        return Conversion.Convert<float, T>(Conversion.Convert<T, float>(old) * Conversion.Convert<T, float>(value));
    }
}

/// <summary>The maximum; a NaN stays.</summary>
internal readonly struct ScatterMax : IScatterOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T old, T value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float)) { return Unsafe.BitCast<float, T>(MathF.Max(Unsafe.BitCast<T, float>(old), Unsafe.BitCast<T, float>(value))); }
        if (typeof(T) == typeof(double)) { return Unsafe.BitCast<double, T>(Math.Max(Unsafe.BitCast<T, double>(old), Unsafe.BitCast<T, double>(value))); }
        if (typeof(T) == typeof(long)) { return Unsafe.BitCast<long, T>(Math.Max(Unsafe.BitCast<T, long>(old), Unsafe.BitCast<T, long>(value))); }
        if (typeof(T) == typeof(int)) { return Unsafe.BitCast<int, T>(Math.Max(Unsafe.BitCast<T, int>(old), Unsafe.BitCast<T, int>(value))); }
        if (typeof(T) == typeof(byte)) { return Unsafe.BitCast<byte, T>(Math.Max(Unsafe.BitCast<T, byte>(old), Unsafe.BitCast<T, byte>(value))); }
        if (typeof(T) == typeof(bool)) { return Unsafe.BitCast<bool, T>(Unsafe.BitCast<T, bool>(old) | Unsafe.BitCast<T, bool>(value)); }
        return Conversion.Convert<float, T>(MathF.Max(Conversion.Convert<T, float>(old), Conversion.Convert<T, float>(value)));
    }
}

/// <summary>The minimum; a NaN stays.</summary>
internal readonly struct ScatterMin : IScatterOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T old, T value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float)) { return Unsafe.BitCast<float, T>(MathF.Min(Unsafe.BitCast<T, float>(old), Unsafe.BitCast<T, float>(value))); }
        if (typeof(T) == typeof(double)) { return Unsafe.BitCast<double, T>(Math.Min(Unsafe.BitCast<T, double>(old), Unsafe.BitCast<T, double>(value))); }
        if (typeof(T) == typeof(long)) { return Unsafe.BitCast<long, T>(Math.Min(Unsafe.BitCast<T, long>(old), Unsafe.BitCast<T, long>(value))); }
        if (typeof(T) == typeof(int)) { return Unsafe.BitCast<int, T>(Math.Min(Unsafe.BitCast<T, int>(old), Unsafe.BitCast<T, int>(value))); }
        if (typeof(T) == typeof(byte)) { return Unsafe.BitCast<byte, T>(Math.Min(Unsafe.BitCast<T, byte>(old), Unsafe.BitCast<T, byte>(value))); }
        if (typeof(T) == typeof(bool)) { return Unsafe.BitCast<bool, T>(Unsafe.BitCast<T, bool>(old) & Unsafe.BitCast<T, bool>(value)); }
        return Conversion.Convert<float, T>(MathF.Min(Conversion.Convert<T, float>(old), Conversion.Convert<T, float>(value)));
    }
}

/// <summary>Runs of scattered values.</summary>
internal static unsafe class ScatterRun
{
    /// <summary>y[i · step] = combine(y[i · step], values[i])</summary>
    public static void Run<TOp, T>(T* y, long step, T* values, long count)
        where TOp : struct, IScatterOp
        where T : unmanaged
    {
        long i = 0;
        if (step == 1)
        {
            if (typeof(TOp) == typeof(ScatterSet))
            {
                for (; i < count; i += 1 << 28)
                {
                    Unsafe.CopyBlockUnaligned(y + i, values + i, (uint)(Math.Min(count - i, 1 << 28) * sizeof(T)));
                }

                return;
            }

            if (typeof(TOp) == typeof(ScatterAdd) && (typeof(T) == typeof(float) || typeof(T) == typeof(double)))
            {
                for (; i + Vector<T>.Count <= count; i += Vector<T>.Count)
                {
                    Vector.Store(Vector.Load(y + i) + Vector.Load(values + i), y + i);
                }
            }
        }

        for (; i < count; i++)
        {
            y[i * step] = TOp.Combine(y[i * step], values[i]);
        }
    }
}
