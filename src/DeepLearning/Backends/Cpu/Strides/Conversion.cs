using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>Runs of elements read into, or written from, a contiguous buffer of the type that is computed in.</summary>
internal static unsafe class Conversion
{
    /// <summary>buffer[i] = (T)source[i · step]; <c>short</c> stands for the bits of a 16-bit float, moved as they are.</summary>
    public static void Load<T>(byte* source, DType dtype, long step, T* buffer, int count)
        where T : unmanaged
    {
        if (typeof(T) == typeof(short))
        {
            Load((short*)source, step, buffer, count);
            return;
        }

        ElementTypes.Stored(dtype, new LoadWork<T>(source, step, buffer, count));
    }

    /// <summary>destination[i · step] = buffer[i], converted; truth values become 0 or 1.</summary>
    public static void Store<T>(T* buffer, byte* destination, DType dtype, long step, int count)
        where T : unmanaged
    {
        if (typeof(T) == typeof(short))
        {
            Store(buffer, (short*)destination, step, count);
            return;
        }

        if (dtype == DType.Bool)
        {
            for (int i = step == 1 ? VectorConversion.ToTruth(buffer, destination, count) : 0; i < count; i++)
            {
                destination[i * step] = IsZero(buffer[i]) ? (byte)0 : (byte)1;
            }

            return;
        }

        ElementTypes.Stored(dtype, new StoreWork<T>(buffer, destination, step, count));
    }

    /// <summary>Converts one number as C#'s unchecked casts do; floats to integers truncate and saturate, to uint8 through int32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTo Convert<TFrom, TTo>(TFrom value)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        if (typeof(TFrom) == typeof(TTo)) { return Unsafe.BitCast<TFrom, TTo>(value); }
        if (typeof(TFrom) == typeof(float)) { return FromDouble<TTo>(Unsafe.BitCast<TFrom, float>(value)); }
        if (typeof(TFrom) == typeof(double)) { return FromDouble<TTo>(Unsafe.BitCast<TFrom, double>(value)); }
        if (typeof(TFrom) == typeof(Half)) { return FromDouble<TTo>((float)Unsafe.BitCast<TFrom, Half>(value)); }
        if (typeof(TFrom) == typeof(BFloat16)) { return FromDouble<TTo>((float)Unsafe.BitCast<TFrom, BFloat16>(value)); }
        if (typeof(TFrom) == typeof(long)) { return FromInt64<TTo>(Unsafe.BitCast<TFrom, long>(value)); }
        if (typeof(TFrom) == typeof(int)) { return FromInt64<TTo>(Unsafe.BitCast<TFrom, int>(value)); }
        if (typeof(TFrom) == typeof(byte)) { return FromInt64<TTo>(Unsafe.BitCast<TFrom, byte>(value)); }
        throw Unknown<TFrom>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo FromDouble<TTo>(double value)
        where TTo : unmanaged
    {
        if (typeof(TTo) == typeof(float)) { return Unsafe.BitCast<float, TTo>((float)value); }
        if (typeof(TTo) == typeof(double)) { return Unsafe.BitCast<double, TTo>(value); }
        if (typeof(TTo) == typeof(Half)) { return Unsafe.BitCast<Half, TTo>((Half)value); }
        if (typeof(TTo) == typeof(BFloat16)) { return Unsafe.BitCast<BFloat16, TTo>((BFloat16)value); }
        if (typeof(TTo) == typeof(long)) { return Unsafe.BitCast<long, TTo>((long)value); }
        if (typeof(TTo) == typeof(int)) { return Unsafe.BitCast<int, TTo>((int)value); }
        if (typeof(TTo) == typeof(byte)) { return Unsafe.BitCast<byte, TTo>((byte)(int)value); }
        throw Unknown<TTo>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo FromInt64<TTo>(long value)
        where TTo : unmanaged
    {
        if (typeof(TTo) == typeof(float)) { return Unsafe.BitCast<float, TTo>(value); }
        if (typeof(TTo) == typeof(double)) { return Unsafe.BitCast<double, TTo>(value); }
        if (typeof(TTo) == typeof(Half)) { return Unsafe.BitCast<Half, TTo>((Half)(float)value); }
        if (typeof(TTo) == typeof(BFloat16)) { return Unsafe.BitCast<BFloat16, TTo>((BFloat16)(float)value); }
        if (typeof(TTo) == typeof(long)) { return Unsafe.BitCast<long, TTo>(value); }
        if (typeof(TTo) == typeof(int)) { return Unsafe.BitCast<int, TTo>((int)value); }
        if (typeof(TTo) == typeof(byte)) { return Unsafe.BitCast<byte, TTo>((byte)value); }
        throw Unknown<TTo>();
    }

    private static NotSupportedException Unknown<T>() => new($"{typeof(T).Name} is not converted from or to.");

    private static bool IsZero<T>(T value)
        where T : unmanaged => EqualityComparer<T>.Default.Equals(value, default);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Load<TFrom, T>(TFrom* source, long step, T* buffer, int count)
        where TFrom : unmanaged
        where T : unmanaged
    {
        if (step == 1)
        {
            if (typeof(TFrom) == typeof(T))
            {
                Unsafe.CopyBlockUnaligned(buffer, source, checked((uint)(count * sizeof(T))));
                return;
            }

            for (int i = VectorConversion.Convert(source, buffer, count); i < count; i++)
            {
                buffer[i] = Convert<TFrom, T>(source[i]);
            }
        }
        else if (step == 0)
        {
            new Span<T>(buffer, count).Fill(Convert<TFrom, T>(*source));
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                buffer[i] = Convert<TFrom, T>(source[i * step]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Store<T, TTo>(T* buffer, TTo* destination, long step, int count)
        where T : unmanaged
        where TTo : unmanaged
    {
        if (step == 1 && typeof(TTo) == typeof(T))
        {
            Unsafe.CopyBlockUnaligned(destination, buffer, checked((uint)(count * sizeof(T))));
            return;
        }

        for (int i = step == 1 ? VectorConversion.Convert(buffer, destination, count) : 0; i < count; i++)
        {
            destination[i * step] = Convert<T, TTo>(buffer[i]);
        }
    }

    private readonly struct LoadWork<T>(byte* source, long step, T* buffer, int count) : IStoredWork
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TFrom>()
            where TFrom : unmanaged => Load((TFrom*)source, step, buffer, count);
    }

    private readonly struct StoreWork<T>(T* buffer, byte* destination, long step, int count) : IStoredWork
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TTo>()
            where TTo : unmanaged => Store(buffer, (TTo*)destination, step, count);
    }
}
