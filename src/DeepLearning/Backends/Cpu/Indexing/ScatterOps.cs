using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// How a scattered value meets the element that is there. Truth values are bytes: their sum is a maximum, their product a minimum.
/// </summary>
internal interface IScatterOp
{
    static abstract T Combine<T>(T old, T value)
        where T : unmanaged, INumber<T>;
}

internal readonly struct ScatterSet : IScatterOp
{
    public static T Combine<T>(T old, T value)
        where T : unmanaged, INumber<T> => value;
}

internal readonly struct ScatterAdd : IScatterOp
{
    public static T Combine<T>(T old, T value)
        where T : unmanaged, INumber<T> => old + value;
}

internal readonly struct ScatterMultiply : IScatterOp
{
    public static T Combine<T>(T old, T value)
        where T : unmanaged, INumber<T> => old * value;
}

/// <summary>The maximum; a NaN stays.</summary>
internal readonly struct ScatterMax : IScatterOp
{
    public static T Combine<T>(T old, T value)
        where T : unmanaged, INumber<T> => T.Max(old, value);
}

/// <summary>The minimum; a NaN stays.</summary>
internal readonly struct ScatterMin : IScatterOp
{
    public static T Combine<T>(T old, T value)
        where T : unmanaged, INumber<T> => T.Min(old, value);
}

/// <summary>A scatter operation on the elements of one type.</summary>
internal unsafe interface IScatter<T>
    where T : unmanaged
{
    static abstract T Combine(T old, T value);

    /// <summary>y[i · step] = combine(y[i · step], values[i])</summary>
    static abstract void Run(T* y, long step, T* values, long count);
}

internal readonly unsafe struct Scatter<TOp, T> : IScatter<T>
    where TOp : struct, IScatterOp
    where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine(T old, T value) => TOp.Combine(old, value);

    public static void Run(T* y, long step, T* values, long count)
    {
        if (step == 1 && count <= int.MaxValue && (typeof(TOp) == typeof(ScatterSet) || typeof(TOp) == typeof(ScatterAdd)))
        {
            Span<T> target = new(y, (int)count);
            ReadOnlySpan<T> source = new(values, (int)count);
            if (typeof(TOp) == typeof(ScatterSet))
            {
                source.CopyTo(target);
            }
            else
            {
                TensorPrimitives.Add(target, source, target);
            }

            return;
        }

        for (long i = 0; i < count; i++)
        {
            y[i * step] = TOp.Combine(y[i * step], values[i]);
        }
    }
}

/// <summary>As <see cref="Scatter{TOp, T}"/> for the 16-bit type that .NET has no arithmetic for: in float32, rounded each time.</summary>
internal readonly unsafe struct ScatterBFloat16<TOp> : IScatter<BFloat16>
    where TOp : struct, IScatterOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BFloat16 Combine(BFloat16 old, BFloat16 value) => (BFloat16)TOp.Combine((float)old, (float)value);

    public static void Run(BFloat16* y, long step, BFloat16* values, long count)
    {
        for (long i = 0; i < count; i++)
        {
            y[i * step] = Combine(y[i * step], values[i]);
        }
    }
}
