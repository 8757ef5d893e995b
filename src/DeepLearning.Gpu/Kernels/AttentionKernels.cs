using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Attention in float32, a tile of queries a group, over tiles of keys: of the weights a tile exists at once (Milakov and Gimelshein 2018,
/// "Online normalizer calculation for softmax"; Dao et al. 2022, "FlashAttention"). Fused multiply-adds limit it: a group does its products
/// from registers, and reads q, k and v from the cache.
/// </summary>
internal static class AttentionKernels
{
    /// <summary>
    /// y, and of each query what its exponents are shifted by, and the reciprocal of their sum, in figures [2, heads, queries]. A query
    /// without a visible key gets 0.
    /// </summary>
    public static void Forward<TTile>(
        ArrayView<float> q, ArrayView<float> k, ArrayView<float> v, ArrayView<byte> visible, ArrayView<float> added, ArrayView<float> y,
        ArrayView<float> figures, AttentionPlaces places)
        where TTile : struct, IAttentionTile
    {
        int threads = TTile.Threads, tile = threads * 4, stride = tile + AttentionTiles.Pad, long8 = (threads * 8) + AttentionTiles.Pad;
        ArrayView<float> left = ILGPU.SharedMemory.Allocate<float>(((TTile.Threads * 4) + AttentionTiles.Pad) * AttentionTiles.Depth);
        ArrayView<float> right = ILGPU.SharedMemory.Allocate<float>(((TTile.Threads * 8) + AttentionTiles.Pad) * AttentionTiles.Depth);
        ArrayView<float> square = ILGPU.SharedMemory.Allocate<float>(((TTile.Threads * 4) + AttentionTiles.Pad) * TTile.Threads * 4);
        ArrayView<float> shares = ILGPU.SharedMemory.Allocate<float>(TTile.Threads * TTile.Threads * 4);
        int thread = Group.IdxX, tx = thread % threads, ty = thread / threads;
        long tiles = (places.Queries + tile - 1) / tile;
        for (long t = Grid.IdxX; t < places.Heads * tiles; t += Grid.DimX)
        {
            long head = t / tiles;
            int first = (int)(t - (head * tiles)) * tile, query = first + (ty * 4);
            Place place = places.BatchAxes.At(head);
            long startQ = places.Q.Batch.At(place), startK = places.K.Batch.At(place), startV = places.V.Batch.At(place);
            long startMask = places.Mask.Batch.At(place);
            Rows4 low = default, high = default;
            Float4 peaks = AttentionTiles.Of(
                float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity), sums = default;
            int end = places.IsCausal != 0 && first + tile < places.Keys ? first + tile : places.Keys;
            for (int key = 0; key < end; key += tile)
            {
                Rows4 s = AttentionTiles.Product<TTile>(
                    q, startQ, places.Q, first, places.Queries, places.Scale, k, startK, places.K, key, places.Keys, 1, places.Width, left,
                    right);
                s = AttentionWeights.Scores(s, query, key + (tx * 4), false, places, visible, added, startMask);
                Float4 most = peaks;
                most = AttentionTiles.Of(Most(most.X, s.A), Most(most.Y, s.B), Most(most.Z, s.C), Most(most.W, s.D));
                most = Together<TTile, Greatest>(most, shares, tx, ty);
                Float4 shift = AttentionTiles.Of(Shift(most.X), Shift(most.Y), Shift(most.Z), Shift(most.W));
                Float4 factors = AttentionTiles.Of(
                    Factor(peaks.X, most.X, shift.X), Factor(peaks.Y, most.Y, shift.Y), Factor(peaks.Z, most.Z, shift.Z),
                    Factor(peaks.W, most.W, shift.W));
                peaks = most;
                s = Exponentials(s, shift);
                sums = AttentionTiles.Of(
                    Sum(sums.X, factors.X, s.A), Sum(sums.Y, factors.Y, s.B), Sum(sums.Z, factors.Z, s.C), Sum(sums.W, factors.W, s.D));
                low = AttentionTiles.Times(low, factors);
                high = AttentionTiles.Times(high, factors);
                if (places.Drops != 0)
                {
                    s = AttentionTiles.Dropped(
                        s, AttentionWeights.Factors<TTile>(head, query, key + (tx * 4), false, places, square));
                }

                AttentionTiles.StoreColumns<TTile>(s, square);
                for (int p = 0; p < tile; p += AttentionTiles.Depth)
                {
                    AttentionTiles.Strip<TTile>(v, startV, places.V, key + p, places.Keys, places.ValueWidth, right);
                    Group.Barrier();
                    for (int i = 0; i < AttentionTiles.Depth; i++)
                    {
                        Float4 weights = AttentionTiles.At(square, ((p + i) * stride) + (ty * 4));
                        low = AttentionTiles.Add(low, weights, AttentionTiles.At(right, (i * long8) + (tx * 4)));
                        if (places.ValueWidth > tile)
                        {
                            high = AttentionTiles.Add(high, weights, AttentionTiles.At(right, (i * long8) + tile + (tx * 4)));
                        }
                    }

                    Group.Barrier();
                }
            }

            Float4 total = Together<TTile, SumOfBoth>(sums, shares, tx, ty);
            Float4 inverse = AttentionTiles.Of(Inverse(total.X), Inverse(total.Y), Inverse(total.Z), Inverse(total.W));
            low = AttentionTiles.Times(low, inverse);
            high = AttentionTiles.Times(high, inverse);
            long startY = places.Y.Batch.At(place);
            Store(y, startY, places.Y, query, places.Queries, tx * 4, places.ValueWidth, low);
            Store(y, startY, places.Y, query, places.Queries, tile + (tx * 4), places.ValueWidth, high);
            if (tx == 0)
            {
                long at = (head * places.Queries) + query, behind = at + (places.Heads * places.Queries);
                Figures(figures, at, behind, query, places.Queries, Shift(peaks.X), inverse.X);
                Figures(figures, at + 1, behind + 1, query + 1, places.Queries, Shift(peaks.Y), inverse.Y);
                Figures(figures, at + 2, behind + 2, query + 2, places.Queries, Shift(peaks.Z), inverse.Z);
                Figures(figures, at + 3, behind + 3, query + 3, places.Queries, Shift(peaks.W), inverse.W);
            }
        }
    }

    /// <summary>means [heads, queries]: Σ weights · gradients over all keys, which is the product of y and its gradient.</summary>
    public static void Means(ArrayView<float> y, ArrayView<float> dy, ArrayView<float> means, AttentionPlaces places)
    {
        for (long i = GridStride.First; i < places.Heads * places.Queries; i += GridStride.Step)
        {
            long head = i / places.Queries, query = i - (head * places.Queries);
            Place place = places.BatchAxes.At(head);
            long a = places.Y.Batch.At(place) + (query * places.Y.Row), b = places.DY.Batch.At(place) + (query * places.DY.Row);
            float sum = 0;
            for (int column = 0; column < places.ValueWidth; column++)
            {
                sum = GpuMath.MultiplyAdd(y[a + (column * places.Y.Column)], dy[b + (column * places.DY.Column)], sum);
            }

            means[i] = sum;
        }
    }

    /// <summary>Writes four rows of four floats, those that there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(
        ArrayView<float> y, long start, HeadPlaces places, int row, int rows, int column, int columns, Rows4 v)
    {
        Store(y, start, places, row, rows, column, columns, v.A);
        Store(y, start, places, row + 1, rows, column, columns, v.B);
        Store(y, start, places, row + 2, rows, column, columns, v.C);
        Store(y, start, places, row + 3, rows, column, columns, v.D);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ArrayView<float> y, long start, HeadPlaces places, int row, int rows, int column, int columns, Float4 v)
    {
        if (row >= rows)
        {
            return;
        }

        long at = start + (row * places.Row) + (column * places.Column);
        if (column < columns)
        {
            y[at] = v.X;
        }

        if (column + 1 < columns)
        {
            y[at + places.Column] = v.Y;
        }

        if (column + 2 < columns)
        {
            y[at + (2 * places.Column)] = v.Z;
        }

        if (column + 3 < columns)
        {
            y[at + (3 * places.Column)] = v.W;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Figures(ArrayView<float> figures, long at, long behind, int query, int queries, float shift, float inverse)
    {
        if (query < queries)
        {
            figures[at] = shift;
            figures[behind] = inverse;
        }
    }

    /// <summary>
    /// The numbers of the threads of a row of threads combined, in order, in all of them. Between two calls there are barriers of others.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Together<TTile, TCombine>(Float4 own, ArrayView<float> shares, int tx, int ty)
        where TTile : struct, IAttentionTile
        where TCombine : struct, ICombine
    {
        int threads = TTile.Threads, row = ty * 4 * threads;
        shares[row + tx] = own.X;
        shares[row + threads + tx] = own.Y;
        shares[row + (2 * threads) + tx] = own.Z;
        shares[row + (3 * threads) + tx] = own.W;
        Group.Barrier();
        Float4 all = AttentionTiles.Of(shares[row], shares[row + threads], shares[row + (2 * threads)], shares[row + (3 * threads)]);
        for (int i = 1; i < threads; i++)
        {
            all = AttentionTiles.Of(
                Both<TCombine>(all.X, shares[row + i]), Both<TCombine>(all.Y, shares[row + threads + i]),
                Both<TCombine>(all.Z, shares[row + (2 * threads) + i]), Both<TCombine>(all.W, shares[row + (3 * threads) + i]));
        }

        return all;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Both<TCombine>(float a, float b)
        where TCombine : struct, ICombine => TCombine.Of(new GpuFloat(a), new GpuFloat(b)).Value;

    /// <summary>The greatest of a number and four; NaN is not greater than anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Most(float most, Float4 v) => Greater(Greater(Greater(Greater(most, v.X), v.Y), v.Z), v.W);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Greater(float a, float b) => GpuMath.Less(a, b) != 0 ? b : a;

    /// <summary>Without a visible key yet there is nothing to shift, and −∞ − −∞ is not a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Shift(float peak) => GpuMath.Equal(peak, float.NegativeInfinity) != 0 ? 0 : peak;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Factor(float before, float peak, float shift) =>
        GpuMath.Equal(before, peak) != 0 ? 1 : Exp(GpuMath.Subtract(before, shift));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Inverse(float sum) => GpuMath.Equal(sum, 0) != 0 ? 0 : GpuMath.Divide(1, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(float sum, float factor, Float4 v) => GpuMath.MultiplyAdd(
        sum, factor, GpuMath.Add(GpuMath.Add(GpuMath.Add(v.X, v.Y), v.Z), v.W));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Rows4 Exponentials(Rows4 v, Float4 shift)
    {
        v.A = Exponentials(v.A, shift.X);
        v.B = Exponentials(v.B, shift.Y);
        v.C = Exponentials(v.C, shift.Z);
        v.D = Exponentials(v.D, shift.W);
        return v;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Exponentials(Float4 v, float shift) => AttentionTiles.Of(
        Exp(GpuMath.Subtract(v.X, shift)), Exp(GpuMath.Subtract(v.Y, shift)), Exp(GpuMath.Subtract(v.Z, shift)),
        Exp(GpuMath.Subtract(v.W, shift)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exp(float x) => GpuFloat.Exp(new GpuFloat(x)).Value;

    /// <summary>The greater of two numbers.</summary>
    internal readonly struct Greatest : ICombine
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static R Of<R>(R a, R b)
            where R : struct, IReal<R> => R.Select(R.Less(a, b), b, a);
    }
}
