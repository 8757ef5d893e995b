namespace DeepLearning.Training;

/// <summary>
/// The names of a training's figures: <c>loss</c> and those of the metrics, and for the same over the validation set these with
/// <c>val_</c> in front.
/// </summary>
public static class FigureName
{
    /// <summary>The loss over the training batches: <c>loss</c>.</summary>
    public const string Loss = "loss";

    /// <summary>The loss over the validation set: <c>val_loss</c>.</summary>
    public const string ValidationLoss = ValidationPrefix + Loss;

    private const string ValidationPrefix = "val_";

    /// <summary>Whether a figure is one of the validation set.</summary>
    /// <param name="figure">Its name, such as <c>val_accuracy</c>.</param>
    public static bool IsOfValidation(string figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return figure.StartsWith(ValidationPrefix, StringComparison.Ordinal);
    }

    /// <summary>The name of a figure over the validation set.</summary>
    /// <param name="figure">Its name over the training batches, such as <c>accuracy</c>.</param>
    public static string OfValidation(string figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return ValidationPrefix + figure;
    }

    /// <summary>The name of a figure over the training batches, whichever of the two is given.</summary>
    /// <param name="figure">Its name, such as <c>accuracy</c> or <c>val_accuracy</c>.</param>
    public static string OfTraining(string figure) => IsOfValidation(figure) ? figure[ValidationPrefix.Length..] : figure;

    /// <summary>The names of all figures of a run, in the order of its records.</summary>
    /// <param name="metrics">The run's metrics.</param>
    /// <param name="withValidation">Whether there is a validation set.</param>
    public static IReadOnlyList<string> Of(IEnumerable<Metric> metrics, bool withValidation)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        string[] names = [Loss, .. metrics.Select(static metric => metric.Name)];
        return withValidation ? [.. names, .. names.Select(OfValidation)] : names;
    }
}
