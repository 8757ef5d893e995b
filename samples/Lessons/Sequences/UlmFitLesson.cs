namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A language model becomes a classifier: it learns from sentences without labels, then from few with labels, layer after layer being set
/// free from the top (gradual unfreezing), lower layers with smaller steps (discriminative rates), and rates that rise fast and fall slowly
/// (slanted triangles). Howard and Ruder 2018, "Universal language model fine-tuning for text classification".
/// </summary>
internal static class UlmFitLesson
{
    private const double LayerFactor = 2.6;

    public static Lesson Lesson { get; } = new(
        "ulmfit", Chapter.Sequences, "ULMFiT-style: a language model becomes a classifier",
        Goal.AtLeast("accuracy gained over a start from scratch", 0.05), Goal.AtLeast("accuracy gained over a start from scratch", 0.05),
        Run)
    {
        Data = "opinions that it makes",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        Sentences sentences = Sentences.MadeOpinions(run.Choose(3000, 1200));
        Words words = new(sentences.Texts.Take(sentences.TrainingCount));
        (TensorDataset all, TensorDataset test) = sentences.ToTensors(words, length: 12);
        TensorDataset few = all.First(8);

        int width = run.Choose(96, 48), steps = run.Choose(1000, 350);
        WordLanguageModel reader = new(words.Count, width), fresh = new(words.Count, width);
        double[] losses = run.Train(
            new Adam(reader.Parameters(), run.Choose(3e-3, 1e-2)), steps, _ => reader.NextWordLoss(all.Batch(32).Inputs),
            new LinearSchedule(steps), maxNorm: 1, what: "language model");

        double with = FineTune(run, reader, width, few, test), without = FromScratch(run, fresh, width, few, test);
        run.Say($"{with:0.0000} after the language model, {without:0.0000} from scratch");
        run.Report.Table(
            "Test accuracies", $"From {few.Count} sentences with labels.", ["start", "accuracy"],
            [["from scratch", $"{without:0.0000}"], ["from the language model", $"{with:0.0000}"]]);
        run.Report.Curves("Language model", "Cross entropy of the next word.", false, ("training", losses));
        int stage = run.Choose(150, 80);
        Schedule triangle = Triangle(stage);
        run.Report.Curves("A slanted triangle", "The factor of the learning rates within a stage.", false,
            ("factor", [.. Enumerable.Range(0, stage).Select(step => triangle.Factor(step))]));
        return with - without;
    }

    /// <summary>Rises for a tenth of the steps and falls for the rest.</summary>
    private static Schedule Triangle(int steps) => new LinearSchedule(steps - (steps / 10), 1, 0.03).AfterWarmUp(steps / 10);

    private static double FineTune(LessonRun run, WordLanguageModel reader, int width, TensorDataset few, TensorDataset test)
    {
        Classifier model = new(reader, width);

        // The head alone, then with the LSTM, then all; each layer with a rate smaller than that of the one above.
        Module[] layers = [model.Head, reader.Lstm, reader.Embedding];
        for (int free = 1; free <= layers.Length; free++)
        {
            int steps = run.Choose(150, 80);
            AdamW optimizer = new([.. layers.Take(free).Select(static (layer, depth) => new ParameterGroup<AdamOptions>(
                layer.Parameters(), new AdamOptions { LearningRate = 4e-3 / Math.Pow(LayerFactor, depth), WeightDecay = 0.01 }))]);
            Learn(run, $"{free} layers free", model, optimizer, few, steps);
        }

        return Test(model, test);
    }

    private static double FromScratch(LessonRun run, WordLanguageModel reader, int width, TensorDataset few, TensorDataset test)
    {
        Classifier model = new(reader, width);
        Learn(run, "from scratch", model, new AdamW(
            [.. model.Head.Parameters(), .. reader.Lstm.Parameters(), .. reader.Embedding.Parameters()], 4e-3), few,
                3 * run.Choose(150, 80));
        return Test(model, test);
    }

    private static void Learn(LessonRun run, string what, Classifier model, Optimizer optimizer, TensorDataset few, int steps)
    {
        model.Train();
        run.Train(optimizer, steps, _ =>
        {
            (Tensor x, Tensor y) = few.Batch(32);
            return Loss.CrossEntropy(model.Forward(x), y);
        }, Triangle(steps), maxNorm: 1, what: what);
    }

    private static double Test(Classifier model, TensorDataset test)
    {
        model.Eval();
        return Materials.Accuracy(Materials.Predict(model.Forward, test.Inputs), test.Targets);
    }

    /// <summary>A head above the last, the greatest and the mean state of the reader (concat pooling).</summary>
    private sealed class Classifier(WordLanguageModel reader, int width) : Module<Tensor, Tensor>
    {
        private readonly WordLanguageModel _reader = reader;

        public Sequential Head { get; } = new(new Dropout(0.3), new Linear(3 * width, 32), new ReLU(), new Linear(32, 2));

        public override Tensor Forward(Tensor input)
        {
            Tensor states = _reader.States(input), there = input.NotEqualTo(Words.Pad).Unsqueeze(2), lengths = Words.Lengths(input);
            Tensor last = states.Gather(1, (lengths - 1).Clamp(0).Reshape(-1, 1, 1).Expand(-1, 1, states.Size(2))).Squeeze(1);
            Tensor greatest = states.MaskedFill(there.LogicalNot(), -1.0).Amax(1);
            Tensor mean = (states * there.To(DType.Float32)).Sum(1) / lengths.Clamp(1).Unsqueeze(1);
            return Head.Forward(Tensor.Cat([last, greatest, mean], 1));
        }
    }
}
