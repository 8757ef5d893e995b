using System.Globalization;

namespace DeepLearning.Reporting;

/// <summary>
/// A sample (an image, a text or the row of a table), what it is, what a model took it for, and how sure it was. Make one with
/// <see cref="OfImage"/>, <see cref="OfText"/> or <see cref="OfRow"/>, or those of a batch of images with <see cref="OfImages"/>.
/// </summary>
public sealed record SamplePrediction
{
    private const int ThumbnailSide = 112;

    private SamplePrediction(string truth, string predicted, double? confidence)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        (Truth, Predicted, Confidence, IsRight) = (truth, predicted, confidence, truth == predicted);
    }

    /// <summary>What the sample is.</summary>
    public string Truth { get; }

    /// <summary>What the model took it for.</summary>
    public string Predicted { get; }

    /// <summary>The probability that the model gave its answer, 0 to 1, if known.</summary>
    public double? Confidence { get; }

    /// <summary>
    /// Whether the model was right: by default whether <see cref="Predicted"/> is <see cref="Truth"/>. Null where there is no right or
    /// wrong, as for a number that is more or less near: <c>prediction with { IsRight = null }</c>.
    /// </summary>
    public bool? IsRight { get; init; }

    /// <summary>What it is and what it was taken for, as in <c>7 taken for 1 (0.93)</c>.</summary>
    public override string ToString() =>
        $"{Truth} taken for {Predicted}" + (Confidence is { } confidence ? FormattableString.Invariant($" ({confidence:0.00})") : "");

    internal Pixels? Image { get; private init; }

    internal string? Text { get; private init; }

    internal IReadOnlyList<(string Name, string Value)>? Row { get; private init; }

    /// <summary>A prediction for an image. The image is kept as a small copy, so that a report stays small.</summary>
    /// <param name="image">The image, as for <see cref="Png.Encode(Tensor)"/>; values that go beyond 0 … 1, as normalized images have them,
    /// are mapped to that range.</param>
    /// <param name="truth">What it shows.</param>
    /// <param name="predicted">What the model took it for.</param>
    /// <param name="confidence">How sure the model was, 0 to 1.</param>
    /// <exception cref="ShapeException">The tensor is not an image.</exception>
    /// <exception cref="DTypeException">The elements are other integers than bytes.</exception>
    public static SamplePrediction OfImage(Tensor image, string truth, string predicted, double? confidence = null) =>
        new(truth, predicted, confidence) { Image = Thumbnail(image, "SamplePrediction.OfImage") };

    /// <summary>A prediction for a text.</summary>
    /// <param name="text">The text; long ones are cut in a report.</param>
    /// <param name="truth">What it is.</param>
    /// <param name="predicted">What the model took it for.</param>
    /// <param name="confidence">How sure the model was, 0 to 1.</param>
    public static SamplePrediction OfText(string text, string truth, string predicted, double? confidence = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new SamplePrediction(truth, predicted, confidence) { Text = text };
    }

    /// <summary>A prediction for the row of a table.</summary>
    /// <param name="row">Names and values of its columns.</param>
    /// <param name="truth">What it is.</param>
    /// <param name="predicted">What the model took it for.</param>
    /// <param name="confidence">How sure the model was, 0 to 1.</param>
    public static SamplePrediction OfRow(
        IReadOnlyList<(string Name, string Value)> row, string truth, string predicted, double? confidence = null)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new SamplePrediction(truth, predicted, confidence) { Row = row };
    }

    /// <summary>The predictions for a batch of images: the class of the greatest score, and its softmax as confidence.</summary>
    /// <param name="images">[count, height, width] or [count, channels, height, width].</param>
    /// <param name="scores">Scores before a softmax, [count, classes].</param>
    /// <param name="targets">The true classes, [count].</param>
    /// <param name="classNames">A name per class; their numbers by default.</param>
    /// <returns>A prediction per image, in the order of the batch.</returns>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    /// <exception cref="ArgumentException">There are not as many names as classes, or a target is not a class.</exception>
    public static IReadOnlyList<SamplePrediction> OfImages(
        Tensor images, Tensor scores, Tensor targets, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(targets);
        int count = images.Rank is 3 or 4 ? images.Size(0) : -1;
        if (count < 0 || scores.Rank != 2 || scores.Size(0) != count || targets.Rank != 1 || targets.Size(0) != count)
        {
            throw new ShapeException(
                $"SamplePrediction.OfImages: images {images.Shape}, scores {scores.Shape} and targets {targets.Shape} do not fit; images "
                    + "are [count, height, width] or [count, channels, height, width], scores [count, classes] and targets [count].");
        }

        int classes = scores.Size(1);
        if (classNames is not null && classNames.Count != classes)
        {
            throw new ArgumentException(
                $"SamplePrediction.OfImages: {classNames.Count} names for {classes} classes.", nameof(classNames));
        }

        using TensorScope scope = new();
        Tensor probabilities = scores.Detach().Softmax(1);
        float[] confidence = probabilities.Amax(1).To(DType.Float32).ToArray<float>();
        long[] predicted = probabilities.ArgMax(1).ToArray<long>();
        long[] actual = targets.Detach().To(DType.Int64).ToArray<long>();
        string Name(long label) => classNames?[(int)label] ?? label.ToString(CultureInfo.InvariantCulture);
        List<SamplePrediction> predictions = [];
        for (int i = 0; i < count; i++)
        {
            if (actual[i] < 0 || actual[i] >= classes)
            {
                throw new ArgumentException(
                    $"SamplePrediction.OfImages: the target {actual[i]} of image {i} is outside 0 to {classes - 1}.", nameof(targets));
            }

            predictions.Add(new SamplePrediction(Name(actual[i]), Name(predicted[i]), confidence[i])
            {
                Image = Thumbnail(images[i], "SamplePrediction.OfImages"),
                IsRight = actual[i] == predicted[i],
            });
        }

        return predictions;
    }

    private static Pixels Thumbnail(Tensor image, string operation) => Pixels.Of(image, operation, stretch: true).Shrink(ThumbnailSide);
}
