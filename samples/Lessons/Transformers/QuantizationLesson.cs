using System.Globalization;
using DeepLearning.Serialization;

namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Weights in one byte each: of every row of a matrix the greatest weight becomes 127 steps of a scale, w ≈ s · (q − 128), and the file
/// is a quarter of what it was. The inputs of the matrices are rounded to bytes as well, as an integer product would see them (Jacob et
/// al. 2018; Zafrir et al. 2019, "Q8BERT").
/// </summary>
internal static class QuantizationLesson
{
    private const double Steps = 127;
    private const int Zero = 128;
    private const string Scale = ".scale";

    public static Lesson Lesson { get; } = new(
        "int8", Chapter.Transformers, "A BERT with weights of one byte",
        Goal.AtLeast("accuracy kept", 0.99), Goal.AtLeast("accuracy kept", 0.98), Run)
    {
        Data = "subjectivity",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        Sentences sentences = Sentences.Subjectivity(run);
        Words words = new(sentences.Texts.Take(sentences.TrainingCount), most: 6000, least: run.Choose(2, 1));
        (TensorDataset training, TensorDataset test) = sentences.ToTensors(words, length: run.Choose(32, 20));
        BERTOptions options = new(words.Count, Width: run.Choose(64, 32), NumLayers: 2, NumHeads: 4, Intermediate: 128, MaxLength: 64,
            Dropout: run.Choose(0.3, 0.1));
        BERTForSequenceClassification model = new(options, 2);
        int steps = run.Choose(600, 120);
        run.Train(
            new AdamW(model.Parameters(), run.Choose(1e-3, 3e-3)), steps,
            _ =>
            {
                (Tensor x, Tensor y) = training.Batch(32);
                return Loss.CrossEntropy(Forward(model, x), y);
            },
            new CosineSchedule(steps - (steps / 10)).AfterWarmUp(steps / 10), maxNorm: 1);
        model.Eval();

        // Written in bytes, read again into another model.
        byte[] whole = Safetensors.ToBytes(model.StateDict()), small = Safetensors.ToBytes(Quantize(model.StateDict()));
        BERTForSequenceClassification read = new(options, 2);
        read.LoadStateDict(Restore(Safetensors.Load(small)));
        read.Eval();

        // Each matrix sees inputs that are rounded to bytes, with a scale of each row's own.
        foreach (Linear layer in read.Modules().OfType<Linear>())
        {
            layer.RegisterForwardPreHook(static (_, input) => Rounded(input));
        }

        double before = Accuracy(model, test), after = Accuracy(read, test);
        Tensor weight = model.StateDict().First(
            static entry => entry.Value.Rank == 2 && entry.Key.EndsWith("query.weight", StringComparison.Ordinal)).Value;
        run.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{whole.Length:N0} bytes, accuracy {before:0.0000}; in bytes {small.Length:N0}, accuracy {after:0.0000}"));
        run.Report.Table(
            "Before and after", "On test sentences.", ["", "bytes", "accuracy"],
            [["four bytes a weight", $"{whole.Length:N0}", $"{before:0.0000}"],
                ["one byte a weight", $"{small.Length:N0}", $"{after:0.0000}"]]);
        run.Report.Add(new HistogramChart("Rounding errors", weight - Rounded(weight))
        {
            Caption = "Of the weights of one matrix: half a step at most.",
            XLabel = "error",
        });
        run.Report.Add(new HistogramChart("Weights", weight) { Caption = "Of the same matrix." });
        return after / before;
    }

    /// <summary>Matrices as bytes with a scale for each row; vectors as they are.</summary>
    private static Dictionary<string, Tensor> Quantize(IReadOnlyDictionary<string, Tensor> state)
    {
        Dictionary<string, Tensor> small = [];
        foreach ((string key, Tensor value) in state)
        {
            if (value.Rank != 2 || value.DType != DType.Float32)
            {
                small[key] = value;
                continue;
            }

            Tensor scale = ScaleOf(value);
            small[key] = ((value / scale).Round() + Zero).To(DType.UInt8);
            small[key + Scale] = scale;
        }

        return small;
    }

    private static Dictionary<string, Tensor> Restore(OrderedDictionary<string, Tensor> small) => small
        .Where(static entry => !entry.Key.EndsWith(Scale, StringComparison.Ordinal))
        .ToDictionary(static entry => entry.Key, entry => small.TryGetValue(entry.Key + Scale, out Tensor? scale)
            ? (entry.Value.To(DType.Float32) - Zero) * scale
            : entry.Value);

    private static Tensor ScaleOf(Tensor rows) => (rows.Detach().Abs().Amax(-1, keepDim: true) / Steps).Clamp(1e-12);

    private static Tensor Rounded(Tensor rows)
    {
        Tensor scale = ScaleOf(rows);
        return (rows / scale).Round() * scale;
    }

    private static Tensor Forward(BERTForSequenceClassification model, Tensor texts) =>
        model.Forward(texts, null, texts.NotEqualTo(Words.Pad));

    private static double Accuracy(BERTForSequenceClassification model, TensorDataset test) =>
        Materials.Accuracy(Materials.Predict(x => Forward(model, x), test.Inputs), test.Targets);
}
