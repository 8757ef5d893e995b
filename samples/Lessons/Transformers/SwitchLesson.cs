namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A mixture of experts: each token asks the one of several feed-forward parts that a router finds best, so that there are many more
/// weights for the same work (Fedus, Zoph and Shazeer 2022, "Switch transformers"). The balancing loss E · Σ fₑ Pₑ keeps all experts
/// busy; without it, one gets all. The figure: how much the idlest expert does, as a multiple of an even share.
/// </summary>
internal static class SwitchLesson
{
    private const int Experts = 4;

    public static Lesson Lesson { get; } = new(
        "switch", Chapter.Transformers, "Switch transformer: a mixture of experts that keeps its balance",
        Goal.AtLeast("idlest expert's share × experts", 0.6), Goal.AtLeast("idlest expert's share × experts", 0.4), Run)
    {
        Data = "a play that it makes",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        string text = TinyText.Write(3000, seed: 1);
        CharacterVocabulary letters = new(text);
        int[] tokens = letters.Encode(text);
        NextTokenDataset training = new(tokens.AsMemory(0, tokens.Length * 9 / 10), 32);
        NextTokenDataset validation = new(tokens.AsMemory(tokens.Length * 9 / 10), 32, stride: 32);
        List<IReadOnlyList<string>> rows = [];
        List<(string, IReadOnlyList<double>)> losses = [];
        double idlest = 0;
        (string, int, double)[] kinds =
            [("one expert", 1, 0.0), ("four, without balance", Experts, 0.0), ("four, balanced", Experts, 0.02)];
        foreach ((string name, int experts, double weight) in kinds)
        {
            SwitchModel model = new(letters.Count, run.Choose(48, 32), experts);
            losses.Add((name, run.Train(
                new AdamW(model.Parameters(), 5e-3), run.Choose(800, 120),
                _ =>
                {
                    (Tensor x, Tensor next) = Batch(training, [.. Tensor.RandInt(0, training.Count, [16]).ToArray<long>()]);
                    (Tensor scores, Tensor balance, Tensor _) = model.Forward(x);
                    return Loss.CrossEntropy(scores.Flatten(0, 1), next.Flatten()) + (balance * weight);
                }, maxNorm: 1, what: name)));
            model.Eval();
            using GradMode.Region none = GradMode.NoGrad();
            (Tensor vx, Tensor vNext) = Batch(
                validation, [.. Enumerable.Range(0, Math.Min(200, validation.Count)).Select(static i => (long)i)]);
            (Tensor all, _, Tensor load) = model.Forward(vx);
            Tensor shares = load / load.Sum();
            idlest = (double)shares.Min() * experts;
            rows.Add([
                name, $"{model.Parameters().Sum(static p => p.Count):N0}",
                $"{(double)Loss.CrossEntropy(all.Flatten(0, 1), vNext.Flatten()):0.0000}",
                string.Join(" ", shares.ToArray<float>().Select(static share => $"{share:P0}"))]);
        }

        run.Report.Table(
            "Experts", "The same work a token; validation loss, and who does it.", ["", "parameters", "loss", "shares of the work"], rows);
        run.Report.Curves("Losses", "With the weighted balancing loss.", false, [.. losses]);
        return idlest;
    }

    private static Example Batch(NextTokenDataset data, long[] places) => data.GetBatch([.. places.Select(static place => (int)place)]);

    /// <summary>Letters [n, length] → scores of the next letter, the layers' balancing loss, and the experts' tokens.</summary>
    private sealed class SwitchModel(int letters, int width, int experts) : Module<Tensor, (Tensor Scores, Tensor Balance, Tensor Load)>
    {
        private readonly Embedding _embedding = new(letters, width);
        private readonly LayerNorm _norm1 = new(width), _norm2 = new(width), _norm3 = new(width);
        private readonly GroupedQueryAttention _attention = new(width, numHeads: 4, rotary: new RotaryPositions(width / 4));
        private readonly MixtureOfExperts _experts = new(width, 2 * width, experts, capacityFactor: 2);
        private readonly Linear _output = new(width, letters);

        public override (Tensor Scores, Tensor Balance, Tensor Load) Forward(Tensor input)
        {
            Tensor x = _embedding.Forward(input);
            x += _attention.Forward(_norm1.Forward(x));
            (Tensor done, Tensor balance, Tensor load) = _experts.Forward(_norm2.Forward(x));
            return (_output.Forward(_norm3.Forward(x + done)), balance, load.To(DType.Float32));
        }
    }
}
