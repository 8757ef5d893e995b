using DeepLearning.Training;

namespace DeepLearning.Tests.Golden;

internal static class MetricBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["fbeta"] = c => Figures(c, Metric.FBeta(c[0].Size(1), c.Double("beta"), Average(c))),
        ["specificity"] = c => Figures(c, Metric.Specificity(c[0].Size(1), Average(c))),
        ["roc_auc"] = c => Figures(c, Metric.RocAuc()),
        ["average_precision"] = c => Figures(c, Metric.AveragePrecision()),
        ["roc_auc_classes"] = c => Figures(c, Metric.RocAuc(c[0].Size(1), Average(c))),
        ["average_precision_classes"] = c => Figures(c, Metric.AveragePrecision(c[0].Size(1), Average(c))),
        ["coverage"] = c => Figures(c, Metric.Coverage(c.Double("threshold"))),
        ["coverage_error"] = c => Figures(c, Metric.CoverageError()),
        ["log_loss"] = c => Figures(c, Metric.LogLoss(c.Bool("logits"))),
        ["perplexity"] = c => Figures(c, Metric.Perplexity()),
        ["bleu"] = c => Figures(c, Metric.BleuScore(c.Int("order"), c.Bool("smooth"), ignoreIndex: 0)),
        ["silhouette"] = c => Figures(c, Metric.Silhouette()),
    };

    private static ClassAverage Average(GoldenCall c) => Enum.Parse<ClassAverage>(c.Text("average"), ignoreCase: true);

    /// <summary>In two batches, with the state carried over to another metric between them.</summary>
    private static Tensor[] Figures(GoldenCall c, Metric metric)
    {
        int part = c[0].Size(0) / 3;
        metric.Update(c[0][..part], c[1][..part]);
        Tensor state = metric.State.Clone();
        metric.Reset();
        metric.State = state;
        metric.Update(c[0][part..], c[1][part..]);
        Tensor value = Tensor.FromScalar(metric.Value, DType.Float64);
        return metric.PerClass is { } each ? [value, Tensor.From(each.ToArray())] : [value];
    }
}
