using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>What is hidden, added or dropped in a block of products of queries (lanes) and keys (rows).</summary>
internal static unsafe class AttentionMasking<T>
    where T : unmanaged, INumber<T>, IFloatingPointIeee754<T>
{
    private const int Stride = AttentionProblem<T>.BlockQueries;

    /// <summary>False where the mask hides every key of the block from every query.</summary>
    public static bool HasVisible(in AttentionProblem<T> problem, int head, int query, int queries, int key, int keys)
    {
        if (problem.Visible.Exists && problem.Visible.ColumnStride == 1)
        {
            return HasOther(problem.Visible, (byte)0, head, query, queries, key, keys);
        }

        return !problem.Added.Exists || problem.Added.ColumnStride != 1
            || HasOther(problem.Added, T.NegativeInfinity, head, query, queries, key, keys);
    }

    /// <summary>Adds the mask to the products, −∞ where a key is hidden. <paramref name="room"/> has the size of the block.</summary>
    public static void Apply(in AttentionProblem<T> problem, int head, int query, int queries, int key, int keys, T* scores, T* room)
    {
        if (problem.Visible.Exists)
        {
            Hide(problem.Visible, head, query, queries, key, keys, scores);
        }

        if (problem.Added.Exists)
        {
            Add(problem.Added, head, query, queries, key, keys, scores, room);
        }

        if (problem.Options.IsCausal && key + keys - 1 > query)
        {
            for (int row = 0; row < keys; row++)
            {
                int hidden = Math.Clamp(key + row - query, 0, queries);
                new Span<T>(scores + (row * Stride), hidden).Fill(T.NegativeInfinity);
            }
        }
    }

    /// <summary>
    /// The factors of the weights of a block under dropout: 0, or the scale of what is kept. The same number for the same place whenever it
    /// is asked for.
    /// </summary>
    [SkipLocalsInit]
    public static void Dropped(in AttentionProblem<T> problem, int head, int query, int queries, int key, int keys, T* factors)
    {
        Span<byte> kept = stackalloc byte[AttentionProblem<T>.BlockKeys + Philox.Group32];
        T scale = T.CreateChecked(problem.Options.KeptScale);
        for (int lane = 0; lane < queries; lane++)
        {
            long first = ((((long)head * problem.Queries) + query + lane) * problem.Keys) + key;
            long group = first / Philox.Group32 * Philox.Group32;
            int skipped = (int)(first - group);
            Philox.Bernoulli(kept[..(skipped + keys)], 1 - problem.Options.Dropout, problem.Options.Random, group);
            for (int row = 0; row < keys; row++)
            {
                factors[(row * Stride) + lane] = kept[skipped + row] != 0 ? scale : T.Zero;
            }
        }
    }

    private static bool HasOther<TMask>(
        in HeadMatrices<TMask> mask, TMask hidden, int head, int query, int queries, int key, int keys)
        where TMask : unmanaged, IEquatable<TMask>
    {
        int rows = mask.RowStride == 0 ? 1 : queries;
        for (int lane = 0; lane < rows; lane++)
        {
            if (new ReadOnlySpan<TMask>(mask.Row(head, query + lane) + key, keys).ContainsAnyExcept(hidden))
            {
                return true;
            }
        }

        return false;
    }

    private static void Hide(in HeadMatrices<byte> mask, int head, int query, int queries, int key, int keys, T* scores)
    {
        if (mask.RowStride == 0)
        {
            byte* visible = mask.Row(head, 0) + (key * mask.ColumnStride);
            for (int row = 0; row < keys; row++)
            {
                if (visible[row * mask.ColumnStride] == 0)
                {
                    new Span<T>(scores + (row * Stride), queries).Fill(T.NegativeInfinity);
                }
            }

            return;
        }

        for (int lane = 0; lane < queries; lane++)
        {
            byte* visible = mask.Row(head, query + lane) + (key * mask.ColumnStride);
            for (int row = 0; row < keys; row++)
            {
                T* score = scores + (row * Stride) + lane;
                *score = visible[row * mask.ColumnStride] != 0 ? *score : T.NegativeInfinity;
            }
        }
    }

    private static void Add(in HeadMatrices<T> mask, int head, int query, int queries, int key, int keys, T* scores, T* room)
    {
        T* added = mask.Row(head, query) + (key * mask.ColumnStride);
        int lanes = AttentionProblem<T>.Lanes(queries);
        for (int row = 0; row < keys; row++)
        {
            new Span<T>(room + (row * Stride) + queries, lanes - queries).Clear();
        }

        if (mask.RowStride == 0)
        {
            for (int row = 0; row < keys; row++)
            {
                new Span<T>(room + (row * Stride), queries).Fill(added[row * mask.ColumnStride]);
            }
        }
        else if (mask.ColumnStride == 1)
        {
            TransposeBlock.Run(added, mask.RowStride, queries, keys, room, Stride);
        }
        else
        {
            for (int row = 0; row < keys; row++)
            {
                for (int lane = 0; lane < queries; lane++)
                {
                    room[(row * Stride) + lane] = added[(lane * mask.RowStride) + (row * mask.ColumnStride)];
                }
            }
        }

        AttentionLanes<T>.Add(scores, room, keys, 0, lanes);
    }
}
