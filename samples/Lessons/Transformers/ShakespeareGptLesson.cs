namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A small GPT writes Shakespeare, letter by letter: nanoGPT's settings for a processor (A. Karpathy), whose published validation loss is
/// 1.88, with twice its learning rate, which so short a training can bear. Radford et al. 2018, "Improving language understanding by
/// generative pre-training".
/// </summary>
internal static class ShakespeareGptLesson
{
    public static Lesson Lesson { get; } = new(
        "gpt", Chapter.Transformers, "A GPT writes Shakespeare, letter by letter",
        Goal.AtMost("validation loss", 1.88), Goal.AtMost("validation loss", 0.85), Run)
    {
        Data = "tinyshakespeare",
        Time = "4 min",
    };

    private static double Run(LessonRun run)
    {
        // The text as numbers of its letters; the last tenth is kept for validation.
        string text = run.Quick
            ? TinyText.Write(1500, seed: 1)
            : File.ReadAllText(Materials.Find(run, WellKnownDatasets.TinyShakespeare)["input.txt"]);
        CharacterVocabulary letters = new(text);
        int[] tokens = letters.Encode(text);
        int split = tokens.Length * 9 / 10, block = run.Choose(64, 48), steps = run.Choose(2000, 120);
        NextTokenDataset training = new(tokens.AsMemory(0, split), block);
        NextTokenDataset validation = new(tokens.AsMemory(split), block, stride: block);

        GPT model = new(run.Choose(
            new GPTOptions(block, letters.Count, NumLayers: 4, NumHeads: 4, Width: 128, Bias: false),
            new GPTOptions(block, letters.Count, NumLayers: 2, NumHeads: 2, Width: 48, Bias: false)));

        // Matrices are pulled towards zero, the scales of the normalizations are not.
        double rate = run.Choose(2e-3, 5e-3);
        AdamW optimizer = new(
            new ParameterGroup<AdamOptions>(
                model.Parameters()
                    .Where(static p => p.Rank >= 2), new AdamOptions { LearningRate = rate, Beta2 = 0.99, WeightDecay = 0.1 }),
            new ParameterGroup<AdamOptions>(
                model.Parameters().Where(static p => p.Rank < 2), new AdamOptions { LearningRate = rate, Beta2 = 0.99, WeightDecay = 0 }));
        int warmUp = steps / 20;
        List<double> validated = [];
        double[] losses = run.Train(
            optimizer, steps,
            step =>
            {
                if (step % (steps / 10) == 0)
                {
                    validated.Add(Validate(model, validation, run.Choose(50, 10)));
                }

                int[] places = [.. Tensor.RandInt(0, training.Count, [12]).ToArray<long>().Select(static place => (int)place)];
                (Tensor x, Tensor next) = training.GetBatch(places);
                return LossOf(model, x, next);
            },
            new CosineSchedule(steps - warmUp, minimum: 0.1).AfterWarmUp(warmUp), maxNorm: 1);

        double loss = Validate(model, validation, int.MaxValue);
        validated.Add(loss);
        model.Eval();
        Tensor prompt = Tensor.From([.. letters.Encode("\n").Select(static token => (long)token)], 1, 1);
        long[] written = model.Generate(prompt, maxNewTokens: run.Choose(500, 200), temperature: 0.8, topK: 40).ToArray<long>();
        string sample = letters.Decode([.. written.Select(static token => (int)token)]);
        run.Say(sample);
        run.Report.Text("What it writes", "Letter by letter, at a temperature of 0.8.", sample);
        run.Report.Add(new LineChart(
            "Loss",
            new Curve("training", losses),
            new Curve("validation", validated) { Steps = [.. validated.Select((_, i) => (double)i * steps / 10)] })
        {
            Caption = "Cross entropy of the next letter, in nats.",
            StepLabel = "step",
        });
        return loss;
    }

    private static Tensor LossOf(GPT model, Tensor x, Tensor next) =>
        Loss.CrossEntropy(model.Forward(x).Flatten(0, 1), next.Flatten());

    /// <summary>The mean loss over the validation text, block by block.</summary>
    private static double Validate(GPT model, NextTokenDataset validation, int blocks)
    {
        using GradMode.Region none = GradMode.NoGrad();
        model.Eval();
        int count = Math.Min(blocks, validation.Count);
        double total = 0;
        foreach (int[] rows in Enumerable.Range(0, count).Select(i => i * (validation.Count / count)).Chunk(32))
        {
            (Tensor x, Tensor next) = validation.GetBatch(rows);
            total += (double)LossOf(model, x, next) * rows.Length;
        }

        model.Train();
        return total / count;
    }
}
