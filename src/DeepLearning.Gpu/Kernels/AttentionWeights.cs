using System.Runtime.CompilerServices;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>What is hidden, added or dropped in a tile of the products of queries and keys.</summary>
internal static class AttentionWeights
{
    /// <summary>The product as a score: with the mask, and −∞ where the key is hidden from the query, or there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Score(
        float product, int query, int key, AttentionPlaces places, ArrayView<byte> visible, ArrayView<float> added, long startMask)
    {
        if (query >= places.Queries || key >= places.Keys || (places.IsCausal != 0 && key > query))
        {
            return float.NegativeInfinity;
        }

        long at = startMask + (query * places.Mask.Row) + (key * places.Mask.Column);
        if (places.MaskKind == 1)
        {
            return visible[at] != 0 ? product : float.NegativeInfinity;
        }

        return places.MaskKind == 2 ? GpuMath.Add(product, added[at]) : product;
    }

    /// <summary>Scores of a query (or a key, where swapped) with four keys (queries).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Scores(
        Float4 v, int query, int key, int queryStep, AttentionPlaces places, ArrayView<byte> visible, ArrayView<float> added,
        long startMask)
    {
        int keyStep = 1 - queryStep;
        return AttentionTiles.Of(
            Score(v.X, query, key, places, visible, added, startMask),
            Score(v.Y, query + queryStep, key + keyStep, places, visible, added, startMask),
            Score(v.Z, query + (2 * queryStep), key + (2 * keyStep), places, visible, added, startMask),
            Score(v.W, query + (3 * queryStep), key + (3 * keyStep), places, visible, added, startMask));
    }

    /// <summary>Scores of a tile whose rows are queries (columns: keys), or the other way round where they are keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4 Scores(
        Rows4 v, int query, int key, bool rowsAreKeys, AttentionPlaces places, ArrayView<byte> visible, ArrayView<float> added,
        long startMask)
    {
        int step = rowsAreKeys ? 0 : 1, down = rowsAreKeys ? 1 : 0;
        v.A = Scores(v.A, query, key, down, places, visible, added, startMask);
        v.B = Scores(v.B, query + step, key + down, down, places, visible, added, startMask);
        v.C = Scores(v.C, query + (2 * step), key + (2 * down), down, places, visible, added, startMask);
        v.D = Scores(v.D, query + (3 * step), key + (3 * down), down, places, visible, added, startMask);
        return v;
    }

    /// <summary>
    /// This thread's factors of dropout, by way of its own places of a square in shared memory: a loop over one generator is shorter than
    /// sixteen.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4 Factors<TTile>(long head, int query, int key, bool rowsAreKeys, AttentionPlaces places, ArrayView<float> square)
        where TTile : struct, IAttentionTile
    {
        int stride = (TTile.Threads * 4) + AttentionTiles.Pad, thread = Group.IdxX;
        int at = (thread % TTile.Threads * 4 * stride) + (thread / TTile.Threads * 4);
        for (int e = 0; e < 16; e++)
        {
            int column = e / 4, row = e % 4;
            int its = query + (rowsAreKeys ? column : row), other = key + (rowsAreKeys ? row : column);
            long place = (((head * places.Queries) + its) * places.Keys) + other;
            square[at + (column * stride) + row] = Bits(places, place) < places.Threshold ? places.KeptScale : 0;
        }

        return AttentionTiles.LoadColumns<TTile>(square);
    }

    /// <summary>The 32 random bits of a place, as a fill of the processor has them (<see cref="Philox"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits(AttentionPlaces places, long place)
    {
        // A group is eight blocks: their words 0 and 1, one block after the other, and then their words 2 and 3.
        long group = place / Philox.Group32;
        int within = (int)(place - (group * Philox.Group32)), half = Philox.Group32 / 2;
        int pair = within % half;
        (uint x0, uint x1, uint x2, uint x3) = Philox.Block(
            places.Seed, places.Stream, places.Position + (ulong)(group * (Philox.Group32 / 4)) + (ulong)(pair / 2));
        uint even = within < half ? x0 : x2, odd = within < half ? x1 : x3;
        return pair % 2 == 0 ? even : odd;
    }
}
