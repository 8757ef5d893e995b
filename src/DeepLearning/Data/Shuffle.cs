namespace DeepLearning.Data;

/// <summary>Random orders of positions.</summary>
internal static class Shuffle
{
    /// <summary>0 … count − 1 in an order drawn uniformly from all (Fisher and Yates).</summary>
    public static int[] Permutation(int count, Generator generator)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
        {
            order[i] = i;
        }

        InPlace<int>(order, generator);
        return order;
    }

    /// <summary>Reorders a list, each order as likely as another.</summary>
    public static void InPlace<T>(Span<T> list, Generator generator)
    {
        for (int i = list.Length - 1; i > 0; i--)
        {
            int other = Below(i + 1, generator);
            (list[i], list[other]) = (list[other], list[i]);
        }
    }

    /// <summary>A number from 0 to limit − 1.</summary>
    public static int Below(int limit, Generator generator)
    {
        // The high half of a 64 × 32 bit product; the bias is below 2⁻³².
        return (int)Math.BigMul(generator.NextUInt64(), (ulong)limit, out _);
    }
}
