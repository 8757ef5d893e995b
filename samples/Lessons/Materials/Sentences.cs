namespace DeepLearning.Samples.Lessons;

/// <summary>Sentences of two kinds, in an order of chance; the last tenth is for the test.</summary>
/// <param name="Texts">The sentences' words.</param>
/// <param name="Labels">Their kinds, 0 or 1.</param>
internal sealed record Sentences(IReadOnlyList<string[]> Texts, IReadOnlyList<int> Labels)
{
    private const int TestShare = 10, FewWords = 6;

    private static readonly string[] _things = ["plot", "acting", "music", "ending", "story", "cast", "script", "camera"];
    private static readonly string[] _good =
    [
        "great", "moving", "clever", "funny", "fresh", "superb", "lovely", "brave", "warm", "witty", "bright", "elegant", "gripping",
        "tender",
        "graceful", "charming", "honest", "lively", "rich", "subtle", "vivid", "wise", "bold", "sweet",
    ];

    private static readonly string[] _bad =
    [
        "dull", "weak", "clumsy", "boring", "stale", "awful", "ugly", "silly", "cold", "flat", "messy", "hollow", "tedious", "shallow",
        "lazy", "bland", "noisy", "false", "lifeless", "poor", "crude", "empty", "grim", "sloppy",
    ];

    private static readonly string[] _verbs = ["is", "was", "seems", "feels"];

    /// <summary>How many are for training.</summary>
    public int TrainingCount => Texts.Count - (Texts.Count / TestShare);

    /// <summary>The numbers of the words and the kinds: of the sentences to train on, and of those for the test.</summary>
    public (TensorDataset Training, TensorDataset Test) ToTensors(Words words, int length)
    {
        Tensor inputs = words.Encode(Texts, length), targets = Tensor.From([.. Labels]).To(DType.Int64);
        return (
            new TensorDataset(inputs[..TrainingCount], targets[..TrainingCount]),
            new TensorDataset(inputs[TrainingCount..], targets[TrainingCount..]));
    }

    /// <summary>
    /// Sentences of film reviews, bad and good ones (Pang and Lee 2005); in a quick run such as <see cref="MadeReviews"/>.
    /// </summary>
    public static Sentences Reviews(LessonRun run) => run.Quick
        ? MadeReviews(1200)
        : Load(Materials.Find(run, Materials.Polarity), "rt-polarity.neg", "rt-polarity.pos");

    /// <summary>
    /// Sentences that tell of facts, and those that judge (Pang and Lee 2004); in a quick run such as <see cref="MadeOpinions"/>.
    /// </summary>
    public static Sentences Subjectivity(LessonRun run) => run.Quick
        ? MadeOpinions(1200)
        : Load(Materials.Find(run, Materials.Subjectivity), "subj.objective", "subj.subjective");

    /// <summary>
    /// Made reviews, whose verdict is that of the last clause, turned round by "not": the words alone do not tell, their order does.
    /// </summary>
    public static Sentences MadeReviews(int count)
    {
        Generator random = new(5);
        List<string[]> texts = [];
        List<int> labels = [];
        for (int i = 0; i < count; i++)
        {
            List<string> words = [];
            int label = 0, clauses = 1 + Whole(2);
            for (int clause = 0; clause < clauses; clause++)
            {
                bool good = Whole(2) == 1, turned = Whole(4) == 0;
                words.AddRange(["the", Pick(_things), Pick(_verbs)]);
                string judgement = (good ? _good : _bad)[Whole(FewWords)];
                words.AddRange(turned ? ["not", judgement] : [judgement]);
                words.Add(clause == clauses - 1 ? "." : "but");
                label = good != turned ? 1 : 0;
            }

            texts.Add([.. words]);
            labels.Add(label);
        }

        return new Sentences(texts, labels);

        int Whole(int below) => (int)(random.NextDouble() * below);

        string Pick(string[] words) => words[Whole(words.Length)];
    }

    /// <summary>
    /// Made opinions, each of six judgements that agree, of many words: who has read enough of them without labels knows which words go
    /// together, and needs few labels.
    /// </summary>
    public static Sentences MadeOpinions(int count)
    {
        Generator random = new(6);
        List<string[]> texts = [];
        List<int> labels = [];
        for (int i = 0; i < count; i++)
        {
            int label = Whole(2);
            string[] judgements = label == 1 ? _good : _bad;
            texts.Add([.. Enumerable.Range(0, 6).SelectMany(_ => new[] { Pick(judgements), Pick(_things) })]);
            labels.Add(label);
        }

        return new Sentences(texts, labels);

        int Whole(int below) => (int)(random.NextDouble() * below);

        string Pick(string[] words) => words[Whole(words.Length)];
    }

    private static Sentences Load(DatasetFolder folder, string zero, string one)
    {
        (string[] Words, int Label)[] all =
        [
            .. new[] { zero, one }.SelectMany((file, label) => File.ReadLines(folder[file]).Select(
                line => (line.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries), label))),
        ];
        int[] order = [.. Tensor.RandPerm(all.Length, generator: new Generator(0)).ToArray<long>().Select(static place => (int)place)];
        return new Sentences([.. order.Select(i => all[i].Words)], [.. order.Select(i => all[i].Label)]);
    }
}
