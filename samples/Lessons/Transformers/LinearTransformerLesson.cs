using System.Diagnostics;

namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Attention compares every token with every other: its work grows with the square of the length. With φ(q) · φ(k) in the place of exp(q
/// · k), sums of φ(k) vᵀ are enough and the work grows with the length (Katharopoulos et al. 2020, "Transformers are RNNs"). Both learn
/// the same text; the picture has their times.
/// </summary>
internal static class LinearTransformerLesson
{
    public static Lesson Lesson { get; } = new(
        "linear-transformer", Chapter.Transformers, "A linear transformer against the full one: as good, and faster on long texts",
        Goal.AtMost("validation loss, linear / full", 1.3), Goal.AtMost("validation loss, linear / full", 2.5), Run)
    {
        Data = "a play that it makes",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        string text = TinyText.Write(3000, seed: 1);
        CharacterVocabulary letters = new(text);
        int[] tokens = letters.Encode(text);
        const int length = 48;
        NextTokenDataset training = new(tokens.AsMemory(0, tokens.Length * 9 / 10), length);
        NextTokenDataset validation = new(tokens.AsMemory(tokens.Length * 9 / 10), length, stride: length);
        int width = run.Choose(64, 32);
        (string Name, Writer Model)[] models =
        [
            ("full", new Writer(letters.Count, width, static w => new GroupedQueryAttention(w, 4))),
            ("linear", new Writer(letters.Count, width, static w => new LinearAttention(w, 4, isCausal: true))),
        ];
        List<double> validated = [];
        List<(string, IReadOnlyList<double>)> losses = [];
        foreach ((string name, Writer model) in models)
        {
            int steps = run.Choose(1200, 200);
            losses.Add((name, run.Train(
                new AdamW(model.Parameters(), run.Choose(3e-3, 5e-3)), steps,
                _ => LossOf(model, training,
                    [.. Tensor.RandInt(0, training.Count, [16]).ToArray<long>().Select(static place => (int)place)]),
                new CosineSchedule(steps), maxNorm: 1, what: name)));
            using GradMode.Region none = GradMode.NoGrad();
            validated.Add((double)LossOf(model, validation, [.. Enumerable.Range(0, Math.Min(200, validation.Count))]));
        }

        run.Say($"validation loss: full {validated[0]:0.0000}, linear {validated[1]:0.0000}");
        Time(run);
        run.Report.Curves("Losses", "Cross entropy of the next letter.", true, [.. losses]);
        return validated[1] / validated[0];
    }

    /// <summary>How long both attentions take for longer and longer texts.</summary>
    private static void Time(LessonRun run)
    {
        using GradMode.Region none = GradMode.NoGrad();
        int[] lengths = run.Choose<int[]>([128, 256, 512, 1024, 2048, 4096, 8192], [64, 256, 1024]);
        GroupedQueryAttention full = new(64, 4);
        LinearAttention linear = new(64, 4, isCausal: false);
        List<double> fullTimes = [], linearTimes = [];
        foreach (int length in lengths)
        {
            Tensor x = Tensor.Randn(1, length, 64);
            fullTimes.Add(Milliseconds(() => full.Forward(x)));
            linearTimes.Add(Milliseconds(() => linear.Forward(x)));
            run.Say($"{length} tokens: full {fullTimes[^1]:0.00} ms, linear {linearTimes[^1]:0.00} ms");
        }

        double[] places = [.. lengths.Select(static length => Math.Log2(length))];
        run.Report.Add(new LineChart(
            "Milliseconds", new Curve("full", fullTimes) { Steps = places }, new Curve("linear", linearTimes) { Steps = places })
        {
            LogScale = true,
            StepLabel = "log₂ of the length",
            Caption = "One layer of attention, the best of five passes.",
        });
    }

    private static double Milliseconds(Func<Tensor> pass) => Enumerable.Range(0, 5).Min(_ =>
    {
        Stopwatch watch = Stopwatch.StartNew();
        pass();
        return watch.Elapsed.TotalMilliseconds;
    });

    private static Tensor LossOf(Writer model, NextTokenDataset data, int[] places)
    {
        (Tensor x, Tensor next) = data.GetBatch(places);
        return Loss.CrossEntropy(model.Forward(x).Flatten(0, 1), next.Flatten());
    }

    /// <summary>Letters [n, length] → scores of the next letter, by two blocks whose attention is given.</summary>
    private sealed class Writer(int letters, int width, Func<int, Module<Tensor, Tensor>> attention) : Module<Tensor, Tensor>
    {
        private readonly Embedding _embedding = new(letters, width);
        private readonly LearnedPositions _positions = new(64, width);
        private readonly Sequential _blocks = new([.. Enumerable.Range(0, 2).SelectMany(_ => new Module<Tensor, Tensor>[]
        {
            new Residual(new Sequential(new LayerNorm(width), attention(width))),
            new Residual(new Sequential(new LayerNorm(width), new Linear(width, 2 * width), new GELU(), new Linear(2 * width, width))),
        })]);

        private readonly Linear _output = new(width, letters);

        public override Tensor Forward(Tensor input) => _output.Forward(_blocks.Forward(_positions.Forward(_embedding.Forward(input))));
    }
}
