namespace DeepLearning.Training;

public abstract partial class Metric
{
    /// <summary>
    /// The weighted harmonic mean of precision and recall, (1 + β²) · P · R / (β² · P + R), averaged over classes: recall weighs β times as
    /// much.
    /// </summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="beta">The weight β, 0 or more.</param>
    /// <param name="average">How classes are averaged.</param>
    /// <param name="name">The metric's name; <c>f</c> with the weight when null.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    public static Metric FBeta(
        int classes, double beta, ClassAverage average = ClassAverage.Macro, string? name = null, long? ignoreIndex = null)
    {
        OptionChecks.NotNegative(beta, nameof(FBeta));
        return new ConfusionMetric(
            classes, average, (m, c) => m.FBeta(c, beta), name ?? FormattableString.Invariant($"f{beta:R}"), ignoreIndex);
    }

    /// <summary>Of the samples of other classes, the share that was not predicted as a class, averaged over classes.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="average">How classes are averaged.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    public static Metric Specificity(
        int classes, ClassAverage average = ClassAverage.Macro, string name = "specificity", long? ignoreIndex = null) =>
        new ConfusionMetric(classes, average, static (m, c) => m.Specificity(c), name, ignoreIndex, static m =>
        {
            // Every sample is one of another class for all classes but its own.
            double others = (m.Classes - 1.0) * m.Total;
            return others == 0 ? double.NaN : (others - (m.Total - m.Right)) / others;
        });

    /// <summary>
    /// The share of samples about which a classifier is sure: whose highest probability reaches a threshold. What it is right about among
    /// those, a classifier that may abstain is measured by.
    /// </summary>
    /// <param name="threshold">The least probability, 0 to 1.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not from 0 to 1.</exception>
    public static Metric Coverage(double threshold = 0.5, string name = "coverage", long? ignoreIndex = null) =>
        new CoverageMetric(threshold, name, ignoreIndex);

    /// <summary>
    /// How far down a ranking by scores one has to go to cover all true labels of a sample, on average: at best the number of true labels.
    /// Of equal scores all are passed. For predictions and targets [samples, labels], targets counting as true above ½. Tsoumakas, Katakis
    /// and Vlahavas, "Mining multi-label data", 2010; scikit-learn's <c>coverage_error</c>.
    /// </summary>
    /// <param name="name">The metric's name.</param>
    public static Metric CoverageError(string name = "coverage_error") => new CoverageErrorMetric(name);

    /// <summary>
    /// The area under the receiver operating characteristic: the probability that a positive sample scores higher than a negative one,
    /// equal scores counting half. Fawcett, "An introduction to ROC analysis", 2006. Keeps all scores.
    /// </summary>
    /// <param name="classes">The number of classes: predictions are [samples, classes], compared between samples, so better probabilities
    /// than logits, and targets class indices [samples] or 0 and 1 [samples, classes]; each class against the rest. Null for a single
    /// output per sample and targets of 0 and 1.</param>
    /// <param name="average">How classes are averaged, those left out that have no positives or no negatives.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    public static Metric RocAuc(
        int? classes = null, ClassAverage average = ClassAverage.Macro, string name = "roc_auc", long? ignoreIndex = null) =>
        new RankingMetric(classes, average, RankingFigures.RocAuc, name, ignoreIndex);

    /// <summary>
    /// The average precision: Σ (Rₙ − Rₙ₋₁) · Pₙ over the thresholds, from the highest score down, equal scores at once; what the area
    /// under the curve of precision and recall comes to without interpolation. Keeps all scores.
    /// </summary>
    /// <param name="classes">As for <see cref="RocAuc"/>.</param>
    /// <param name="average">How classes are averaged, those left out that have no positives.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    public static Metric AveragePrecision(
        int? classes = null, ClassAverage average = ClassAverage.Macro, string name = "average_precision", long? ignoreIndex = null) =>
        new RankingMetric(classes, average, RankingFigures.AveragePrecision, name, ignoreIndex);

    /// <summary>
    /// The mean of −log p of the true classes: predictions are probabilities [samples, classes, ..], or with <paramref name="logits"/>
    /// their unnormalized logarithms, and targets class indices; or a probability (or logit) per sample, and targets of 0 and 1.
    /// Probabilities count as at least 2⁻⁵², so that one that is 0 does not make the figure infinite.
    /// </summary>
    /// <param name="logits">Whether predictions are logits.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    public static Metric LogLoss(bool logits = false, string name = "log_loss", long? ignoreIndex = null) =>
        new LikelihoodMetric(logits, isPerplexity: false, name, ignoreIndex);

    /// <summary>
    /// exp of the mean cross-entropy of logits [samples, classes, ..] with class indices: among how many equally probable classes a
    /// language model hesitates on average.
    /// </summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">The class target that does not count; null takes the loss's, or −100 where none is known.</param>
    public static Metric Perplexity(string name = "perplexity", long? ignoreIndex = null) =>
        new LikelihoodMetric(logits: true, isPerplexity: true, name, ignoreIndex);

    /// <summary>
    /// BLEU of predicted token sequences [samples, length] against one reference each [samples, length], of any integers; see
    /// <see cref="Bleu"/> for texts and several references.
    /// </summary>
    /// <param name="order">The longest n-grams that are compared.</param>
    /// <param name="smooth">Whether 1 is added to the counts of n-grams beyond single tokens, so that a short text without a match of four
    /// is not 0. Lin and Och, 2004.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="ignoreIndex">A token that is left out on both sides, such as padding; null takes the loss's, or −100.</param>
    public static Metric BleuScore(int order = 4, bool smooth = false, string name = "bleu", long? ignoreIndex = null) =>
        new BleuMetric(order, smooth, name, ignoreIndex);

    /// <summary>
    /// How well clusters are apart: the mean of (b − a) / max(a, b) over the points, a being the mean distance from the others of the own
    /// cluster and b the least mean distance from those of another; 0 for a point alone in its cluster, NaN below two clusters. Predictions
    /// are points [samples, dimensions], targets the clusters [samples]. Rousseeuw, "Silhouettes", 1987. Keeps all points, and compares
    /// each with each.
    /// </summary>
    /// <param name="name">The metric's name.</param>
    public static Metric Silhouette(string name = "silhouette") => new SilhouetteMetric(name);
}
