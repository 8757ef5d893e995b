namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Two ways to find a text: BM25 counts the words that question and text share, rare words more (Robertson and Walker 1994), and finds
/// nothing where they use other words for the same. Vectors of sentences, learned from pairs that mean alike by InfoNCE (van den Oord et
/// al. 2018; Reimers and Gurevych 2019), do.
/// </summary>
internal static class SearchLesson
{
    private const int Length = 12;

    private static readonly string[][] _things =
    [
        ["car", "automobile", "vehicle"], ["house", "home", "residence"], ["doctor", "physician", "medic"], ["picture", "image", "photo"],
        ["child", "kid", "youngster"], ["film", "movie", "picture-show"], ["road", "street", "way"], ["shop", "store", "market"],
        ["boat", "ship", "vessel"], ["song", "tune", "melody"], ["dog", "hound", "puppy"], ["meal", "dinner", "feast"],
    ];

    private static readonly string[][] _doings =
    [
        ["buy", "purchase", "acquire"], ["repair", "fix", "mend"], ["find", "discover", "locate"], ["begin", "start", "open"],
        ["sell", "trade", "vend"], ["clean", "wash", "scrub"], ["show", "display", "present"], ["stop", "end", "finish"],
    ];

    private static readonly string[][] _kinds =
        [["big", "large", "huge"], ["small", "little", "tiny"], ["old", "ancient", "aged"], ["quick", "fast", "rapid"],
            ["cheap", "inexpensive", "low-cost"]];

    public static Lesson Lesson { get; } = new(
        "search", Chapter.Other, "Search: BM25 against vectors of sentences",
        Goal.AtLeast("found first by vectors", 0.95), Goal.AtLeast("found first by vectors", 0.7), Run)
    {
        Data = "sentences that it makes",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        Generator random = new(9);

        // Meanings to learn from, and others, of the same words, to search among.
        (int Doing, int Kind, int Thing)[] meanings =
        [
            .. from doing in Enumerable.Range(0, _doings.Length)
               from kind in Enumerable.Range(0, _kinds.Length)
               from thing in Enumerable.Range(0, _things.Length)
               select (doing, kind, thing),
        ];
        int[] order = [.. Tensor.RandPerm(meanings.Length, generator: random).ToArray<long>().Select(static i => (int)i)];
        (int, int, int)[] known = [.. order[..300].Select(i => meanings[i])], searched = [.. order[300..].Select(i => meanings[i])];
        Words words = new(
            meanings.SelectMany(m => Enumerable.Range(0, 30).Select(_ => Say(m, random, 0))), special: ["how", "can", "i", "where", "a"]);

        SentenceEncoder encoder = new(words.Count, 48);
        int steps = run.Choose(1000, 200);
        double[] losses = run.Train(new Adam(encoder.Parameters(), 5e-3), steps, _ =>
        {
            (int, int, int)[] batch = [.. Tensor.RandInt(0, known.Length, [64]).ToArray<long>().Select(i => known[i])];
            Tensor first = words.Encode([.. batch.Select(m => Say(m, random, 0))], Length);
            Tensor second = words.Encode([.. batch.Select(m => Say(m, random, 1))], Length);
            return Loss.InfoNCE(encoder.Forward(first), encoder.Forward(second), temperature: 0.1);
        }, new LinearSchedule(steps));

        // Each text is asked for in other words than its own.
        string[][] texts = [.. searched.Select(m => Say(m, random, 0))];
        string[][] questions = [.. searched.Select((m, i) => Ask(m, texts[i], random))];
        using GradMode.Region none = GradMode.NoGrad();
        Tensor near = encoder.Forward(words.Encode(questions, Length)).MatMul(encoder.Forward(words.Encode(texts, Length)).T);
        Tensor shared = Bm25(questions, texts, words);
        double byVectors = First(near), byWords = First(shared);
        run.Say($"found first: BM25 {byWords:0.0000}, vectors {byVectors:0.0000}");
        run.Report.Table(
            "Found first", $"{texts.Length} texts, each asked for in other words.", ["way", "share"],
            [["BM25", $"{byWords:0.0000}"], ["vectors", $"{byVectors:0.0000}"]]);
        run.Report.Table(
            "Questions", "What each way found.", ["question", "BM25", "vectors"],
            Enumerable.Range(0, 10).Select(i => new[]
            {
                string.Join(' ', questions[i]), string.Join(' ', texts[(int)(long)shared[i].ArgMax()]),
                string.Join(' ', texts[(int)(long)near[i].ArgMax()]),
            }));
        run.Report.Curves("Loss", "InfoNCE: the right one of 64.", false, ("training", losses));
        return byVectors;
    }

    private static double First(Tensor scores) =>
        scores.ArgMax(1).EqualTo(Tensor.Arange(scores.Size(0))).To(DType.Float64).Mean().Item<double>();

    /// <summary>
    /// BM25 of each question and text, [questions, texts]: Σ idf(w) · f (k + 1) / (f + k (1 − b + b · length / mean)), f how often w is in
    /// the text; k = 1.2, b = 0.75.
    /// </summary>
    private static Tensor Bm25(string[][] questions, string[][] texts, Words words)
    {
        const double k = 1.2, b = 0.75;
        Tensor Counts(string[][] all) => words.Encode(all, Length).OneHot(words.Count).To(DType.Float32).Sum(1) * NotPadding(words.Count);
        Tensor counts = Counts(texts), lengths = counts.Sum(1, keepDim: true), having = counts.Greater(0).To(DType.Float32).Sum(0);
        Tensor idf = (((texts.Length - having + 0.5) / (having + 0.5)) + 1).Log();
        Tensor weights = counts * (k + 1) / (counts + (k * (1 - b + (b * lengths / lengths.Mean())))) * idf;
        return Counts(questions).MatMul(weights.T);
    }

    private static Tensor NotPadding(int words) => Tensor.Arange(words).Greater(Words.Unknown).To(DType.Float32);

    /// <summary>A meaning in words of chance.</summary>
    private static string[] Say((int Doing, int Kind, int Thing) meaning, Generator random, int form)
    {
        string doing = Pick(_doings[meaning.Doing], random), kind = Pick(_kinds[meaning.Kind], random);
        string thing = Pick(_things[meaning.Thing], random);
        return form == 0 ? ["how", "i", doing, "a", kind, thing] : ["where", "can", "i", doing, "a", kind, thing];
    }

    /// <summary>The same meaning without any of a text's words for it.</summary>
    private static string[] Ask((int Doing, int Kind, int Thing) meaning, string[] text, Generator random)
    {
        string Other(string[] same) => Pick([.. same.Where(word => !text.Contains(word))], random);
        return ["where", "can", "i", Other(_doings[meaning.Doing]), "a", Other(_kinds[meaning.Kind]), Other(_things[meaning.Thing])];
    }

    private static string Pick(string[] words, Generator random) => words[(int)(random.NextDouble() * words.Length)];

    /// <summary>Numbers of words [n, length] → vectors of length 1, [n, width]: the mean of the words' vectors, and a layer.</summary>
    private sealed class SentenceEncoder(int words, int width) : Module<Tensor, Tensor>
    {
        private readonly Embedding _embedding = new(words, width, paddingIdx: (int)Words.Pad);
        private readonly Sequential _output = new(new Linear(width, width), new Tanh(), new Linear(width, width));

        public override Tensor Forward(Tensor input) => _output.Forward(_embedding.Forward(input).Sum(1)
            / Words.Lengths(input).Unsqueeze(1).To(DType.Float32)).Normalize(2, axis: 1);
    }
}
