using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>The greatest element of a row, and Σ exp(x − peak) as a number and what rounding left of it.</summary>
internal readonly struct RowExponentials<R>(R peak, R sum, R rest)
    where R : struct, IReal<R>
{
    public readonly R Peak = peak;
    public readonly R Sum = sum;
    public readonly R Rest = rest;

    /// <summary>ln Σ exp(x − peak), with what a nearly certain row has beside the 1 of its peak.</summary>
    public R Log
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => R.Log(Sum) + (Rest / Sum);
    }
}

/// <summary>What is made of a row of logits.</summary>
internal interface ISoftmaxForm
{
    static abstract R Figure<R>(RowExponentials<R> row)
        where R : struct, IReal<R>;

    static abstract R Of<R>(R x, R peak, R figure)
        where R : struct, IReal<R>;

    /// <summary>What is summed over a row on the way back.</summary>
    static abstract R Term<R>(R y, R dy)
        where R : struct, IReal<R>;

    static abstract R Gradient<R>(R y, R dy, R sum)
        where R : struct, IReal<R>;
}

/// <summary>exp(x − peak) / Σ; dx = y (dy − Σ y dy)</summary>
internal readonly struct SoftmaxForm : ISoftmaxForm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Figure<R>(RowExponentials<R> row)
        where R : struct, IReal<R> => (R)1.0 / row.Sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Of<R>(R x, R peak, R figure)
        where R : struct, IReal<R> => R.Exp(x - peak) * figure;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Term<R>(R y, R dy)
        where R : struct, IReal<R> => y * dy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Gradient<R>(R y, R dy, R sum)
        where R : struct, IReal<R> => y * (dy - sum);
}

/// <summary>x − peak − ln Σ; dx = dy − exp(y) Σ dy</summary>
internal readonly struct LogSoftmaxForm : ISoftmaxForm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Figure<R>(RowExponentials<R> row)
        where R : struct, IReal<R> => row.Log;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Of<R>(R x, R peak, R figure)
        where R : struct, IReal<R> => x - peak - figure;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Term<R>(R y, R dy)
        where R : struct, IReal<R> => dy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Gradient<R>(R y, R dy, R sum)
        where R : struct, IReal<R> => dy - (R.Exp(y) * sum);
}

