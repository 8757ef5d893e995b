namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Is a review good or bad? A recurrent network reads it word by word, h ← tanh(W x + U h + b) (Elman 1990), and answers at the end. One
/// that reads both ways (Schuster and Paliwal 1997) and remembers by gates (LSTM, Hochreiter and Schmidhuber 1997) reads better.
/// </summary>
internal static class SentimentLesson
{
    public static Lesson Lesson { get; } = new(
        "sentiment", Chapter.Sequences, "A recurrent and a bidirectional network read reviews",
        Goal.AtLeast("test accuracy of the bidirectional LSTM", 0.75), Goal.AtLeast("test accuracy of the bidirectional LSTM", 0.9), Run)
    {
        Data = "rt-polarity",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        Sentences reviews = Sentences.Reviews(run);
        Words words = new(reviews.Texts.Take(reviews.TrainingCount), most: 12_000, least: run.Choose(2, 1));
        (TensorDataset training, TensorDataset test) = reviews.ToTensors(words, length: run.Choose(40, 20));

        (double simple, double[] simpleLosses) = Learn(run, "recurrent", new SimpleReader(words.Count, run.Choose(64, 24)), training, test);
        BothWaysReader reader = new(words.Count, run.Choose(64, 24));
        (double both, double[] bothLosses) = Learn(run, "both ways", reader, training, test);
        run.Say($"{simple:0.0000} by the simple network, {both:0.0000} by the bidirectional LSTM");
        run.Report.Table("Test accuracies", $"{test.Count} reviews.", ["network", "accuracy"],
            [["recurrent", $"{simple:0.0000}"], ["bidirectional LSTM", $"{both:0.0000}"]]);
        run.Report.Curves("Losses", "Of each batch.", false, ("recurrent", simpleLosses), ("bidirectional LSTM", bothLosses));

        using GradMode.Region none = GradMode.NoGrad();
        Tensor shares = reader.Forward(test.Inputs[..12]).Softmax(1).Select(1, 1);
        run.Report.Table(
            "Reviews", "Test sentences, and how sure the network is that they praise.", ["review", "praises", "probability"],
            Enumerable.Range(0, 12).Select(i => new[]
            {
                string.Join(' ', words.Decode(test.Inputs[i])), (long)test.Targets[i] == 1 ? "yes" : "no", $"{(double)shares[i]:0.00}",
            }));
        return both;
    }

    private static (double Accuracy, double[] Losses) Learn(
        LessonRun run, string name, Module<Tensor, Tensor> model, TensorDataset training, TensorDataset test)
    {
        int steps = run.Choose(900, 250);
        double[] losses = run.Train(
            new Adam(model.Parameters(), run.Choose(3e-3, 5e-3)), steps,
            _ =>
            {
                (Tensor x, Tensor y) = training.Batch(64);
                return Loss.CrossEntropy(model.Forward(x), y);
            },
            new LinearSchedule(steps), maxNorm: 1, what: name);
        model.Eval();
        return (Materials.Accuracy(Materials.Predict(model.Forward, test.Inputs), test.Targets), losses);
    }

    /// <summary>
    /// Vectors of words that start small: what a review says of a word that comes but a few times soon counts more than where it started.
    /// </summary>
    private static Embedding Vectors(int words, int width)
    {
        Embedding vectors = new(words, width, paddingIdx: (int)Words.Pad);
        using GradMode.Region none = GradMode.NoGrad();
        vectors.Weight.MultiplyInPlace(0.1);
        return vectors;
    }

    /// <summary>Numbers of words [n, length] → scores [n, 2], of the state after the last word.</summary>
    private sealed class SimpleReader(int words, int width) : Module<Tensor, Tensor>
    {
        private readonly Embedding _embedding = Vectors(words, width);
        private readonly RNN _rnn = new(width, width, batchFirst: true);
        private readonly Dropout _dropout = new(0.5);
        private readonly Linear _output = new(width, 2);

        public override Tensor Forward(Tensor input)
        {
            // Packed, a short review ends with its own last word and not with padding.
            PackedSequence packed = Sequences.PackPaddedSequence(
                _dropout.Forward(_embedding.Forward(input)), Words.Lengths(input), batchFirst: true, enforceSorted: false);
            (_, Tensor state) = _rnn.Forward(packed);
            return _output.Forward(_dropout.Forward(state[0]));
        }
    }

    /// <summary>The same with an LSTM that reads both ways, and the greatest value of each unit over all words.</summary>
    private sealed class BothWaysReader(int words, int width) : Module<Tensor, Tensor>
    {
        private readonly Embedding _embedding = Vectors(words, width);
        private readonly LSTM _lstm = new(width, width, batchFirst: true, bidirectional: true);
        private readonly Dropout _dropout = new(0.5);
        private readonly Linear _output = new(2 * width, 2);

        public override Tensor Forward(Tensor input)
        {
            PackedSequence packed = Sequences.PackPaddedSequence(
                _dropout.Forward(_embedding.Forward(input)), Words.Lengths(input), batchFirst: true, enforceSorted: false);
            (PackedSequence output, _) = _lstm.Forward(packed);
            (Tensor states, _) = Sequences.PadPackedSequence(output, batchFirst: true, paddingValue: -1.0);
            return _output.Forward(_dropout.Forward(states.Amax(1)));
        }
    }
}
