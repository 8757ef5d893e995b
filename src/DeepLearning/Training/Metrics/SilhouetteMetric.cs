namespace DeepLearning.Training;

/// <summary>Keeps points and their clusters, and says how well the clusters are apart.</summary>
internal sealed class SilhouetteMetric(string name) : Metric(name)
{
    private readonly List<double[]> _points = [];
    private readonly List<long> _clusters = [];

    public override bool? HigherIsBetter => true;

    public override double Value
    {
        get
        {
            long[] names = [.. _clusters.Distinct()];
            int[] own = [.. _clusters.Select(cluster => Array.IndexOf(names, cluster))];
            int[] sizes = [.. names.Select((_, k) => own.Count(cluster => cluster == k))];
            if (names.Length < 2)
            {
                return double.NaN;
            }

            double sum = 0;
            for (int i = 0; i < own.Length; i++)
            {
                sum += Of(i, own, sizes);
            }

            return sum / own.Length;
        }
    }

    /// <summary>A row per point: its coordinates, then its cluster.</summary>
    public override Tensor State
    {
        get
        {
            int length = _points.Count == 0 ? 0 : _points[0].Length + 1;
            double[] rows = [.. _points.SelectMany((point, i) => point.Append(_clusters[i]))];
            return Tensor.From(rows, _points.Count, length);
        }

        set
        {
            Check(value, 0);
            Reset();
            MergeState(value);
        }
    }

    internal override string Counting => "points and their clusters";

    public override void Update(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (predictions.Rank != 2 || targets.Shape != predictions.Shape[..1]
            || (_points.Count > 0 && _points[0].Length != predictions.Size(1)))
        {
            throw new ShapeException(
                $"{Name}: points {predictions.Shape} and clusters {targets.Shape} do not fit; they are [samples, "
                + $"{(_points.Count > 0 ? _points[0].Length : "dimensions")}] and [samples].");
        }

        int length = predictions.Size(1);
        double[] points = predictions.Detach().ToArray<double>();
        for (int i = 0; i < predictions.Size(0); i++)
        {
            _points.Add(points[(i * length)..((i + 1) * length)]);
        }

        _clusters.AddRange(targets.ToArray<long>());
    }

    public override void MergeState(Tensor state)
    {
        Check(state, _points.Count);
        double[] rows = state.ToArray<double>();
        int length = state.Size(1);
        for (int i = 0; i < state.Size(0); i++)
        {
            _points.Add(rows[(i * length)..(((i + 1) * length) - 1)]);
            _clusters.Add((long)rows[((i + 1) * length) - 1]);
        }
    }

    public override void Reset()
    {
        _points.Clear();
        _clusters.Clear();
    }

    private double Of(int point, int[] own, int[] sizes)
    {
        if (sizes[own[point]] == 1)
        {
            return 0;
        }

        double[] sums = new double[sizes.Length];
        for (int j = 0; j < own.Length; j++)
        {
            sums[own[j]] += j == point ? 0 : Distance(_points[point], _points[j]);
        }

        double within = sums[own[point]] / (sizes[own[point]] - 1), nearest = double.PositiveInfinity;
        for (int k = 0; k < sizes.Length; k++)
        {
            nearest = k == own[point] ? nearest : Math.Min(nearest, sums[k] / sizes[k]);
        }

        double larger = Math.Max(within, nearest);
        return larger == 0 ? 0 : (nearest - within) / larger;
    }

    private static double Distance(double[] a, double[] b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
        {
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        }

        return Math.Sqrt(sum);
    }

    private void Check(Tensor state, int points)
    {
        ArgumentNullException.ThrowIfNull(state);
        bool fits = state.Rank == 2 && (state.Size(0) == 0 || state.Size(1) > 1)
            && (points == 0 || state.Size(0) == 0 || state.Size(1) == _points[0].Length + 1);
        if (!fits)
        {
            throw new ShapeException(
                $"{Name}: a state is [samples, {(points > 0 ? _points[0].Length + 1 : "dimensions + 1")}], not {state.Shape}.");
        }
    }
}
