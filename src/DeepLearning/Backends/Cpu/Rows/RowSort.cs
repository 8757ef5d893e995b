using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Stable order of one row's elements. Keys of up to 32 bits are sorted together with their positions as one integer when the row is short;
/// longer rows and keys go through a radix sort, a byte at a time, which leaves out the bytes that are the same in all keys.
/// </summary>
internal static unsafe class RowSort
{
    private const int RadixFrom = 2048;
    private const int InsertionTo = 24;

    private struct Entry
    {
        public ulong Key;
        public long Position;
    }

    /// <summary>positions[0 … wanted) = where the first elements of the sorted row stand; the row has at most 2³¹ − 1 elements.</summary>
    public static void Order<T>(T* x, int count, bool descending, long* positions, int wanted)
        where T : unmanaged, INumber<T>
    {
        if (sizeof(T) <= sizeof(int) && (count < RadixFrom || wanted < count))
        {
            using Scratch<ulong> entries = new(Math.Max(count, 1));
            Span<ulong> span = Composite(x, count, descending, entries.Pointer);
            if (wanted < count)
            {
                Partition(span, wanted);
                span = span[..wanted];
            }

            span.Sort();
            for (int i = 0; i < wanted; i++)
            {
                positions[i] = (uint)span[i];
            }

            return;
        }

        using Scratch<Entry> memory = new(2L * Math.Max(count, 1));
        Entry* sorted = memory.Pointer;
        for (int i = 0; i < count; i++)
        {
            sorted[i] = new Entry { Key = SortKeys.Of(x[i], descending), Position = i };
        }

        sorted = count <= InsertionTo ? Insertion(sorted, count) : Radix(sorted, sorted + count, count, sizeof(T));
        for (int i = 0; i < wanted; i++)
        {
            positions[i] = sorted[i].Position;
        }
    }

    /// <summary>Where the element at position k of the sorted row stands.</summary>
    public static long Select<T>(T* x, int count, int k)
        where T : unmanaged, INumber<T>
    {
        if (sizeof(T) <= sizeof(int))
        {
            using Scratch<ulong> entries = new(count);
            Span<ulong> span = Composite(x, count, false, entries.Pointer);
            Partition(span, k + 1);
            ulong greatest = 0;
            foreach (ulong entry in span[..(k + 1)])
            {
                greatest = Math.Max(greatest, entry);
            }

            return (uint)greatest;
        }

        using Scratch<long> positions = new(k + 1);
        Order(x, count, false, positions.Pointer, k + 1);
        return positions.Pointer[k];
    }

    private static Span<ulong> Composite<T>(T* x, int count, bool descending, ulong* entries)
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < count; i++)
        {
            entries[i] = (SortKeys.Of(x[i], descending) << 32) | (uint)i;
        }

        return new Span<ulong>(entries, count);
    }

    /// <summary>Brings the least elements to the front (quickselect; the median of three parts the rest).</summary>
    private static void Partition(Span<ulong> x, int wanted)
    {
        int low = 0, high = x.Length - 1;
        while (low < high)
        {
            ulong a = x[low], b = x[low + ((high - low) / 2)], c = x[high];
            ulong pivot = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
            int i = low, j = high;
            while (i <= j)
            {
                while (x[i] < pivot)
                {
                    i++;
                }

                while (x[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (x[i], x[j]) = (x[j], x[i]);
                    i++;
                    j--;
                }
            }

            if (wanted - 1 <= j)
            {
                high = j;
            }
            else if (wanted - 1 >= i)
            {
                low = i;
            }
            else
            {
                return;
            }
        }
    }

    private static Entry* Insertion(Entry* entries, int count)
    {
        for (int i = 1; i < count; i++)
        {
            Entry entry = entries[i];
            int j = i;
            for (; j > 0 && entries[j - 1].Key > entry.Key; j--)
            {
                entries[j] = entries[j - 1];
            }

            entries[j] = entry;
        }

        return entries;
    }

    [SkipLocalsInit]
    private static Entry* Radix(Entry* from, Entry* to, int count, int bytes)
    {
        int* counts = stackalloc int[bytes * 256];
        new Span<int>(counts, bytes * 256).Clear();
        for (int i = 0; i < count; i++)
        {
            ulong key = from[i].Key;
            for (int digit = 0; digit < bytes; digit++, key >>= 8)
            {
                counts[(digit * 256) + (byte)key]++;
            }
        }

        for (int digit = 0; digit < bytes; digit++)
        {
            int* places = counts + (digit * 256);
            if (places[(byte)(from[0].Key >> (8 * digit))] == count)
            {
                continue;
            }

            int place = 0;
            for (int i = 0; i < 256; i++)
            {
                (places[i], place) = (place, place + places[i]);
            }

            for (int i = 0; i < count; i++)
            {
                to[places[(byte)(from[i].Key >> (8 * digit))]++] = from[i];
            }

            Entry* swap = from;
            from = to;
            to = swap;
        }

        return from;
    }
}
