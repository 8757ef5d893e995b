using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>What a cross-entropy is told besides its tensors.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct CrossEntropyPlaces(
    long rows, long classes, long ignoreIndex, double smoothing, long gradientStride, bool hasWeight, int team)
{
    public readonly long Rows = rows;
    public readonly long Classes = classes;
    public readonly long IgnoreIndex = ignoreIndex;
    public readonly double Smoothing = smoothing;
    public readonly long GradientStride = gradientStride;
    public readonly int Smooths = smoothing != 0 ? 1 : 0;
    public readonly int HasWeight = hasWeight ? 1 : 0;
    public readonly int Team = team;

    /// <summary>Whether a target is a class. What is to be said of one that is none is said where this is asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsClass(long target) => target >= 0 && target < Classes;
}

/// <summary>
/// The cross-entropy of rows of logits and its gradient, a team of threads for each row. Memory limits them. A target that is not a class
/// makes the row's loss and gradient NaN: a kernel cannot throw.
/// </summary>
internal static class CrossEntropyKernels
{
    public static void Forward<TGroup, TElement, S, R>(
        ArrayView<S> x, ArrayView<long> target, ArrayView<S> weight, ArrayView<S> losses, ArrayView<S> logSums, ArrayView<S> rowWeights,
        CrossEntropyPlaces places)
        where TGroup : struct, IGroup
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        ArrayView<S> peaks = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        ArrayView<S> sums = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        ArrayView<S> rests = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        int team = places.Team, within = Team.Within(team);
        long teams = Team.Teams<TGroup>(team);
        for (long first = Grid.IdxX * teams; first < places.Rows; first += Grid.DimX * teams)
        {
            long row = first + (Group.IdxX / team), start = row * places.Classes, end = row < places.Rows ? places.Classes : 0;
            RowExponentials<R> figures = SoftmaxKernels.Exponentials<TGroup, TElement, S, R>(x, start, end, team, peaks, sums, rests);
            R peak = figures.Peak, logSum = figures.Log, all = 0.0;
            if (places.Smooths != 0)
            {
                for (long i = within; i < end; i += team)
                {
                    all += Weighed(
                        WeightOf<TElement, S, R>(weight, i, places.HasWeight), logSum + (peak - TElement.Load(x[start + i])));
                }

                all = Team.Sum<TGroup, TElement, S, R>(peaks, all, team);
            }

            if (row < places.Rows && within == 0)
            {
                long own = target[row];
                R loss = 0.0, ownWeight = 0.0;
                if (places.IsClass(own) && own != places.IgnoreIndex)
                {
                    ownWeight = WeightOf<TElement, S, R>(weight, own, places.HasWeight);
                    loss = Weighed(ownWeight, logSum + (peak - TElement.Load(x[start + own])));
                    if (places.Smooths != 0)
                    {
                        R smoothing = places.Smoothing, classes = GpuMath.DoubleOf(places.Classes);
                        loss = (((R)1.0 - smoothing) * loss) + (smoothing / classes * all);
                    }
                }
                else if (own != places.IgnoreIndex)
                {
                    loss = double.NaN;
                    ownWeight = double.NaN;
                }

                losses[row] = TElement.Store(loss);
                rowWeights[row] = TElement.Store(ownWeight);
                logSums[row] = TElement.Store(peak);
                logSums[places.Rows + row] = TElement.Store(logSum);
            }
        }
    }

    /// <summary>dx from the gradients of the losses. <paramref name="weightSum"/> is the sum of the weights of all classes.</summary>
    public static void Backward<TGroup, TElement, S, R>(
        ArrayView<S> x, ArrayView<S> logSums, ArrayView<long> target, ArrayView<S> weight, ArrayView<S> weightSum, ArrayView<S> gradient,
        ArrayView<S> dx, CrossEntropyPlaces places)
        where TGroup : struct, IGroup
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        int team = places.Team;
        long teams = Team.Teams<TGroup>(team);
        R smoothing = places.Smoothing, classes = GpuMath.DoubleOf(places.Classes);
        R weights = places.HasWeight != 0 ? TElement.Load(weightSum[0]) : classes;
        for (long row = (Grid.IdxX * teams) + (Group.IdxX / team); row < places.Rows; row += Grid.DimX * teams)
        {
            long start = row * places.Classes, its = target[row];
            bool counts = its != places.IgnoreIndex, isClass = places.IsClass(its);
            R peak = TElement.Load(logSums[row]), logSum = TElement.Load(logSums[places.Rows + row]);
            R given = TElement.Load(gradient[row * places.GradientStride]);
            R own = given * ((R)1.0 - smoothing) * (isClass ? WeightOf<TElement, S, R>(weight, its, places.HasWeight) : (R)double.NaN);
            R each = given * smoothing / classes, scale = own + (each * weights);
            for (long i = Team.Within(team); i < places.Classes; i += team)
            {
                R value = 0.0;
                if (counts)
                {
                    value = R.Exp(TElement.Load(x[start + i]) - peak - logSum) * scale;
                    if (places.Smooths != 0)
                    {
                        value -= each * WeightOf<TElement, S, R>(weight, i, places.HasWeight);
                    }

                    value = i == its ? value - own : value;
                }

                dx[start + i] = TElement.Store(value);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static R WeightOf<TElement, S, R>(ArrayView<S> weight, long i, int exists)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R> => exists != 0 ? TElement.Load(weight[i]) : 1.0;

    /// <summary>A weight of 0 leaves out an infinite surprise, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static R Weighed<R>(R weight, R surprise)
        where R : struct, IReal<R> =>
        R.Select(R.Equal(weight, 0.0) & R.Equal(R.Abs(surprise), double.PositiveInfinity), 0.0, weight * surprise);
}
