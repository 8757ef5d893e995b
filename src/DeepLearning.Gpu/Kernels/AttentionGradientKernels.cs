using System.Runtime.CompilerServices;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The gradients of an attention in float32. The weights of a tile are computed again from what the result left of each query (Dao et al.
/// 2022, "FlashAttention", algorithm 4): once for the queries, over tiles of keys, and once for keys and values, over tiles of queries, so
/// that every gradient is the sum of one group in order. Fused multiply-adds limit them.
/// </summary>
internal static class AttentionGradientKernels
{
    /// <summary>dq = scale · Σ weights · (dy vᵀ − mean) k over the keys.</summary>
    public static void Queries<TTile>(
        ArrayView<float> q, ArrayView<float> k, ArrayView<float> v, ArrayView<byte> visible, ArrayView<float> added,
        ArrayView<float> figures, ArrayView<float> means, ArrayView<float> dy, ArrayView<float> dq, AttentionPlaces places)
        where TTile : struct, IAttentionTile
    {
        int threads = TTile.Threads, tile = threads * 4, stride = tile + AttentionTiles.Pad, long8 = (threads * 8) + AttentionTiles.Pad;
        ArrayView<float> left = ILGPU.SharedMemory.Allocate<float>(((TTile.Threads * 4) + AttentionTiles.Pad) * AttentionTiles.Depth);
        ArrayView<float> right = ILGPU.SharedMemory.Allocate<float>(((TTile.Threads * 8) + AttentionTiles.Pad) * AttentionTiles.Depth);
        ArrayView<float> square = ILGPU.SharedMemory.Allocate<float>(((TTile.Threads * 4) + AttentionTiles.Pad) * TTile.Threads * 4);
        int thread = Group.IdxX, tx = thread % threads, ty = thread / threads;
        long tiles = (places.Queries + tile - 1) / tile;
        for (long t = Grid.IdxX; t < places.Heads * tiles; t += Grid.DimX)
        {
            long head = t / tiles;
            int first = (int)(t - (head * tiles)) * tile, query = first + (ty * 4);
            Place place = places.BatchAxes.At(head);
            long startQ = places.Q.Batch.At(place), startK = places.K.Batch.At(place), startV = places.V.Batch.At(place);
            long startMask = places.Mask.Batch.At(place), startDY = places.DY.Batch.At(place), at = (head * places.Queries) + query;
            Float4 shifts = Four(figures, at, query, places.Queries), mean = Four(means, at, query, places.Queries);
            Float4 inverses = Four(figures, at + (places.Heads * places.Queries), query, places.Queries);
            Rows4 low = default, high = default;
            int end = places.IsCausal != 0 && first + tile < places.Keys ? first + tile : places.Keys;
            for (int key = 0; key < end; key += tile)
            {
                Rows4 s = AttentionTiles.Product<TTile>(
                    q, startQ, places.Q, first, places.Queries, places.Scale, k, startK, places.K, key, places.Keys, 1, places.Width, left,
                    right);
                Rows4 g = AttentionTiles.Product<TTile>(
                    dy, startDY, places.DY, first, places.Queries, 1, v, startV, places.V, key, places.Keys, 1, places.ValueWidth, left,
                    right);
                s = AttentionWeights.Scores(s, query, key + (tx * 4), false, places, visible, added, startMask);
                if (places.Drops != 0)
                {
                    g = AttentionTiles.Dropped(
                        g, AttentionWeights.Factors<TTile>(head, query, key + (tx * 4), false, places, square));
                }

                Rows4 ds;
                ds.A = Gradient(Weight(s.A, shifts.X, inverses.X), g.A, mean.X);
                ds.B = Gradient(Weight(s.B, shifts.Y, inverses.Y), g.B, mean.Y);
                ds.C = Gradient(Weight(s.C, shifts.Z, inverses.Z), g.C, mean.Z);
                ds.D = Gradient(Weight(s.D, shifts.W, inverses.W), g.D, mean.W);
                AttentionTiles.StoreColumns<TTile>(ds, square);
                for (int p = 0; p < tile; p += AttentionTiles.Depth)
                {
                    AttentionTiles.Strip<TTile>(k, startK, places.K, key + p, places.Keys, places.Width, right);
                    Group.Barrier();
                    for (int i = 0; i < AttentionTiles.Depth; i++)
                    {
                        Float4 rows = AttentionTiles.At(square, ((p + i) * stride) + (ty * 4));
                        low = AttentionTiles.Add(low, rows, AttentionTiles.At(right, (i * long8) + (tx * 4)));
                        if (places.Width > tile)
                        {
                            high = AttentionTiles.Add(high, rows, AttentionTiles.At(right, (i * long8) + tile + (tx * 4)));
                        }
                    }

                    Group.Barrier();
                }
            }

            Float4 scale = AttentionTiles.Of(places.Scale, places.Scale, places.Scale, places.Scale);
            long start = places.DQ.Batch.At(place);
            AttentionKernels.Store(
                dq, start, places.DQ, query, places.Queries, tx * 4, places.Width, AttentionTiles.Times(low, scale));
            AttentionKernels.Store(
                dq, start, places.DQ, query, places.Queries, tile + (tx * 4), places.Width, AttentionTiles.Times(high, scale));
        }
    }

    /// <summary>dv = Σ weights dy and dk = scale · Σ weights · (dy vᵀ − mean) q over the queries.</summary>
    public static void KeysAndValues<TTile>(
        ArrayView<float> q, ArrayView<float> k, ArrayView<float> v, ArrayView<byte> visible, ArrayView<float> added,
        ArrayView<float> figures, ArrayView<float> means, ArrayView<float> dy, ArrayView<float> dk, ArrayView<float> dv,
        AttentionPlaces places)
        where TTile : struct, IAttentionTile
    {
        int threads = TTile.Threads, tile = threads * 4, stride = tile + AttentionTiles.Pad, long8 = (threads * 8) + AttentionTiles.Pad;
        ArrayView<float> left = ILGPU.SharedMemory.Allocate<float>(((TTile.Threads * 4) + AttentionTiles.Pad) * AttentionTiles.Depth);
        ArrayView<float> right = ILGPU.SharedMemory.Allocate<float>(((TTile.Threads * 8) + AttentionTiles.Pad) * AttentionTiles.Depth);
        ArrayView<float> square = ILGPU.SharedMemory.Allocate<float>(((TTile.Threads * 4) + AttentionTiles.Pad) * TTile.Threads * 4);
        int thread = Group.IdxX, tx = thread % threads, ty = thread / threads;
        long tiles = (places.Keys + tile - 1) / tile;
        for (long t = Grid.IdxX; t < places.Heads * tiles; t += Grid.DimX)
        {
            long head = t / tiles;
            int first = (int)(t - (head * tiles)) * tile, key = first + (ty * 4);
            Place place = places.BatchAxes.At(head);
            long startQ = places.Q.Batch.At(place), startK = places.K.Batch.At(place), startV = places.V.Batch.At(place);
            long startMask = places.Mask.Batch.At(place), startDY = places.DY.Batch.At(place);
            Rows4 keyLow = default, keyHigh = default, valueLow = default, valueHigh = default;

            // Under a causal mask no query before a key sees it; tiles of both begin at the same places.
            for (int query0 = places.IsCausal != 0 ? first : 0; query0 < places.Queries; query0 += tile)
            {
                int query = query0 + (tx * 4);
                long at = (head * places.Queries) + query;
                Float4 shifts = Four(figures, at, query, places.Queries), mean = Four(means, at, query, places.Queries);
                Float4 inverses = Four(figures, at + (places.Heads * places.Queries), query, places.Queries);
                Rows4 s = AttentionTiles.Product<TTile>(
                    k, startK, places.K, first, places.Keys, 1, q, startQ, places.Q, query0, places.Queries, places.Scale, places.Width,
                    left, right);
                Rows4 g = AttentionTiles.Product<TTile>(
                    v, startV, places.V, first, places.Keys, 1, dy, startDY, places.DY, query0, places.Queries, 1, places.ValueWidth, left,
                    right);
                s = AttentionWeights.Scores(s, query, key, true, places, visible, added, startMask);
                s.A = Weights(s.A, shifts, inverses);
                s.B = Weights(s.B, shifts, inverses);
                s.C = Weights(s.C, shifts, inverses);
                s.D = Weights(s.D, shifts, inverses);
                Rows4 kept = s;
                if (places.Drops != 0)
                {
                    Rows4 factors = AttentionWeights.Factors<TTile>(head, query, key, true, places, square);
                    kept = AttentionTiles.Dropped(s, factors);
                    g = AttentionTiles.Dropped(g, factors);
                }

                if (places.WantsValues != 0)
                {
                    AttentionTiles.StoreColumns<TTile>(kept, square);
                    for (int p = 0; p < tile; p += AttentionTiles.Depth)
                    {
                        AttentionTiles.Strip<TTile>(dy, startDY, places.DY, query0 + p, places.Queries, places.ValueWidth, right);
                        Group.Barrier();
                        for (int i = 0; i < AttentionTiles.Depth; i++)
                        {
                            Float4 rows = AttentionTiles.At(square, ((p + i) * stride) + (ty * 4));
                            valueLow = AttentionTiles.Add(valueLow, rows, AttentionTiles.At(right, (i * long8) + (tx * 4)));
                            if (places.ValueWidth > tile)
                            {
                                valueHigh = AttentionTiles.Add(
                                    valueHigh, rows, AttentionTiles.At(right, (i * long8) + tile + (tx * 4)));
                            }
                        }

                        Group.Barrier();
                    }
                }

                if (places.WantsKeys != 0)
                {
                    Rows4 ds;
                    ds.A = Gradients(s.A, g.A, mean);
                    ds.B = Gradients(s.B, g.B, mean);
                    ds.C = Gradients(s.C, g.C, mean);
                    ds.D = Gradients(s.D, g.D, mean);
                    AttentionTiles.StoreColumns<TTile>(ds, square);
                    for (int p = 0; p < tile; p += AttentionTiles.Depth)
                    {
                        AttentionTiles.Strip<TTile>(q, startQ, places.Q, query0 + p, places.Queries, places.Width, right);
                        Group.Barrier();
                        for (int i = 0; i < AttentionTiles.Depth; i++)
                        {
                            Float4 rows = AttentionTiles.At(square, ((p + i) * stride) + (ty * 4));
                            keyLow = AttentionTiles.Add(keyLow, rows, AttentionTiles.At(right, (i * long8) + (tx * 4)));
                            if (places.Width > tile)
                            {
                                keyHigh = AttentionTiles.Add(keyHigh, rows, AttentionTiles.At(right, (i * long8) + tile + (tx * 4)));
                            }
                        }

                        Group.Barrier();
                    }
                }
            }

            if (places.WantsValues != 0)
            {
                long start = places.DV.Batch.At(place);
                AttentionKernels.Store(dv, start, places.DV, key, places.Keys, tx * 4, places.ValueWidth, valueLow);
                AttentionKernels.Store(dv, start, places.DV, key, places.Keys, tile + (tx * 4), places.ValueWidth, valueHigh);
            }

            if (places.WantsKeys != 0)
            {
                long start = places.DK.Batch.At(place);
                Float4 scale = AttentionTiles.Of(places.Scale, places.Scale, places.Scale, places.Scale);
                AttentionKernels.Store(
                    dk, start, places.DK, key, places.Keys, tx * 4, places.Width, AttentionTiles.Times(keyLow, scale));
                AttentionKernels.Store(
                    dk, start, places.DK, key, places.Keys, tile + (tx * 4), places.Width, AttentionTiles.Times(keyHigh, scale));
            }
        }
    }

    /// <summary>The figures of four queries, 0 of those that there are not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Four(ArrayView<float> figures, long at, int query, int queries) => AttentionTiles.Of(
        query < queries ? figures[at] : 0, query + 1 < queries ? figures[at + 1] : 0, query + 2 < queries ? figures[at + 2] : 0,
        query + 3 < queries ? figures[at + 3] : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Weight(Float4 s, float shift, float inverse) => AttentionTiles.Of(
        Weight1(s.X, shift, inverse), Weight1(s.Y, shift, inverse), Weight1(s.Z, shift, inverse), Weight1(s.W, shift, inverse));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Weights(Float4 s, Float4 shifts, Float4 inverses) => AttentionTiles.Of(
        Weight1(s.X, shifts.X, inverses.X), Weight1(s.Y, shifts.Y, inverses.Y), Weight1(s.Z, shifts.Z, inverses.Z),
        Weight1(s.W, shifts.W, inverses.W));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Weight1(float s, float shift, float inverse) =>
        GpuMath.Multiply(AttentionKernels.Exp(GpuMath.Subtract(s, shift)), inverse);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Gradient(Float4 weights, Float4 g, float mean) =>
        Gradients(weights, g, AttentionTiles.Of(mean, mean, mean, mean));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Gradients(Float4 weights, Float4 g, Float4 mean) => AttentionTiles.Of(
        GpuMath.Multiply(weights.X, GpuMath.Subtract(g.X, mean.X)), GpuMath.Multiply(weights.Y, GpuMath.Subtract(g.Y, mean.Y)),
        GpuMath.Multiply(weights.Z, GpuMath.Subtract(g.Z, mean.Z)), GpuMath.Multiply(weights.W, GpuMath.Subtract(g.W, mean.W)));
}
