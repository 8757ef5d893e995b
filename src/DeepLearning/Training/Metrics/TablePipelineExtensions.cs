using DeepLearning.Data;

namespace DeepLearning.Training;

/// <summary>What a training needs of a table's pipeline.</summary>
public static class TablePipelineExtensions
{
    /// <summary>
    /// A metric in the target's own unit: <c>pipeline.InTargetUnits(Metric.MeanAbsoluteError())</c> takes the target's scaling back from
    /// predictions and targets before it compares them.
    /// </summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="name">Its name; the metric's own when null.</param>
    /// <exception cref="InvalidOperationException">Not fitted, without a target, or with one of classes.</exception>
    public static Metric InTargetUnits(this TablePipeline pipeline, Metric metric, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(metric);
        return pipeline.ScalerOfTarget(nameof(InTargetUnits)) is { } scaler
            ? metric.InUnitsOf(scaler, name)
            : metric.Of(static x => x, name);
    }
}
