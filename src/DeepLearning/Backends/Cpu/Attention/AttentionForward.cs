using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The result of an attention, a block of queries at a time: over the blocks of keys it keeps the sums of exponentials and of weighted
/// values, which shrink when a larger score comes (Milakov and Gimelshein 2018, "Online normalizer calculation for softmax"; Dao et al.
/// 2022, "FlashAttention"). No more than a block of the weights exists at once.
/// </summary>
internal unsafe struct AttentionForward<T> : IJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Stride = AttentionProblem<T>.BlockQueries;
    private const int BlockKeys = AttentionProblem<T>.BlockKeys;

    /// <summary>Multiply-adds that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 18;

    private AttentionProblem<T> _problem;
    private long _units;
    private int _chunks;

    public static void Run(in AttentionProblem<T> problem)
    {
        long units = (long)problem.Heads * problem.QueryBlocks;
        long work = (long)problem.Heads * problem.Queries * problem.Keys * (problem.Width + problem.ValueWidth);
        int chunks = (int)Math.Min(units, Workers.Chunks(work, ChunkWork));
        Workers.Run(chunks, new AttentionForward<T> { _problem = problem, _units = units, _chunks = chunks });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        Work work = new(_problem, _units * chunk / _chunks, _units * (chunk + 1) / _chunks);
        WidestSimd.Run<Work, T>(ref work);
    }

    private readonly struct Work(in AttentionProblem<T> problem, long first, long end) : ISimdWork<T>
    {
        private readonly AttentionProblem<T> _problem = problem;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => Units<V, TSimd>(_problem, first, end);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Units<V, TSimd>(in AttentionProblem<T> problem, long first, long end)
        where V : struct
        where TSimd : struct, ISimd<T, V>
    {
        int valueRows = AttentionProblem<T>.Padded(problem.ValueWidth, AttentionTile<T, V, TSimd>.RowUnit);
        T* queries = GemmScratch.Get<T>((long)Stride * (problem.Width + valueRows + (2 * BlockKeys) + 3));
        T* results = queries + (Stride * problem.Width), scores = results + (Stride * valueRows), room = scores + (Stride * BlockKeys);
        T* shifts = room + (Stride * BlockKeys);
        for (long unit = first; unit < end; unit++)
        {
            int head = (int)(unit / problem.QueryBlocks), query = (int)(unit % problem.QueryBlocks) * Stride;
            Block<V, TSimd>(problem, head, query, queries, results, scores, room, shifts);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Block<V, TSimd>(
        in AttentionProblem<T> problem, int head, int query, T* queries, T* results, T* scores, T* room, T* shifts)
        where V : struct
        where TSimd : struct, ISimd<T, V>
    {
        T* sums = shifts + Stride, factors = sums + Stride;
        int count = Math.Min(Stride, problem.Queries - query), lanes = AttentionProblem<T>.Lanes(count);
        AttentionPacking<T>.Transpose(
            problem.Q.Row(head, query), problem.Q.RowStride, count, problem.Width, queries, problem.Options.Scale);
        new Span<T>(shifts, Stride).Fill(T.NegativeInfinity);
        new Span<T>(sums, Stride).Clear();
        bool isFirst = true;
        int end = problem.EndOfKeys(query, count);
        for (int key = 0; key < end; key += BlockKeys)
        {
            int keys = Math.Min(BlockKeys, end - key), from = problem.FirstLane(query, key);
            if (!AttentionMasking<T>.HasVisible(problem, head, query, count, key, keys))
            {
                continue;
            }

            AttentionTile<T, V, TSimd>.Multiply(
                keys, lanes - from, problem.Width, problem.K.Row(head, key), problem.K.RowStride, problem.K.ColumnStride,
                queries + from, Stride, scores + from, Stride, false);
            AttentionMasking<T>.Apply(problem, head, query, count, key, keys, scores, room);
            if (AttentionLanes<T>.Exponentials(scores, keys, from, lanes, shifts, sums, factors) && !isFirst)
            {
                AttentionLanes<T>.Scale(results, problem.ValueWidth, from, lanes, factors);
            }

            if (problem.Options.Dropout > 0)
            {
                AttentionMasking<T>.Dropped(problem, head, query, count, key, keys, room);
                AttentionLanes<T>.Drop(scores, room, keys, from, lanes);
            }

            AttentionTile<T, V, TSimd>.Multiply(
                problem.ValueWidth, lanes - from, keys, problem.V.Row(head, key), problem.V.ColumnStride, problem.V.RowStride,
                scores + from, Stride, results + from, Stride, !isFirst);
            isFirst = false;
        }

        if (isFirst)
        {
            new Span<T>(results, Stride * problem.ValueWidth).Clear();
        }

        Finish(problem, head, query, count, results, shifts, sums);
    }

    private static void Finish(in AttentionProblem<T> problem, int head, int query, int count, T* results, T* shifts, T* sums)
    {
        long place = ((long)head * problem.Queries) + query;
        for (int lane = 0; lane < count; lane++)
        {
            sums[lane] = sums[lane] == T.Zero ? T.Zero : T.One / sums[lane];
            problem.Inverses[place + lane] = sums[lane];
            problem.Shifts[place + lane] = T.IsNegativeInfinity(shifts[lane]) ? T.Zero : shifts[lane];
        }

        AttentionLanes<T>.Scale(results, problem.ValueWidth, 0, AttentionProblem<T>.Lanes(count), sums);
        TransposeBlock.Run(results, Stride, problem.ValueWidth, count, problem.Y.Row(head, query), problem.Y.RowStride);
    }
}
