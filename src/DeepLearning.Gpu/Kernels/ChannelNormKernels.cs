using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// Segments of a tensor, each of some runs of neighboring elements, and each in parts for teams of their own: the channels of a batch (a
/// run a sample), or the groups or channels of each sample (one run).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct SegmentPlaces(long segments, long segmentStride, long runs, long runLength, long runStride, long parts, int team)
{
    public readonly long Segments = segments;
    public readonly long SegmentStride = segmentStride;
    public readonly long RunLength = runLength;
    public readonly long RunStride = runStride;
    public readonly long Parts = parts;

    /// <summary>Elements of a segment, and of a part but the last.</summary>
    public readonly long Count = runs * runLength;
    public readonly long Stretch = ((runs * runLength) + parts - 1) / parts;
    public readonly int Team = team;

    public long Units
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Segments * Parts;
    }
}

/// <summary>Where a thread is in a part of a segment. A division at the start, and none in a step.</summary>
internal struct SegmentWalk
{
    private readonly long _runLength;
    private readonly long _runStride;
    private readonly long _runs;
    private readonly long _rest;
    private readonly long _step;
    private readonly long _end;
    private long _i;
    private long _start;
    private long _within;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SegmentWalk(SegmentPlaces places, long unit)
    {
        long segment = unit / places.Parts, first = (unit - (segment * places.Parts)) * places.Stretch, end = first + places.Stretch;
        end = end < places.Count ? end : places.Count;
        _step = places.Team;
        _runLength = places.RunLength;
        _runStride = places.RunStride;
        _runs = _step / places.RunLength;
        _rest = _step - (_runs * places.RunLength);
        _end = unit < places.Units ? end : 0;
        First = first;
        _i = first + Team.Within(places.Team);
        long run = _i / places.RunLength;
        _within = _i - (run * places.RunLength);
        _start = (segment * places.SegmentStride) + (run * places.RunStride);
        Segment = segment;
        Origin = (segment * places.SegmentStride) + (first / places.RunLength * places.RunStride) + (first % places.RunLength);
    }

    public long Segment { get; }

    /// <summary>The number of the part's first element, and its place in memory.</summary>
    public long First { get; }

    public long Origin { get; }

    /// <summary>Elements of the part; none where there is not one.</summary>
    public readonly long Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _end > First ? _end - First : 0;
    }

    public readonly bool IsInside
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _i < _end;
    }

    public readonly long At
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _start + _within;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next()
    {
        _i += _step;
        _within += _rest;
        _start += _runs * _runStride;
        if (_within >= _runLength)
        {
            _within -= _runLength;
            _start += _runStride;
        }
    }
}

/// <summary>
/// Normalization of channels and of groups of them: sums of parts by teams, what follows of them by a thread each in doubles, and a pass
/// over the elements. Memory limits them: x is read three times, the second time from the cache.
/// </summary>
internal static class ChannelNormKernels
{
    /// <summary>parts [3, units]: the mean of each part, what rounding left of it, and Σ (x − mean)².</summary>
    public static void Moments<TGroup, TElement, S, R>(ArrayView<S> x, ArrayView<S> parts, SegmentPlaces places)
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
            R one = walk.Count > 0 ? TElement.Load(x[walk.Origin]) : 0.0, sum = 0.0, squares = 0.0, count = GpuMath.DoubleOf(walk.Count);
            one = R.Select(R.Less(R.Abs(one), double.PositiveInfinity), one, 0.0);
            for (; walk.IsInside; walk.Next())
            {
                sum += TElement.Load(x[walk.At]) - one;
            }

            LaneMean<R> mean = LaneMean<R>.Of(one, Team.Sum<TGroup, TElement, S, R>(shared, sum, team), count);
            for (walk = new SegmentWalk(places, unit); walk.IsInside; walk.Next())
            {
                R distance = TElement.Load(x[walk.At]) - mean.Value;
                squares = R.MultiplyAdd(distance, distance, squares);
            }

