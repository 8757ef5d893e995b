namespace DeepLearning.Samples.Lessons;

/// <summary>
/// "You shall know a word by the company it keeps" (Firth 1957): vectors that guess a word's neighbors come to hold its meaning, and
/// king − man + woman lands at queen (Mikolov et al. 2013, skip-gram with negative sampling). −log σ(u·v) − Σ log σ(−u·vₙ).
/// </summary>
internal static class Word2VecLesson
{
    private static readonly (string He, string She, string Role)[] _people =
    [
        ("man", "woman", "adult"), ("king", "queen", "royal"), ("prince", "princess", "heir"), ("boy", "girl", "child"),
        ("actor", "actress", "stage"), ("waiter", "waitress", "inn"),
    ];

    private static readonly Dictionary<string, string[]> _doings = new()
    {
        ["adult"] = ["pays taxes", "drives to work", "votes today"],
        ["royal"] =
            ["rules the land", "sits on the throne", "wears the crown"],
        ["heir"] = ["waits for the throne", "learns to rule", "rides through the land"],
        ["child"] = ["goes to school", "plays with toys", "learns to read"],
        ["stage"] = ["plays the part", "learns the lines", "bows to applause"],
        ["inn"] =
            ["brings the soup", "takes the order", "pours the wine"],
    };

    public static Lesson Lesson { get; } = new(
        "word2vec", Chapter.Sequences, "word2vec: king − man + woman = queen",
        Goal.AtLeast("analogies right", 0.9), Goal.AtLeast("analogies right", 0.5), Run)
    {
        Data = "sentences that it makes",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        List<string[]> sentences = Make(run.Choose(6000, 3000));
        Words words = new(sentences);
        (Tensor centers, Tensor neighbors) = Pairs(sentences, words, window: 5);

        // Rare words are drawn as wrong answers a little more often than they come: their frequency to the power of 3/4.
        Tensor frequency = neighbors.BinCount(minLength: words.Count).To(DType.Float32).Pow(0.75);
        const int width = 24, negatives = 5, batch = 512;
        Embedding input = new(words.Count, width), output = new(words.Count, width);
        Initialize.Uniform(input.Weight, -0.5 / width, 0.5 / width);
        Initialize.Zeros(output.Weight);
        int steps = run.Choose(4000, 900);
        double[] losses = run.Train(new Adam([input.Weight, output.Weight], run.Choose(5e-3, 1e-2)), steps, _ =>
        {
            Tensor rows = Tensor.RandInt(0, centers.Size(0), [batch]), wrong = frequency.Multinomial(batch * negatives, replacement: true);
            Tensor center = input.Forward(centers.IndexSelect(0, rows)), neighbor = output.Forward(neighbors.IndexSelect(0, rows));
            Tensor others = output.Forward(wrong.Reshape(batch, negatives));
            return Loss.NegativeSampling((center * neighbor).Sum(1), others.Bmm(center.Unsqueeze(2)).Squeeze(2));
        }, new LinearSchedule(steps));

        using GradMode.Region none = GradMode.NoGrad();
        Tensor vectors = input.Weight.Normalize(2, axis: 1);
        (double right, List<IReadOnlyList<string>> rows) = Analogies(vectors, words);
        string[] shown = [.. _people.SelectMany(static p => new[] { p.He, p.She })];
        Tensor points = Tensor.Stack([.. shown.Select(word => vectors[(int)words[word]])]);
        Tensor flat = (points - points.Mean(0)).MatMul(Linalg.Svd(points - points.Mean(0), fullMatrices: false).Item3[..2].T);
        run.Report.Add(PlanePicture.Around(flat, "Words", "The two directions in which their vectors differ most; blue he, orange she.")
            .Words(flat, shown, static i => i % 2));
        run.Report.Table("Analogies", "a is to b as c is to …", ["a : b = c : ?", "found", "right"], rows);
        run.Report.Curves("Loss", "Of a pair and its five wrong answers.", false, ("training", losses));
        return right;
    }

    /// <summary>For all pairs of pairs: she₂ is the word next to he₂ − he₁ + she₁, of all words but those three.</summary>
    private static (double Right, List<IReadOnlyList<string>> Rows) Analogies(Tensor vectors, Words words)
    {
        List<IReadOnlyList<string>> rows = [];
        int right = 0, all = 0;
        foreach ((string he, string she, _) in _people)
        {
            foreach ((string otherHe, string otherShe, _) in _people.Where(p => p.He != he))
            {
                Tensor wanted = vectors[(int)words[otherHe]] - vectors[(int)words[he]] + vectors[(int)words[she]];
                Tensor scores = vectors.MatMul(wanted);
                foreach (string given in new[] { he, she, otherHe })
                {
                    scores[(int)words[given]] = double.NegativeInfinity;
                }

                string found = words.All[(int)(long)scores.ArgMax()];
                all++;
                right += found == otherShe ? 1 : 0;
                if (all % 5 == 1 || found != otherShe)
                {
                    rows.Add([$"{he} : {she} = {otherHe} : ?", found, otherShe]);
                }
            }
        }

        return ((double)right / all, rows);
    }

    private static List<string[]> Make(int count)
    {
        Generator random = new(7);
        string[] his = ["he shaves his beard", "he ties his tie", "his brother calls him"];
        string[] hers = ["she wears her dress", "she brushes her hair", "her sister calls her"];
        List<string[]> sentences = [];
        for (int i = 0; i < count; i++)
        {
            (string he, string she, string role) = _people[Whole(_people.Length)];
            bool isHe = Whole(2) == 0;
            string doing = _doings[role][Whole(3)], habit = (isHe ? his : hers)[Whole(3)];
            sentences.Add($"the {(isHe ? he : she)} {doing} and {habit}".Split(' '));
        }

        return sentences;

        int Whole(int below) => (int)(random.NextDouble() * below);
    }

    private static (Tensor Centers, Tensor Neighbors) Pairs(List<string[]> sentences, Words words, int window)
    {
        List<long> centers = [], neighbors = [];
        foreach (string[] sentence in sentences)
        {
            for (int i = 0; i < sentence.Length; i++)
            {
                for (int j = Math.Max(0, i - window); j < Math.Min(sentence.Length, i + window + 1); j++)
                {
                    if (i != j)
                    {
                        centers.Add(words[sentence[i]]);
                        neighbors.Add(words[sentence[j]]);
                    }
                }
            }
        }

        return (Tensor.From([.. centers]), Tensor.From([.. neighbors]));
    }
}
