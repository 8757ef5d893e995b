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

        for (int i = count - 1; i > 0; i--)
        {
            // The high half of a 64 × 32 bit product; the bias is below 2⁻³².
            int other = (int)Math.BigMul(generator.NextUInt64(), (ulong)(i + 1), out _);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
