namespace DeepLearning.Data;

/// <summary>Random orders of positions.</summary>
internal static class RandomOrder
{
    /// <summary>0 … count − 1 in order.</summary>
    public static int[] Identity(int count)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
        {
            order[i] = i;
        }

        return order;
    }

    /// <summary>0 … count − 1 in an order drawn uniformly from all.</summary>
    public static int[] Permutation(int count, Generator generator)
    {
        int[] order = Identity(count);
        Shuffle<int>(order, generator);
        return order;
    }

    /// <summary>Reorders a list, each order as likely as another (Fisher and Yates).</summary>
    public static void Shuffle<T>(Span<T> list, Generator generator)
    {
        for (int i = list.Length - 1; i > 0; i--)
        {
            int other = Below(i + 1, generator.NextUInt64());
            (list[i], list[other]) = (list[other], list[i]);
        }
    }

    /// <summary>Random bits to a number from 0 to limit − 1; the bias is below 2⁻³².</summary>
    public static int Below(int limit, ulong bits) => (int)Math.BigMul(bits, (ulong)limit, out _);

    /// <summary>Many random numbers at once.</summary>
    public static ulong[] Bits(int count, Generator generator)
    {
        ulong[] bits = new ulong[count];
        Philox.Fill(bits, generator.Reserve(Philox.Blocks64(count)), 0);
        return bits;
    }
}