/// <summary>
/// Softmax along rows of contiguous memory, a team of threads for each. The greatest element and the sum are found in one pass (Milakov
/// and Gimelshein 2018, "Online normalizer calculation for softmax"). Memory limits them: a row is read twice, the second time mostly from
/// the cache.
/// </summary>
internal static class SoftmaxKernels
{
    public static void Forward<TGroup, TForm, TElement, S, R>(ArrayView<S> x, ArrayView<S> y, long rows, long length, int team)
        where TGroup : struct, IGroup
        where TForm : struct, ISoftmaxForm
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        ArrayView<S> peaks = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        ArrayView<S> sums = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        ArrayView<S> rests = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        int within = Team.Within(team);
        long teams = Team.Teams<TGroup>(team);
        for (long first = Grid.IdxX * teams; first < rows; first += Grid.DimX * teams)
        {
            long row = first + (Group.IdxX / team), start = row * length;
            RowExponentials<R> figures = Exponentials<TGroup, TElement, S, R>(
                x, start, row < rows ? length : 0, team, peaks, sums, rests);
            R peak = figures.Peak, figure = TForm.Figure(figures);
            if (row < rows)
            {
                for (long i = within; i < length; i += team)
                {
                    y[start + i] = TElement.Store(TForm.Of(TElement.Load(x[start + i]), peak, figure));
                }
            }
        }
    }

    /// <summary>dx from y and dy.</summary>
    public static void Backward<TGroup, TForm, TElement, S, R>(
        ArrayView<S> y, ArrayView<S> dy, ArrayView<S> dx, long rows, long length, int team)
        where TGroup : struct, IGroup
        where TForm : struct, ISoftmaxForm
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        ArrayView<S> shared = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        int within = Team.Within(team);
        long teams = Team.Teams<TGroup>(team);
        for (long first = Grid.IdxX * teams; first < rows; first += Grid.DimX * teams)
        {
            long row = first + (Group.IdxX / team), start = row * length, end = row < rows ? length : 0;
            R own = 0.0;
            for (long i = within; i < end; i += team)
            {
                own += TForm.Term(TElement.Load(y[start + i]), TElement.Load(dy[start + i]));
            }

            R sum = Team.Sum<TGroup, TElement, S, R>(shared, own, team);
            for (long i = within; i < end; i += team)
            {
                dx[start + i] = TElement.Store(TForm.Gradient(TElement.Load(y[start + i]), TElement.Load(dy[start + i]), sum));
            }
        }
    }

    /// <summary>
    /// The figures of a row, in all threads of its team. A NaN anywhere, or +∞, makes the sum NaN. Every thread of the group calls it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowExponentials<R> Exponentials<TGroup, TElement, S, R>(
        ArrayView<S> x, long start, long length, int team, ArrayView<S> peaks, ArrayView<S> sums, ArrayView<S> rests)
        where TGroup : struct, IGroup
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        int within = Team.Within(team), first = Group.IdxX - within, left = team;
        R peak = double.NegativeInfinity, sum = 0.0;
        for (long i = within; i < length; i += team)
        {
            R value = TElement.Load(x[start + i]);
            Mask<R> higher = R.Less(peak, value);
            R distance = R.Select(higher, peak - value, value - peak);

            // Of equals exp is 1, of equal infinities, too; but the first +∞ leaves NaN, by value − value.
            R e = R.Select(R.Equal(peak, value), 1.0, R.Exp(distance));
            sum = R.Select(higher, R.MultiplyAdd(sum, e, (R)1.0 + (value - value)), sum + e);
            peak = R.Select(higher, value, peak);
        }

        peaks[Group.IdxX] = TElement.Store(peak);
        sums[Group.IdxX] = TElement.Store(sum);
        rests[Group.IdxX] = TElement.Store(0.0);
        Group.Barrier();
        if (team > TGroup.Fan)
        {
            left = team / TGroup.Fan;
            if (within < left)
            {
                RowExponentials<R> part = Together<TElement, S, R>(peaks, sums, rests, first + within, left, first + team);
                peaks[Group.IdxX] = TElement.Store(part.Peak);
                sums[Group.IdxX] = TElement.Store(part.Sum);
                rests[Group.IdxX] = TElement.Store(part.Rest);
            }

            Group.Barrier();
        }

        RowExponentials<R> all = Together<TElement, S, R>(peaks, sums, rests, first, 1, first + left);
        Group.Barrier();
        return all;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RowExponentials<R> Together<TElement, S, R>(
        ArrayView<S> peaks, ArrayView<S> sums, ArrayView<S> rests, int first, int step, int end)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        R peak = TElement.Load(peaks[first]), sum = TElement.Load(sums[first]), rest = TElement.Load(rests[first]);
        for (int i = first + step; i < end; i += step)
        {
            R other = TElement.Load(peaks[i]), most = R.Select(R.Less(peak, other), other, peak);
            R own = R.Select(R.Equal(peak, most), 1.0, R.Exp(peak - most)), its = R.Select(R.Equal(other, most), 1.0, R.Exp(other - most));
            R a = sum * own, b = TElement.Load(sums[i]) * its;

            // What rounding takes from the sum of both (Knuth).
            sum = a + b;
            R shareOfB = sum - a;
            R lost = (a - (sum - shareOfB)) + (b - shareOfB);
            rest = R.MultiplyAdd(rest, own, R.MultiplyAdd(TElement.Load(rests[i]), its, lost));
            peak = most;
        }

        return new RowExponentials<R>(peak, sum, rest);
    }
}