            squares = Team.Sum<TGroup, TElement, S, R>(shared, squares, team);
            if (unit < places.Units && Team.Within(team) == 0)
            {
                parts[unit] = TElement.Store(mean.Value);
                parts[places.Units + unit] = TElement.Store(mean.Rest);
                parts[(2 * places.Units) + unit] = TElement.Store(squares - (count * mean.Rest * mean.Rest));
            }
        }
    }

    /// <summary>The mean and the biased variance of each segment from those of its parts (Chan, Golub and LeVeque 1979).</summary>
    public static void CombineMoments<TElement, S, R>(
        ArrayView<S> parts, ArrayView<double> means, ArrayView<double> variances, SegmentPlaces places)
        where TElement : struct, IComputed<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long segment = GridStride.First; segment < places.Segments; segment += GridStride.Step)
        {
            long first = segment * places.Parts;
            GpuDouble mean = 0.0, squares = 0.0, before = 0.0;
            for (long part = 0; part < places.Parts; part++)
            {
                long left = places.Count - (part * places.Stretch), at = first + part;
                GpuDouble count = GpuMath.DoubleOf(left < places.Stretch ? left : places.Stretch), together = before + count;
                GpuDouble own = new GpuDouble(TElement.Widen(TElement.Load(parts[at])))
                    + new GpuDouble(TElement.Widen(TElement.Load(parts[places.Units + at])));
                GpuDouble distance = own - mean;
                squares = squares + new GpuDouble(TElement.Widen(TElement.Load(parts[(2 * places.Units) + at])))
                    + (distance * distance * (before * count / together));
                mean = part == 0 ? own : mean + (distance * (count / together));
                before = together;
            }

            GpuDouble variance = squares / before;
            means[segment] = mean.Value;
            variances[segment] = GpuDouble.Select(GpuDouble.Less(variance, 0.0), 0.0, variance).Value;
        }
    }

    /// <summary>
    /// figures [3, channels of samples or channels]: what is taken away, the factor and what is added, from the means, the variances, the
    /// weight and the bias; a figure i has the mean i / members and the channel i mod channels.
    /// </summary>
    public static void Figures<TElement, S, R, TWide, W, RW>(
        ArrayView<double> means, ArrayView<double> variances, ArrayView<W> weight, ArrayView<W> bias, ArrayView<S> figures,
        FigurePlaces places)
        where TElement : struct, IComputed<S, R>
        where TWide : struct, IComputed<W, RW>
        where S : unmanaged
        where W : unmanaged
        where R : struct, IReal<R>
        where RW : struct, IReal<RW>
    {
        for (long i = GridStride.First; i < places.Figures; i += GridStride.Step)
        {
            long channel = i % places.Channels, group = i / places.Members;
            LaneMean<R> mean = LaneMean<R>.Of<TElement, S>(means[group]);
            GpuDouble scale = (GpuDouble)1.0 / GpuDouble.Sqrt(new GpuDouble(variances[group]) + places.Eps), shift = 0.0;
            if (places.HasWeight != 0)
            {
                scale *= new GpuDouble(TWide.Widen(TWide.Load(weight[channel])));
            }

            if (places.HasBias != 0)
            {
                shift = new GpuDouble(TWide.Widen(TWide.Load(bias[channel])));
            }

            shift -= new GpuDouble(TElement.Widen(mean.Rest)) * scale;
            figures[i] = TElement.Store(mean.Value);
            figures[places.Figures + i] = TElement.Store(TElement.Narrow(scale.Value));
            figures[(2 * places.Figures) + i] = TElement.Store(TElement.Narrow(shift.Value));
        }
    }

    /// <summary>y = (x − center) · scale + shift; a segment has the figures of its number mod their count.</summary>
    public static void Normalize<TGroup, TElement, S, R>(
        ArrayView<S> x, ArrayView<S> figures, ArrayView<S> y, SegmentPlaces places, long count)
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
            R shift = TElement.Load(figures[(2 * count) + figure]);
            for (; walk.IsInside; walk.Next())
            {
                y[walk.At] = TElement.Store(R.MultiplyAdd(TElement.Load(x[walk.At]) - center, scale, shift));
            }
        }
    }
}

/// <summary>Of what the figures of a normalization are made.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FigurePlaces(long figures, long channels, long members, double eps, bool hasWeight, bool hasBias)
{
    public readonly long Figures = figures;
    public readonly long Channels = channels;

    /// <summary>Figures that share a mean.</summary>
    public readonly long Members = members;
    public readonly double Eps = eps;
    public readonly int HasWeight = hasWeight ? 1 : 0;
    public readonly int HasBias = hasBias ? 1 : 0;
}
