namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Letter by letter, a recurrent network writes on (Karpathy 2015, "The unreasonable effectiveness of recurrent neural networks"): an LSTM
/// (Hochreiter and Schmidhuber 1997) and a GRU (Cho et al. 2014), which has two gates where the LSTM has three.
/// </summary>
internal static class CharRnnLesson
{
    public static Lesson Lesson { get; } = new(
        "char-rnn", Chapter.Sequences, "An LSTM and a GRU write text, letter by letter",
        Goal.AtMost("validation loss of the LSTM", 1.85), Goal.AtMost("validation loss of the LSTM", 0.4), Run)
    {
        Data = "tinyshakespeare",
        Time = "3 min",
    };

    private static double Run(LessonRun run)
    {
        string text = run.Quick
            ? TinyText.Write(1500, seed: 1)
            : File.ReadAllText(Materials.Find(run, WellKnownDatasets.TinyShakespeare)["input.txt"]);
        CharacterVocabulary letters = new(text);
        int[] tokens = letters.Encode(text);
        int split = tokens.Length * 9 / 10, length = run.Choose(64, 40);
        NextTokenDataset training = new(tokens.AsMemory(0, split), length);
        NextTokenDataset validation = new(tokens.AsMemory(split), length, stride: length);

        (double lstmLoss, double[] lstmLosses, string lstmText) = Learn(
            run, "LSTM", new Writer(letters.Count, run.Choose(192, 48), isLstm: true), training, validation, letters);
        (double gruLoss, double[] gruLosses, string gruText) = Learn(
            run, "GRU", new Writer(letters.Count, run.Choose(192, 48), isLstm: false), training, validation, letters);
        run.Say($"validation loss: LSTM {lstmLoss:0.0000}, GRU {gruLoss:0.0000}");
        run.Report.Text("What the LSTM writes", "At a temperature of 0.7.", lstmText);
        run.Report.Text("What the GRU writes", "At a temperature of 0.7.", gruText);
        run.Report.Curves("Losses", "Cross entropy of the next letter, in nats.", false, ("LSTM", lstmLosses), ("GRU", gruLosses));
        return lstmLoss;
    }

    private static (double Loss, double[] Losses, string Text) Learn(
        LessonRun run, string name, Writer model, NextTokenDataset training, NextTokenDataset validation, CharacterVocabulary letters)
    {
        int steps = run.Choose(1200, 150);
        double[] losses = run.Train(
            new Adam(model.Parameters(), run.Choose(3e-3, 1e-2)), steps,
            _ =>
            {
                int[] places = [.. Tensor.RandInt(0, training.Count, [32]).ToArray<long>().Select(static place => (int)place)];
                (Tensor x, Tensor next) = training.GetBatch(places);
                return Loss.CrossEntropy(model.Forward(x).Flatten(0, 1), next.Flatten());
            },
            new CosineSchedule(steps), maxNorm: 1, what: name);

        using GradMode.Region none = GradMode.NoGrad();
        double total = 0;
        foreach (int[] rows in Enumerable.Range(0, validation.Count).Chunk(100))
        {
            (Tensor x, Tensor next) = validation.GetBatch(rows);
            total += (double)Loss.CrossEntropy(model.Forward(x).Flatten(0, 1), next.Flatten()) * rows.Length;
        }

        // Writing needs the state and the last letter alone: one step a letter, however long the text.
        int letter = letters.Encode("\n")[0];
        object? state = null;
        List<int> written = [];
        for (int i = 0; i < run.Choose(400, 160); i++)
        {
            (Tensor scores, state) = model.Step(Tensor.From([(long)letter], 1, 1), state);
            letter = (int)(scores.Flatten() / 0.7).Softmax(0).Multinomial(1).Item<long>();
            written.Add(letter);
        }

        return (total / validation.Count, losses, letters.Decode([.. written]));
    }

    /// <summary>Letters [n, length] → scores of the next letter [n, length, letters].</summary>
    private sealed class Writer(int letters, int width, bool isLstm) : Module<Tensor, Tensor>
    {
        private readonly Embedding _embedding = new(letters, 32);
        private readonly LSTM? _lstm = isLstm ? new LSTM(32, width, batchFirst: true) : null;
        private readonly GRU? _gru = isLstm ? null : new GRU(32, width, batchFirst: true);
        private readonly Linear _output = new(width, letters);

        public override Tensor Forward(Tensor input) => Step(input, null).Scores;

        /// <summary>Goes on from a state; null is the start.</summary>
        public (Tensor Scores, object State) Step(Tensor input, object? state)
        {
            Tensor x = _embedding.Forward(input);
            if (_lstm is not null)
            {
                (Tensor output, LSTMState next) = _lstm.Forward(x, (LSTMState?)state);
                return (_output.Forward(output), next);
            }

            (Tensor steps, Tensor hidden) = _gru!.Forward(x, (Tensor?)state);
            return (_output.Forward(steps), hidden);
        }
    }
}
