using DeepLearning.Training;

namespace DeepLearning.Samples.Regression;

/// <summary>How far predictions are from the truth, in the target's own unit.</summary>
/// <param name="Rmse">Root of the mean squared error.</param>
/// <param name="Mae">Mean absolute error.</param>
/// <param name="R2">The share of the variance that is explained: 1 is perfect, 0 is no better than the mean.</param>
public sealed record Scores(double Rmse, double Mae, double R2)
{
    public static Scores Of(Tensor predictions, Tensor actual)
    {
        Metric[] metrics = [Metric.RootMeanSquaredError(), Metric.MeanAbsoluteError(), Metric.R2()];
        foreach (Metric metric in metrics)
        {
            metric.Update(predictions, actual);
        }

        return new Scores(metrics[0].Value, metrics[1].Value, metrics[2].Value);
    }

    public override string ToString() => FormattableString.Invariant($"RMSE {Rmse,10:0.00}  MAE {Mae,10:0.00}  R² {R2,7:0.0000}");
}
