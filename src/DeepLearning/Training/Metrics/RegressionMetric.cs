namespace DeepLearning.Training;

/// <summary>The figures of <see cref="RegressionMetric"/>.</summary>
internal enum RegressionFigure
{
    MeanAbsolute,
    MeanSquared,
    RootMeanSquared,
    R2,
}

/// <summary>Errors of predicted numbers, summed in double precision.</summary>
internal sealed class RegressionMetric(RegressionFigure figure, string name) : Metric(name)
{
    // The targets' mean and their squared distance from it are kept up to date (Chan, Golub and LeVeque 1979): a difference of two great
    // sums would lose R² when the mean is far from 0.
    private double _count, _absolute, _squared, _mean, _deviation;

    public override bool? HigherIsBetter => figure == RegressionFigure.R2;

    public override double Value => _count == 0 ? double.NaN : figure switch
    {
        RegressionFigure.MeanAbsolute => _absolute / _count,
        RegressionFigure.MeanSquared => _squared / _count,
        RegressionFigure.RootMeanSquared => Math.Sqrt(_squared / _count),
        _ => _deviation > 0 ? 1 - (_squared / _deviation) : double.NaN,
    };

    public override Tensor State
    {
        get => Tensor.From([_count, _absolute, _squared, _mean, _deviation]);
        set
        {
            CheckState(value, 5);
            double[] sums = value.ToArray<double>();
            (_count, _absolute, _squared, _mean, _deviation) = (sums[0], sums[1], sums[2], sums[3], sums[4]);
        }
    }

    public override void Update(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (predictions.Shape != targets.Shape)
        {
            throw new ShapeException($"{Name}: predictions {predictions.Shape} and targets {targets.Shape} differ; "
                + "reshape one to the other's.");
        }

        double[] predicted = predictions.ToArray<double>(), wanted = targets.ToArray<double>();
        for (int i = 0; i < wanted.Length; i++)
        {
            double error = predicted[i] - wanted[i], distance = wanted[i] - _mean;
            _count++;
            _absolute += Math.Abs(error);
            _squared += error * error;
            _mean += distance / _count;
            _deviation += distance * (wanted[i] - _mean);
        }
    }

    public override void MergeState(Tensor state)
    {
        CheckState(state, 5);
        double[] sums = state.ToArray<double>();
        if (sums[0] == 0)
        {
            return;
        }

        double count = _count + sums[0], distance = sums[3] - _mean;
        _absolute += sums[1];
        _squared += sums[2];
        _deviation += sums[4] + (distance * distance * (_count * sums[0] / count));
        _mean += distance * (sums[0] / count);
        _count = count;
    }

    internal override string Counting => "errors of numbers";

    public override void Reset() => _count = _absolute = _squared = _mean = _deviation = 0;
}
