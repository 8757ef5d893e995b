using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DeepLearning.Numerics;

namespace DeepLearning;

/// <content>Distributions. Each fill takes the blocks of <c>Blocks32</c> or <c>Blocks64</c> of its count, as its summary says.</content>
internal static partial class Philox
{
    private const int ChunkGroups = 16;
    private const double TwoToMinus24 = 1.0 / (1 << 24);
    private const double TwoToMinus32 = 1.0 / (1L << 32);
    private const double TwoToMinus53 = 1.0 / (1L << 53);

    /// <summary>Uniform in [0, 1), multiples of 2⁻²⁴ (32-bit elements).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Uniform(Span<float> destination, GeneratorState range, long first)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        Fill(bits, range, first);
        int i = 0;
        for (; i <= bits.Length - Vector512<uint>.Count; i += Vector512<uint>.Count)
        {
            Vector512<int> high = (Vector512.LoadUnsafe(ref bits[i]) >>> 8).AsInt32();
            (Vector512.ConvertToSingle(high) * (float)TwoToMinus24).StoreUnsafe(ref destination[i]);
        }

        for (; i < bits.Length; i++)
        {
            destination[i] = (bits[i] >> 8) * (float)TwoToMinus24;
        }
    }

    /// <summary>Uniform in [0, 1), multiples of 2⁻⁵³ (64-bit elements).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Uniform(Span<double> destination, GeneratorState range, long first)
    {
        Span<ulong> bits = MemoryMarshal.Cast<double, ulong>(destination);
        Fill(bits, range, first);
        int i = 0;
        for (; i <= bits.Length - Vector512<ulong>.Count; i += Vector512<ulong>.Count)
        {
            Vector512<long> high = (Vector512.LoadUnsafe(ref bits[i]) >>> 11).AsInt64();
            (Vector512.ConvertToDouble(high) * TwoToMinus53).StoreUnsafe(ref destination[i]);
        }

        for (; i < bits.Length; i++)
        {
            destination[i] = (bits[i] >> 11) * TwoToMinus53;
        }
    }

    /// <summary>
    /// Standard normals (32-bit elements) by Box and Muller: the first half of a group gives the radii √(−2 ln u), u a 32-bit fraction
    /// in (0, 1], the second half the angles 2πv; element i is r·cos and its partner in the second half r·sin.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Normal(Span<float> destination, GeneratorState range, long first)
    {
        Span<uint> bits = stackalloc uint[ChunkGroups * Group32];
        Span<float> normals = stackalloc float[ChunkGroups * Group32];
        for (int done = 0; done < destination.Length; done += bits.Length)
        {
            int count = Math.Min(bits.Length, destination.Length - done);
            int whole = (count + Group32 - 1) / Group32 * Group32;
            Fill(bits[..whole], range, first + done);
            for (int i = 0; i < whole; i += Vector512<uint>.Count)
            {
                Vector512<uint> word = Vector512.LoadUnsafe(ref bits[i]);
                bool radius = i % Group32 == 0;
                Vector512<float> uniform = radius
                    ? (Vector512.ConvertToSingle((word >>> 1).AsInt32()) + Vector512.Create(0.5f)) * (float)(2.0 * TwoToMinus32)
                    : Vector512.ConvertToSingle((word >>> 8).AsInt32()) * (float)TwoToMinus24;
                uniform.StoreUnsafe(ref normals[i]);
            }

            BoxMuller(normals[..whole], Group32 / 2);
            normals[..count].CopyTo(destination[done..]);
        }
    }

    /// <summary>Standard normals (64-bit elements); as for float, with 53-bit fractions.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Normal(Span<double> destination, GeneratorState range, long first)
    {
        Span<ulong> bits = stackalloc ulong[ChunkGroups * Group64];
        Span<double> normals = stackalloc double[ChunkGroups * Group64];
        for (int done = 0; done < destination.Length; done += bits.Length)
        {
            int count = Math.Min(bits.Length, destination.Length - done);
            int whole = (count + Group64 - 1) / Group64 * Group64;
            Fill(bits[..whole], range, first + done);
            for (int i = 0; i < whole; i += Vector512<ulong>.Count)
            {
                Vector512<long> word = (Vector512.LoadUnsafe(ref bits[i]) >>> 11).AsInt64();
                double offset = i % Group64 == 0 ? 0.5 : 0.0;
                ((Vector512.ConvertToDouble(word) + Vector512.Create(offset)) * TwoToMinus53).StoreUnsafe(ref normals[i]);
            }

            BoxMuller(normals[..whole], Group64 / 2);
            normals[..count].CopyTo(destination[done..]);
        }
    }

    /// <summary>
    /// Integers in [<paramref name="low"/>, <paramref name="high"/>) (64-bit elements): the high half of the product of a 64-bit number
    /// and the size of the interval. No value is more than size / 2⁶⁴ too likely, which is below 2⁻³² for intervals of 32 bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Integers(Span<long> destination, long low, long high, GeneratorState range, long first)
    {
        Span<ulong> bits = MemoryMarshal.Cast<long, ulong>(destination);
        Fill(bits, range, first);
        ulong size = (ulong)high - (ulong)low;
        for (int i = 0; i < bits.Length; i++)
        {
            destination[i] = low + (long)Math.BigMul(bits[i], size, out _);
        }
    }

    /// <summary>1 with the given probability, rounded to a multiple of 2⁻³², else 0 (32-bit elements).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Bernoulli(Span<byte> destination, double probability, GeneratorState range, long first)
    {
        ulong threshold = (ulong)Math.Round(probability * (1L << 32));
        Span<uint> bits = stackalloc uint[ChunkGroups * Group32];
        for (int done = 0; done < destination.Length; done += bits.Length)
        {
            Span<byte> part = destination.Slice(done, Math.Min(bits.Length, destination.Length - done));
            Fill(bits[..part.Length], range, first + done);
            for (int i = 0; i < part.Length; i++)
            {
                part[i] = bits[i] < threshold ? (byte)1 : (byte)0;
            }
        }
    }

    private static void BoxMuller<T>(Span<T> values, int half)
        where T : unmanaged, INumber<T>
    {
        BoxMullerWork<T> work = new(values, half);
        Widest.Run<BoxMullerWork<T>, T>(ref work);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BoxMuller<V, T>(Span<T> values, int half)
        where V : struct, ILanes<V, T>, IReal<V>
        where T : unmanaged
    {
        for (int group = 0; group < values.Length; group += 2 * half)
        {
            for (int i = group; i < group + half; i += V.Width)
            {
                V radius = V.Sqrt(V.Log(V.Load(ref values[0], (nuint)i)) * -2.0);
                V angle = V.Load(ref values[0], (nuint)(i + half)) * (2.0 * Math.PI);
                (radius * V.Cos(angle)).Store(ref values[0], (nuint)i);
                (radius * V.Sin(angle)).Store(ref values[0], (nuint)(i + half));
            }
        }
    }

    private readonly ref struct BoxMullerWork<T>(Span<T> values, int half) : IVectorWork<T>
        where T : unmanaged
    {
        private readonly Span<T> _values = values;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T> => BoxMuller<V, T>(_values, half);
    }
}
