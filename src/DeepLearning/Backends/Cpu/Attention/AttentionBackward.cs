using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The gradients of an attention: the weights of a block are computed again from what the result left of each query, and with them the
/// block's share of all three gradients (Dao et al. 2022, "FlashAttention", algorithm 4). A unit is a head, or a range of a head's keys
/// where the heads are few; the gradients of the queries from different ranges are summed afterwards, in order.
/// </summary>
internal unsafe struct AttentionBackward<T> : IJob
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Stride = AttentionProblem<T>.BlockQueries;
    private const int BlockKeys = AttentionProblem<T>.BlockKeys;

    /// <summary>Multiply-adds that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 18;

    /// <summary>Below this number of heads their keys are shared out, into at most so many ranges.</summary>
    private const int FewHeads = 16;
    private const int MaximumRanges = 8;

    private AttentionProblem<T> _problem;
    private HeadMatrices<T> _dy;
    private HeadMatrices<T> _dq;
    private HeadMatrices<T> _dk;
    private HeadMatrices<T> _dv;
    private T* _parts;
    private int _ranges;
    private int _chunks;

    /// <summary>The ranges that the keys of each head are cut into: a function of the sizes alone.</summary>
    public static int Ranges(int heads, int keys) =>
        heads >= FewHeads ? 1 : Math.Clamp(Math.Min(MaximumRanges, FewHeads / Math.Max(heads, 1)), 1, Math.Max(1, keys / (4 * BlockKeys)));

    /// <param name="problem">What was computed.</param>
    /// <param name="dy">The gradient of the result.</param>
    /// <param name="dq">Receives the gradient of the queries, where it exists; nothing for several ranges.</param>
    /// <param name="dk">Receives the gradient of the keys, where it exists.</param>
    /// <param name="dv">Receives the gradient of the values, where it exists.</param>
    /// <param name="parts">For several ranges receives the parts of the gradient of the queries, [range, head, query, column].</param>
    public static void Run(
        in AttentionProblem<T> problem, HeadMatrices<T> dy, HeadMatrices<T> dq, HeadMatrices<T> dk, HeadMatrices<T> dv, T* parts)
    {
        int ranges = Ranges(problem.Heads, problem.Keys);
        long work = 2L * problem.Heads * problem.Queries * problem.Keys * (problem.Width + problem.ValueWidth);
        int units = problem.Heads * ranges, chunks = Math.Min(units, Workers.Chunks(work, ChunkWork));
        Workers.Run(chunks, new AttentionBackward<T>
        {
            _problem = problem,
            _dy = dy,
            _dq = dq,
            _dk = dk,
            _dv = dv,
            _parts = parts,
            _ranges = ranges,
            _chunks = chunks,
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        int units = _problem.Heads * _ranges;
        Work work = new(this, (int)((long)units * chunk / _chunks), (int)((long)units * (chunk + 1) / _chunks));
        WidestSimd.Run<Work, T>(ref work);
    }

    private readonly struct Work(in AttentionBackward<T> job, int first, int end) : ISimdWork<T>
    {
        private readonly AttentionBackward<T> _job = job;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => _job.Units<V, TSimd>(first, end);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Units<V, TSimd>(int first, int end)
        where V : struct
        where TSimd : struct, ISimd<T, V>
    {
        int unit = AttentionTile<T, V, TSimd>.RowUnit;
        int columns = AttentionProblem<T>.Lanes(_problem.Width), valueColumns = AttentionProblem<T>.Lanes(_problem.ValueWidth);
        int rangeKeys = AttentionProblem<T>.Padded((_problem.Keys + _ranges - 1) / _ranges, BlockKeys);
        Rooms rooms = default;
        rooms.Columns = columns;
        rooms.ValueColumns = valueColumns;
        rooms.QueryGradientRows = AttentionProblem<T>.Padded(_problem.Width, unit);
        long keyRows = Math.Min(rangeKeys, AttentionProblem<T>.Padded(_problem.Keys, unit));
        long queryRows = rooms.QueryGradientRows;
        T* memory = GemmScratch.Get<T>(
            (keyRows * (columns + valueColumns)) + (Stride * (_problem.Width + _problem.ValueWidth + queryRows))
            + (Stride * (columns + valueColumns)) + (3 * Stride * BlockKeys) + (3 * Stride));
        T* Take(long count)
        {
            T* start = memory;
            memory += count;
            return start;
        }

        rooms.KeyGradients = Take(keyRows * columns);
        rooms.ValueGradients = Take(keyRows * valueColumns);
        rooms.QueryRows = Take(Stride * columns);
        rooms.GradientRows = Take(Stride * valueColumns);
        rooms.QueryLanes = Take(Stride * _problem.Width);
        rooms.GradientLanes = Take(Stride * _problem.ValueWidth);
        rooms.QueryGradients = Take(Stride * queryRows);
        rooms.Scores = Take(Stride * BlockKeys);
        rooms.Gradients = Take(Stride * BlockKeys);
        rooms.Spare = Take(Stride * BlockKeys);
        rooms.Shifts = Take(Stride);
        rooms.Inverses = Take(Stride);
        rooms.Means = Take(Stride);
        for (int at = first; at < end; at++)
        {
            int head = at / _ranges, range = at % _ranges;
            rooms.FirstKey = Math.Min(range * rangeKeys, _problem.Keys);
            rooms.EndKey = Math.Min(rooms.FirstKey + rangeKeys, _problem.Keys);
            int keys = rooms.EndKey - rooms.FirstKey;
            new Span<T>(rooms.KeyGradients, checked(keys * columns)).Clear();
            new Span<T>(rooms.ValueGradients, checked(keys * valueColumns)).Clear();
            for (int query = 0; query < _problem.Queries; query += Stride)
            {
                Block<V, TSimd>(head, range, query, rooms);
            }

            if (_dk.Exists && keys > 0)
            {
                AttentionPacking<T>.Scaled(
                    rooms.KeyGradients, columns, keys, _problem.Width, _dk.Row(head, rooms.FirstKey), _dk.RowStride,
                    _problem.Options.Scale);
            }

            if (_dv.Exists && keys > 0)
            {
                AttentionPacking<T>.Scaled(
                    rooms.ValueGradients, valueColumns, keys, _problem.ValueWidth, _dv.Row(head, rooms.FirstKey), _dv.RowStride, 1);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Block<V, TSimd>(int head, int range, int query, in Rooms rooms)
        where V : struct
        where TSimd : struct, ISimd<T, V>
    {
        int count = Math.Min(Stride, _problem.Queries - query), lanes = AttentionProblem<T>.Lanes(count);
        new Span<T>(rooms.QueryGradients, Stride * rooms.QueryGradientRows).Clear();
        int end = Math.Min(rooms.EndKey, _problem.EndOfKeys(query, count));
        if (rooms.FirstKey < end)
        {
            Load(head, query, count, rooms);
        }

        for (int key = rooms.FirstKey; key < end; key += BlockKeys)
        {
            // Whole blocks, though a causal mask may hide the last keys: a tile writes whole rows.
            int keys = Math.Min(BlockKeys, rooms.EndKey - key), from = Math.Min(_problem.FirstLane(query, key), lanes);
            if (!AttentionMasking<T>.HasVisible(_problem, head, query, count, key, keys))
            {
                continue;
            }

            T* scores = rooms.Scores, gradients = rooms.Gradients;
            AttentionTile<T, V, TSimd>.Multiply(
                keys, lanes - from, _problem.Width, _problem.K.Row(head, key), _problem.K.RowStride, _problem.K.ColumnStride,
                rooms.QueryLanes + from, Stride, scores + from, Stride, false);
            AttentionMasking<T>.Apply(_problem, head, query, count, key, keys, scores, rooms.Spare);
            AttentionTile<T, V, TSimd>.Multiply(
                keys, lanes - from, _problem.ValueWidth, _problem.V.Row(head, key), _problem.V.RowStride, _problem.V.ColumnStride,
                rooms.GradientLanes + from, Stride, gradients + from, Stride, false);
            if (_problem.Options.Dropout > 0)
            {
                AttentionMasking<T>.Dropped(_problem, head, query, count, key, keys, rooms.Spare);
                AttentionLanes<T>.Drop(gradients, rooms.Spare, keys, from, lanes);
            }

            AttentionLanes<T>.Gradients(scores, gradients, keys, from, lanes, rooms.Shifts, rooms.Inverses, rooms.Means);
            if (_problem.Options.Dropout > 0)
            {
                AttentionLanes<T>.Drop(scores, rooms.Spare, keys, from, lanes);
            }

            int row = key - rooms.FirstKey;
            if (_dv.Exists)
            {
                AttentionTile<T, V, TSimd>.Multiply(
                    keys, rooms.ValueColumns, count - from, scores + from, Stride, 1, rooms.GradientRows + (from * rooms.ValueColumns),
                    rooms.ValueColumns, rooms.ValueGradients + ((long)row * rooms.ValueColumns), rooms.ValueColumns, true);
            }

            if (_dk.Exists)
            {
                AttentionTile<T, V, TSimd>.Multiply(
                    keys, rooms.Columns, count - from, gradients + from, Stride, 1, rooms.QueryRows + (from * rooms.Columns),
                    rooms.Columns, rooms.KeyGradients + ((long)row * rooms.Columns), rooms.Columns, true);
            }

            if (_dq.Exists || _parts != null)
            {
                AttentionTile<T, V, TSimd>.Multiply(
                    _problem.Width, lanes - from, keys, _problem.K.Row(head, key), _problem.K.ColumnStride, _problem.K.RowStride,
                    gradients + from, Stride, rooms.QueryGradients + from, Stride, true);
            }
        }

        StoreQueries(head, range, query, count, rooms.QueryGradients);
    }

    /// <summary>Brings what a block of queries needs into the rooms.</summary>
    private readonly void Load(int head, int query, int count, in Rooms rooms)
    {
        T* q = _problem.Q.Row(head, query), dy = _dy.Row(head, query), y = _problem.Y.Row(head, query);
        AttentionPacking<T>.Transpose(q, _problem.Q.RowStride, count, _problem.Width, rooms.QueryLanes, _problem.Options.Scale);
        AttentionPacking<T>.Transpose(dy, _dy.RowStride, count, _problem.ValueWidth, rooms.GradientLanes, 1);

        // Σ weights · gradients over all keys is the product of the result and its gradient.
        AttentionPacking<T>.Transpose(y, _problem.Y.RowStride, count, _problem.ValueWidth, rooms.GradientRows, 1);
        AttentionLanes<T>.Dots(
            rooms.GradientRows, rooms.GradientLanes, _problem.ValueWidth, AttentionProblem<T>.Lanes(count), rooms.Means);
        AttentionPacking<T>.Copy(q, _problem.Q.RowStride, count, _problem.Width, rooms.QueryRows, rooms.Columns);
        AttentionPacking<T>.Copy(dy, _dy.RowStride, count, _problem.ValueWidth, rooms.GradientRows, rooms.ValueColumns);
        long place = ((long)head * _problem.Queries) + query;
        new Span<T>(rooms.Shifts, Stride).Clear();
        new Span<T>(rooms.Inverses, Stride).Clear();
        new ReadOnlySpan<T>(_problem.Shifts + place, count).CopyTo(new Span<T>(rooms.Shifts, count));
        new ReadOnlySpan<T>(_problem.Inverses + place, count).CopyTo(new Span<T>(rooms.Inverses, count));
    }

    private readonly void StoreQueries(int head, int range, int query, int count, T* lanes)
    {
        if (!_dq.Exists && _parts == null)
        {
            return;
        }

        T factor = T.CreateTruncating(_problem.Options.Scale);
        Span<T> all = new(lanes, Stride * _problem.Width);
        TensorPrimitives.Multiply(all, factor, all);
        long part = ((((long)range * _problem.Heads) + head) * _problem.Queries) + query;
        T* target = _parts != null ? _parts + (part * _problem.Width) : _dq.Row(head, query);
        TransposeBlock.Run(lanes, Stride, _problem.Width, count, target, _parts != null ? _problem.Width : _dq.RowStride);
    }

    /// <summary>A thread's memory for one unit.</summary>
    private struct Rooms
    {
        public int FirstKey;
        public int EndKey;

        /// <summary>Columns of a row of queries and of values, in whole vectors.</summary>
        public int Columns;
        public int ValueColumns;

        /// <summary>Sums over the queries, a row for each key of the range.</summary>
        public T* KeyGradients;
        public T* ValueGradients;

        /// <summary>The queries of a block and the gradients of their results, in rows and in lanes.</summary>
        public T* QueryRows;
        public T* GradientRows;
        public T* QueryLanes;
        public T* GradientLanes;
        public T* QueryGradients;
        public int QueryGradientRows;

        /// <summary>A block of products and of their gradients, and room for another.</summary>
        public T* Scores;
        public T* Gradients;
        public T* Spare;

        /// <summary>Figures of each query.</summary>
        public T* Shifts;
        public T* Inverses;
        public T* Means;
    }
}
