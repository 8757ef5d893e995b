using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// What happens to a block of products between the matrix products: the lanes are queries, the rows keys (or columns of values), a row
/// <see cref="AttentionProblem{T}.BlockQueries"/> elements after the one before. From and to are whole vectors.
/// </summary>
internal static unsafe class AttentionLanes<T>
    where T : unmanaged, INumber<T>
{
    private const int Stride = AttentionProblem<T>.BlockQueries;

    /// <summary>A query's exponents are shifted anew only where they would grow by more than this: e⁸ is far from any limit.</summary>
    private const double Slack = 8;

    /// <summary>
    /// scores = exp(scores − shift), and their sums over the rows added to <paramref name="sums"/>. Where a score is above the shift by
    /// more than the slack, the shift becomes the largest score; the sums, and by <paramref name="factors"/> all that was computed with
    /// the old one, shrink by the difference.
    /// </summary>
    /// <returns>Whether any factor is not 1.</returns>
    public static bool Exponentials(T* scores, int rows, int from, int to, T* shifts, T* sums, T* factors)
    {
        ExponentialsWork work = new()
        {
            Scores = scores,
            Rows = rows,
            From = from,
            To = to,
            Shifts = shifts,
            Sums = sums,
            Factors = factors,
        };
        Widest.Run<ExponentialsWork, T>(ref work);
        return work.HasShifted;
    }

    /// <summary>Multiplies each row by the factors.</summary>
    public static void Scale(T* values, int rows, int from, int to, T* factors)
    {
        ScaleWork work = new() { Values = values, Rows = rows, From = from, To = to, Factors = factors };
        Widest.Run<ScaleWork, T>(ref work);
    }

    /// <summary>values = values · factors, 0 where a factor is 0.</summary>
    public static void Drop(T* values, T* factors, int rows, int from, int to)
    {
        DropWork work = new() { Values = values, Factors = factors, Rows = rows, From = from, To = to };
        Widest.Run<DropWork, T>(ref work);
    }

    /// <summary>Adds one block to another.</summary>
    public static void Add(T* values, T* added, int rows, int from, int to)
    {
        AddWork work = new() { Values = values, Added = added, Rows = rows, From = from, To = to };
        Widest.Run<AddWork, T>(ref work);
    }

    /// <summary>
    /// Σ over the rows of first · second, for each lane: in one chain, as the tiles of the products sum, so that a query which sees but one
    /// key gets from both the same bits.
    /// </summary>
    public static void Dots(T* first, T* second, int rows, int to, T* sums)
    {
        DotsWork work = new() { First = first, Second = second, Rows = rows, To = to, Sums = sums };
        Widest.Run<DotsWork, T>(ref work);
    }

    /// <summary>
    /// From scores and the gradients of the weights: scores = weights = exp(scores − shift) · inverse, gradients = weights · (gradients −
    /// mean), where mean is the sum of weights · gradients over all keys.
    /// </summary>
    public static void Gradients(T* scores, T* gradients, int rows, int from, int to, T* shifts, T* inverses, T* means)
    {
        GradientsWork work = new()
        {
            Scores = scores,
            Gradients = gradients,
            Rows = rows,
            From = from,
            To = to,
            Shifts = shifts,
            Inverses = inverses,
            Means = means,
        };
        Widest.Run<GradientsWork, T>(ref work);
    }

    private struct ExponentialsWork : IVectorWork<T>
    {
        public T* Scores;
        public int Rows;
        public int From;
        public int To;
        public T* Shifts;
        public T* Sums;
        public T* Factors;
        public bool HasShifted;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V>()
            where V : struct, ILanes<V, T>
        {
            HasShifted = Loop<V>();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly bool Loop<V>()
            where V : struct, ILanes<V, T>, IReal<V>
        {
            for (int lane = From; lane < To; lane += V.Width)
            {
                V peak = V.Load(ref Scores[lane], 0);
                for (int row = 1; row < Rows; row++)
                {
                    peak = V.Max(peak, V.Load(ref Scores[lane], (nuint)(row * Stride)));
                }

                V old = V.Load(ref Shifts[lane], 0);
                V shift = V.Select(V.Less(old + Slack, peak), peak, old);
                V none = double.NegativeInfinity;
                // Without a visible key yet there is nothing to shift, and −∞ − −∞ is not a number.
                V used = V.Select(V.Equal(shift, none), 0.0, shift);
                V factor = V.Select(V.Equal(shift, old), 1.0, V.Exp(old - used));
                V sum = 0.0;
                for (int row = 0; row < Rows; row++)
                {
                    V weight = V.Exp(V.Load(ref Scores[lane], (nuint)(row * Stride)) - used);
                    weight.Store(ref Scores[lane], (nuint)(row * Stride));
                    sum += weight;
                }

                shift.Store(ref Shifts[lane], 0);
                factor.Store(ref Factors[lane], 0);
                V.MultiplyAdd(V.Load(ref Sums[lane], 0), factor, sum).Store(ref Sums[lane], 0);
            }

            for (int lane = From; lane < To; lane++)
            {
                if (Factors[lane] != T.One)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private struct ScaleWork : IVectorWork<T>
    {
        public T* Values;
        public int Rows;
        public int From;
        public int To;
        public T* Factors;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<V>()
            where V : struct, ILanes<V, T> => Loop<V>();

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Loop<V>()
            where V : struct, ILanes<V, T>, IReal<V>
        {
            for (int lane = From; lane < To; lane += V.Width)
            {
                V factor = V.Load(ref Factors[lane], 0);
                for (int row = 0; row < Rows; row++)
                {
                    (V.Load(ref Values[lane], (nuint)(row * Stride)) * factor).Store(ref Values[lane], (nuint)(row * Stride));
                }
            }
        }
    }

    private struct DropWork : IVectorWork<T>
    {
        public T* Values;
        public T* Factors;
        public int Rows;
        public int From;
        public int To;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<V>()
            where V : struct, ILanes<V, T> => Loop<V>();

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Loop<V>()
            where V : struct, ILanes<V, T>, IReal<V>
        {
            for (int row = 0; row < Rows; row++)
            {
                for (int lane = (row * Stride) + From; lane < (row * Stride) + To; lane += V.Width)
                {
                    V factor = V.Load(ref Factors[lane], 0);
                    V.Select(V.Equal(factor, 0.0), 0.0, V.Load(ref Values[lane], 0) * factor).Store(ref Values[lane], 0);
                }
            }
        }
    }

    private struct AddWork : IVectorWork<T>
    {
        public T* Values;
        public T* Added;
        public int Rows;
        public int From;
        public int To;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<V>()
            where V : struct, ILanes<V, T> => Loop<V>();

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Loop<V>()
            where V : struct, ILanes<V, T>, IReal<V>
        {
            for (int row = 0; row < Rows; row++)
            {
                for (int lane = (row * Stride) + From; lane < (row * Stride) + To; lane += V.Width)
                {
                    (V.Load(ref Values[lane], 0) + V.Load(ref Added[lane], 0)).Store(ref Values[lane], 0);
                }
            }
        }
    }

    private struct DotsWork : IVectorWork<T>
    {
        public T* First;
        public T* Second;
        public int Rows;
        public int To;
        public T* Sums;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<V>()
            where V : struct, ILanes<V, T> => Loop<V>();

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Loop<V>()
            where V : struct, ILanes<V, T>, IReal<V>
        {
            for (int lane = 0; lane < To; lane += V.Width)
            {
                V sum = 0.0;
                for (int row = 0; row < Rows; row++)
                {
                    nuint at = (nuint)(row * Stride);
                    sum = V.MultiplyAdd(V.Load(ref First[lane], at), V.Load(ref Second[lane], at), sum);
                }

                sum.Store(ref Sums[lane], 0);
            }
        }
    }

    private struct GradientsWork : IVectorWork<T>
    {
        public T* Scores;
        public T* Gradients;
        public int Rows;
        public int From;
        public int To;
        public T* Shifts;
        public T* Inverses;
        public T* Means;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<V>()
            where V : struct, ILanes<V, T> => Loop<V>();

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Loop<V>()
            where V : struct, ILanes<V, T>, IReal<V>
        {
            for (int lane = From; lane < To; lane += V.Width)
            {
                V shift = V.Load(ref Shifts[lane], 0), inverse = V.Load(ref Inverses[lane], 0), mean = V.Load(ref Means[lane], 0);
                for (int row = 0; row < Rows; row++)
                {
                    nuint at = (nuint)(row * Stride);
                    V weight = V.Exp(V.Load(ref Scores[lane], at) - shift) * inverse;
                    weight.Store(ref Scores[lane], at);
                    (weight * (V.Load(ref Gradients[lane], at) - mean)).Store(ref Gradients[lane], at);
                }
            }
        }
    }
}
