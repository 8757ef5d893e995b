using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The gradients of normalizations of channels and of groups of them: sums of parts by teams, what follows of them by a thread each in
/// doubles, and a pass over the elements. Memory limits them: x and dy are read twice.
/// </summary>
internal static class ChannelGradientKernels
{
    /// <summary>parts [2, units]: Σ dy and Σ dy (x − mean) of each part; a segment has the mean of its number / members.</summary>
    public static void Sums<TGroup, TElement, S, R>(
        ArrayView<S> x, ArrayView<S> dy, ArrayView<double> means, ArrayView<S> parts, SegmentPlaces places, long members)
        where TGroup : struct, IGroup
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        ArrayView<S> shared = ILGPU.SharedMemory.Allocate<S>(TGroup.Threads);
        int team = places.Team;
        long teams = Team.Teams<TGroup>(team);
        for (long first = Grid.IdxX * teams; first < places.Units; first += Grid.DimX * teams)
        {
            long unit = first + (Group.IdxX / team);
            SegmentWalk walk = new(places, unit);
            R sum = 0.0, dot = 0.0, rest = 0.0;
            if (walk.Count > 0)
            {
                LaneMean<R> mean = LaneMean<R>.Of<TElement, S>(means[walk.Segment / members]);
                rest = mean.Rest;
                for (; walk.IsInside; walk.Next())
                {
                    R g = TElement.Load(dy[walk.At]);
                    sum += g;
                    dot = R.MultiplyAdd(g, TElement.Load(x[walk.At]) - mean.Value, dot);
                }
            }

            sum = Team.Sum<TGroup, TElement, S, R>(shared, sum, team);
            dot = Team.Sum<TGroup, TElement, S, R>(shared, dot, team);
            if (unit < places.Units && Team.Within(team) == 0)
            {
                parts[unit] = TElement.Store(sum);
                parts[places.Units + unit] = TElement.Store(dot - (rest * sum));
            }
        }
    }

    /// <summary>sums [2, segments] from those of the parts.</summary>
    public static void CombineSums<TElement, S, R>(ArrayView<S> parts, ArrayView<double> sums, SegmentPlaces places)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < 2 * places.Segments; i += GridStride.Step)
        {
            GpuDouble sum = 0.0;
            for (long part = i * places.Parts; part < (i + 1) * places.Parts; part++)
            {
                sum += new GpuDouble(TElement.Widen(TElement.Load(parts[part])));
            }

            sums[i] = sum.Value;
        }
    }

    /// <summary>
    /// figures [4, n]: what dx is made of, center, scale, slope and offset, from the sums [2, n] of n channels (of samples): those of
    /// <see cref="FigurePlaces.Members"/> neighbors share a mean of <paramref name="count"/> elements.
    /// </summary>
    public static void Figures<TElement, S, R>(
        ArrayView<double> sums, ArrayView<double> means, ArrayView<double> variances, ArrayView<S> weight, ArrayView<S> figures,
        FigurePlaces places, double count)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < places.Figures; i += GridStride.Step)
        {
            long group = i / places.Members;
            GpuDouble sum = 0.0, dot = 0.0;
            for (long k = group * places.Members; k < (group + 1) * places.Members; k++)
            {
                GpuDouble factor = places.HasWeight != 0 ? WeightOf<TElement, S, R>(weight, k % places.Channels) : 1.0;
                sum += factor * new GpuDouble(sums[k]);
                dot += factor * new GpuDouble(sums[places.Figures + k]);
            }

            LaneMean<R> mean = LaneMean<R>.Of<TElement, S>(means[group]);
            GpuDouble rstd = (GpuDouble)1.0 / GpuDouble.Sqrt(new GpuDouble(variances[group]) + places.Eps), scale = rstd;
            if (places.HasWeight != 0)
            {
                scale *= WeightOf<TElement, S, R>(weight, i % places.Channels);
            }

            GpuDouble slope = -rstd * rstd * rstd * dot / count;
            GpuDouble offset = (-rstd * sum / count) - (new GpuDouble(TElement.Widen(mean.Rest)) * slope);
            figures[i] = TElement.Store(mean.Value);
            figures[places.Figures + i] = TElement.Store(TElement.Narrow(scale.Value));
            figures[(2 * places.Figures) + i] = TElement.Store(TElement.Narrow(slope.Value));
            figures[(3 * places.Figures) + i] = TElement.Store(TElement.Narrow(offset.Value));
        }
    }

    /// <summary>dx = dy · scale + (x − center) · slope + offset; a segment has the figures of its number mod their count.</summary>
    public static void Gradient<TGroup, TElement, S, R>(
        ArrayView<S> x, ArrayView<S> dy, ArrayView<S> figures, ArrayView<S> dx, SegmentPlaces places, long count)
        where TGroup : struct, IGroup
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        int team = places.Team;
        long teams = Team.Teams<TGroup>(team);
        for (long unit = (Grid.IdxX * teams) + (Group.IdxX / team); unit < places.Units; unit += Grid.DimX * teams)
        {
            SegmentWalk walk = new(places, unit);
            long figure = walk.Segment % count;
            R center = TElement.Load(figures[figure]), scale = TElement.Load(figures[count + figure]);
            R slope = TElement.Load(figures[(2 * count) + figure]), offset = TElement.Load(figures[(3 * count) + figure]);
            for (; walk.IsInside; walk.Next())
            {
                R distance = TElement.Load(x[walk.At]) - center;
                dx[walk.At] = TElement.Store(
                    R.MultiplyAdd(TElement.Load(dy[walk.At]), scale, R.MultiplyAdd(distance, slope, offset)));
            }
        }
    }

    /// <summary>
    /// dweight = Σ Σ dy x̂ and dbias = Σ Σ dy of each channel over its figures, the sums [2, n] of n channels (of samples), one for each
    /// so many-th.
    /// </summary>
    public static void Channels<TElement, S, R>(
        ArrayView<double> sums, ArrayView<double> variances, ArrayView<S> dweight, ArrayView<S> dbias, FigurePlaces places)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long channel = GridStride.First; channel < places.Channels; channel += GridStride.Step)
        {
            GpuDouble products = 0.0, sum = 0.0;
            for (long i = channel; i < places.Figures; i += places.Channels)
            {
                GpuDouble rstd = (GpuDouble)1.0 / GpuDouble.Sqrt(new GpuDouble(variances[i / places.Members]) + places.Eps);
                products += new GpuDouble(sums[places.Figures + i]) * rstd;
                sum += new GpuDouble(sums[i]);
            }

            if (places.HasWeight != 0)
            {
                dweight[channel] = TElement.Store(TElement.Narrow(products.Value));
            }

            if (places.HasBias != 0)
            {
                dbias[channel] = TElement.Store(TElement.Narrow(sum.Value));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static GpuDouble WeightOf<TElement, S, R>(ArrayView<S> weight, long channel)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R> => new(TElement.Widen(TElement.Load(weight[channel])));
}
