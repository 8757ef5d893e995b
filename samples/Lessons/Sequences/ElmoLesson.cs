namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A word's vector that depends on its sentence: a language model reads it forwards, another one backwards, and for a task their layers are
/// mixed with weights that it learns, γ Σ sⱼ hⱼ (Peters et al. 2018, "Deep contextualized word representations"). They have read many
/// sentences without labels; the classifier above them sees few with labels.
/// </summary>
internal static class ElmoLesson
{
    public static Lesson Lesson { get; } = new(
        "elmo", Chapter.Sequences, "ELMo-style: word vectors from language models of both directions",
        Goal.AtLeast("accuracy gained over vectors from scratch", 0.05), Goal.AtLeast("accuracy gained over vectors from scratch", 0.05),
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

        // Two language models learn from sentences without labels, one of them from behind.
        int width = run.Choose(64, 32), steps = run.Choose(800, 300);
        WordLanguageModel forwards = new(words.Count, width), backwards = new(words.Count, width);
        double[] forwardLosses = Read(run, "forwards", forwards, static texts => texts, all, steps);
        double[] backwardLosses = Read(run, "backwards", backwards, WordLanguageModel.Reversed, all, steps);

        (double with, Elmo elmo) = Classify(run, "with them", new Elmo(words.Count, width, forwards, backwards), few, test);
        (double without, _) = Classify(run, "without", new Elmo(words.Count, width, null, null), few, test);
        run.Say($"{with:0.0000} with the language models, {without:0.0000} from scratch");
        run.Report.Table(
            "Test accuracies", $"From {few.Count} sentences with labels.", ["vectors", "accuracy"],
            [["from scratch", $"{without:0.0000}"], ["of language models", $"{with:0.0000}"]]);
        float[] shares = elmo.Shares.ToArray<float>();
        run.Report.Table(
            "Mixture", "How much of each layer the task takes.", ["layer", "share"],
            [["words", $"{shares[0]:0.000}"], ["LSTM", $"{shares[1]:0.000}"]]);
        run.Report.Curves(
            "Language models", "Cross entropy of the next word.", false, ("forwards", forwardLosses), ("backwards", backwardLosses));
        return with - without;
    }

    private static double[] Read(
        LessonRun run, string what, WordLanguageModel model, Func<Tensor, Tensor> order, TensorDataset texts, int steps) => run.Train(
        new Adam(model.Parameters(), run.Choose(3e-3, 1e-2)), steps, _ =>
            model.NextWordLoss(order(texts.Batch(32).Inputs)), new LinearSchedule(steps), maxNorm: 1, what: what);

    private static (double Accuracy, Elmo Model) Classify(LessonRun run, string what, Elmo model, TensorDataset few, TensorDataset test)
    {
        model.Train();
        run.Train(new Adam(model.Parameters().Where(static p => p.RequiresGrad), 3e-3), run.Choose(300, 120), _ =>
        {
            (Tensor x, Tensor y) = few.Batch(32);
            return Loss.CrossEntropy(model.Forward(x), y);
        }, maxNorm: 1, what: what);
        model.Eval();
        return (Materials.Accuracy(Materials.Predict(model.Forward, test.Inputs), test.Targets), model);
    }

    /// <summary>A bidirectional reader above mixed layers of the language models, which are frozen, or above vectors of its own.</summary>
    private sealed class Elmo : Module<Tensor, Tensor>
    {
        private readonly WordLanguageModel? _forwards, _backwards;
        private readonly Embedding _own;
        private readonly Parameter _mixture = new(Tensor.Zeros(2)), _scale = new(Tensor.Ones(1));
        private readonly LSTM _reader;
        private readonly Dropout _dropout = new(0.5);
        private readonly Linear _output;

        public Elmo(int words, int width, WordLanguageModel? forwards, WordLanguageModel? backwards)
        {
            (_forwards, _backwards) = (forwards?.Freeze("*"), backwards?.Freeze("*"));
            _own = new Embedding(words, 2 * width);
            _reader = new LSTM(2 * width, 32, batchFirst: true, bidirectional: true);
            _output = new Linear(64, 2);
        }

        public Tensor Shares => _mixture.Detach().Softmax(0);

        public override Tensor Forward(Tensor input)
        {
            Tensor states = _reader.Forward(_dropout.Forward(Vectors(input))).Output;

            // The greatest value of each unit over the words that are there.
            Tensor padding = input.EqualTo(Words.Pad).Unsqueeze(2);
            return _output.Forward(_dropout.Forward(states.MaskedFill(padding, -1.0).Amax(1)));
        }

        private Tensor Vectors(Tensor input)
        {
            if (_forwards is null || _backwards is null)
            {
                return _own.Forward(input);
            }

            Tensor behind = WordLanguageModel.Reversed(input), shares = _mixture.Softmax(0);
            Tensor bottom = Tensor.Cat([_forwards.Embedding.Forward(input), _backwards.Embedding.Forward(input)], 2);
            Tensor back = Ordered(_backwards.States(behind), input), top = Tensor.Cat([_forwards.States(input), back], 2);
            return _scale * ((shares[0] * bottom) + (shares[1] * top));
        }

        /// <summary>States of a reversed reading, put back in the order of the words.</summary>
        private static Tensor Ordered(Tensor states, Tensor input)
        {
            int length = input.Size(1);
            Tensor places = (Words.Lengths(input).Unsqueeze(1) - 1 - Tensor.Arange(length).Unsqueeze(0)).Clamp(0);
            return states.Gather(1, places.Unsqueeze(2).Expand(-1, -1, states.Size(2)));
        }
    }
}
