using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>A mean as the lanes hold it, and what rounding it to their type left away: much of a deviation, where that is small.</summary>
internal readonly struct LaneMean<R>(R value, R rest)
    where R : struct, IReal<R>
{
    public readonly R Value = value;
    public readonly R Rest = rest;

    /// <summary>start + sum / count, as if rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneMean<R> Of(R start, R sum, R count)
    {
        // Exactly what the quotient (Dekker) and its sum with the start (Knuth) lose.
        R quotient = sum / count, value = start + quotient, share = value - start;
        R lost = (start - (value - share)) + (quotient - share);
        R rest = lost + (R.MultiplyAdd(-quotient, count, sum) / count);
        return new LaneMean<R>(value, R.Select(R.Less(R.Abs(value), double.PositiveInfinity), rest, 0.0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneMean<R> Of<TElement, S>(double mean)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
    {
        R value = TElement.Narrow(mean), rest = TElement.Narrow(GpuMath.Subtract(mean, TElement.Widen(value)));
        return new LaneMean<R>(value, R.Select(R.Less(R.Abs(value), double.PositiveInfinity), rest, 0.0));
    }
}

/// <summary>Rows that are normalized, and which operands there are.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct RowNormPlaces(long rows, long length, double eps, int team, bool hasWeight, bool hasBias, bool centers)
{
    public readonly long Rows = rows;
    public readonly long Length = length;
    public readonly double Eps = eps;
    public readonly double Count = length;
    public readonly int Team = team;
    public readonly int HasWeight = hasWeight ? 1 : 0;
    public readonly int HasBias = hasBias ? 1 : 0;

    /// <summary>1 where the mean is taken away (layer normalization), 0 where not (root mean square).</summary>
    public readonly int Centers = centers ? 1 : 0;
}

/// <summary>
/// Normalization of rows of contiguous memory, a team of threads for each. The mean comes before the squares, so that a large one costs
/// no digits. Memory limits them: rows are read again from the cache.
/// </summary>
internal static class RowNormKernels
{
    public static void Forward<TGroup, TElement, S, R>(
        ArrayView<S> x, ArrayView<S> weight, ArrayView<S> bias, ArrayView<S> y, ArrayView<double> means, ArrayView<double> rstds,
        RowNormPlaces places)
        where TGroup : struct, IGroup
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        ArrayView<S> shared = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        int team = places.Team, within = Team.Within(team);
        long teams = Team.Teams<TGroup>(team);
        R count = places.Count;
        for (long first = Grid.IdxX * teams; first < places.Rows; first += Grid.DimX * teams)
        {
            long row = first + (Group.IdxX / team), start = row * places.Length, end = row < places.Rows ? places.Length : 0;
            LaneMean<R> mean = new(0.0, 0.0);
            if (places.Centers != 0)
            {
                R one = end > 0 ? TElement.Load(x[start]) : 0.0, sum = 0.0;
                one = R.Select(R.Less(R.Abs(one), double.PositiveInfinity), one, 0.0);
                for (long i = within; i < end; i += team)
                {
                    sum += TElement.Load(x[start + i]) - one;
                }

                mean = LaneMean<R>.Of(one, Team.Sum<TGroup, TElement, S, R>(shared, sum, team), count);
            }

            R squares = 0.0;
            for (long i = within; i < end; i += team)
            {
                R distance = TElement.Load(x[start + i]) - mean.Value;
                squares = R.MultiplyAdd(distance, distance, squares);
            }

            squares = Team.Sum<TGroup, TElement, S, R>(shared, squares, team) / count;
            R variance = squares - (mean.Rest * mean.Rest);
            variance = R.Select(R.Less(variance, 0.0), 0.0, variance);
            R rstd = (R)1.0 / R.Sqrt(variance + places.Eps), shift = -mean.Rest * rstd;
            for (long i = within; i < end; i += team)
            {
                R value = R.MultiplyAdd(TElement.Load(x[start + i]) - mean.Value, rstd, shift);
                if (places.HasWeight != 0)
                {
                    R factor = TElement.Load(weight[i]);
                    value = places.HasBias != 0 ? R.MultiplyAdd(value, factor, TElement.Load(bias[i])) : value * factor;
                }
                else if (places.HasBias != 0)
                {
                    value += TElement.Load(bias[i]);
                }

                y[start + i] = TElement.Store(value);
            }

            if (end > 0 && within == 0)
            {
                rstds[row] = TElement.Widen(rstd);
                if (places.Centers != 0)
                {
                    means[row] = GpuMath.Add(TElement.Widen(mean.Value), TElement.Widen(mean.Rest));
                }
            }
        }
    }

    /// <summary>
    /// figures [3, rows] from the means, where there are any: a mean, its rest and rstd. Doubles are slow, so once for each row.
    /// </summary>
    public static void Figures<TElement, S, R>(
        ArrayView<double> means, ArrayView<double> rstds, ArrayView<S> figures, RowNormPlaces places)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long row = GridStride.First; row < places.Rows; row += GridStride.Step)
        {
            LaneMean<R> mean = places.Centers != 0 ? LaneMean<R>.Of<TElement, S>(means[row]) : new LaneMean<R>(0.0, 0.0);
            figures[row] = TElement.Store(mean.Value);
            figures[places.Rows + row] = TElement.Store(mean.Rest);
            figures[(2 * places.Rows) + row] = TElement.Store(TElement.Narrow(rstds[row]));
        }
    }

    /// <summary>dx = rstd (g − x̂ mean(g x̂) − mean(g)), g = dy · weight; the last only of a layer normalization.</summary>
    public static void Backward<TGroup, TElement, S, R>(
        ArrayView<S> x, ArrayView<S> weight, ArrayView<S> figures, ArrayView<S> dy, ArrayView<S> dx, RowNormPlaces places)
        where TGroup : struct, IGroup
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        ArrayView<S> shared = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        int team = places.Team, within = Team.Within(team);
        long teams = Team.Teams<TGroup>(team);
        R count = places.Count;
        for (long first = Grid.IdxX * teams; first < places.Rows; first += Grid.DimX * teams)
        {
            long row = first + (Group.IdxX / team), start = row * places.Length, end = row < places.Rows ? places.Length : 0;
            R mean = 0.0, rest = 0.0, rstd = 0.0, sum = 0.0, dot = 0.0;
            if (end > 0)
            {
                mean = TElement.Load(figures[row]);
                rest = TElement.Load(figures[places.Rows + row]);
                rstd = TElement.Load(figures[(2 * places.Rows) + row]);
            }

            for (long i = within; i < end; i += team)
            {
                R g = Weighed<TElement, S, R>(dy, weight, start, i, places.HasWeight);
                sum += g;
                dot = R.MultiplyAdd(g, TElement.Load(x[start + i]) - mean, dot);
            }

            if (places.Centers != 0)
            {
                sum = Team.Sum<TGroup, TElement, S, R>(shared, sum, team);
            }
            else
            {
                sum = 0.0;
            }

            dot = Team.Sum<TGroup, TElement, S, R>(shared, dot, team) - (rest * sum);
            R slope = -rstd * rstd * rstd * dot / count, offset = (-rstd * sum / count) - (rest * slope);
            for (long i = within; i < end; i += team)
            {
                R g = Weighed<TElement, S, R>(dy, weight, start, i, places.HasWeight);
                R distance = TElement.Load(x[start + i]) - mean;
                dx[start + i] = TElement.Store(R.MultiplyAdd(g, rstd, R.MultiplyAdd(distance, slope, offset)));
            }
        }
    }

    /// <summary>
    /// The parts [parts, length] of dweight = Σ dy x̂ and dbias = Σ dy over stretches of rows, a thread for each column: neighbors
    /// read neighbors.
    /// </summary>
    public static void Columns<TElement, S, R>(
        ArrayView<S> x, ArrayView<S> figures, ArrayView<S> dy, ArrayView<S> dweight, ArrayView<S> dbias, RowNormPlaces places, long parts)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        long stretch = (places.Rows + parts - 1) / parts;
        for (long i = GridStride.First; i < parts * places.Length; i += GridStride.Step)
        {
            long part = i / places.Length, column = i - (part * places.Length), row = part * stretch, end = row + stretch;
            end = end < places.Rows ? end : places.Rows;
            R products = 0.0, sum = 0.0;
            for (; row < end; row++)
            {
                R g = TElement.Load(dy[(row * places.Length) + column]);
                sum += g;
                if (places.HasWeight != 0)
                {
                    R rstd = TElement.Load(figures[(2 * places.Rows) + row]), shift = -TElement.Load(figures[places.Rows + row]) * rstd;
                    R distance = TElement.Load(x[(row * places.Length) + column]) - TElement.Load(figures[row]);
                    products = R.MultiplyAdd(g, R.MultiplyAdd(distance, rstd, shift), products);
                }
            }

            if (places.HasWeight != 0)
            {
                dweight[i] = TElement.Store(products);
            }

            if (places.HasBias != 0)
            {
                dbias[i] = TElement.Store(sum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static R Weighed<TElement, S, R>(ArrayView<S> dy, ArrayView<S> weight, long start, long i, int exists)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        R g = TElement.Load(dy[start + i]);
        return exists != 0 ? g * TElement.Load(weight[i]) : g;
    }
}
