namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Which words are names of persons and places? A bidirectional LSTM scores each word's tags, and a conditional random field the way from
/// tag to tag, so that the best sequence as a whole is chosen and none that cannot be (Lafferty, McCallum and Pereira 2001; Huang, Xu and
/// Yu 2015). The figure is F1 of whole names.
/// </summary>
internal static class CrfTaggerLesson
{
    private static readonly string[] _tags = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];

    // Words that are persons here and places there: only the sentence tells.
    private static readonly string[] _both = ["paris", "london", "sydney", "jordan", "victoria", "florence", "chelsea", "austin"];
    private static readonly string[] _last = ["smith", "hill", "brooks", "woods", "field", "bay"];
    private static readonly string[] _wide = ["hill", "woods", "bay", "field", "city", "north"];

    public static Lesson Lesson { get; } = new(
        "crf-tagger", Chapter.Sequences, "A conditional random field tags names",
        Goal.AtLeast("F1 of whole names", 0.97), Goal.AtLeast("F1 of whole names", 0.85), Run)
    {
        Data = "sentences that it makes",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        (List<string[]> texts, List<long[]> tags) = Make(run.Choose(3000, 900));
        Words words = new(texts);
        int length = texts.Max(static text => text.Length), split = texts.Count * 4 / 5;
        Tensor x = words.Encode(texts, length);
        Tensor y = Tensor.From([.. tags.SelectMany(row => row.Concat(new long[length - row.Length]))], texts.Count, length);

        int width = run.Choose(32, 24), steps = run.Choose(600, 150);
        Embedding embedding = new(words.Count, width);
        LSTM lstm = new(width, width, batchFirst: true, bidirectional: true);
        Linear scores = new(2 * width, _tags.Length);
        LinearChainCRF crf = new(_tags.Length);
        double[] losses = run.Train(
            new Adam([.. embedding.Parameters(), .. lstm.Parameters(), .. scores.Parameters(), .. crf.Parameters()], 1e-2), steps,
            _ =>
            {
                Tensor rows = Tensor.RandInt(0, split, [32]), batch = x.IndexSelect(0, rows);
                return crf.Forward(Emissions(batch), y.IndexSelect(0, rows), batch.NotEqualTo(Words.Pad));
            },
            new LinearSchedule(steps), maxNorm: 5);

        using GradMode.Region none = GradMode.NoGrad();
        Tensor test = x[split..], there = test.NotEqualTo(Words.Pad), emissions = Emissions(test);
        (Tensor best, _) = crf.Decode(emissions, there);
        double with = F1(best, tags, split), without = F1(emissions.ArgMax(2), tags, split);
        run.Say($"F1 {with:0.0000} of the best sequences, {without:0.0000} of the best tag of each word");
        run.Report.Heat(
            "Transitions",
            $"Learned scores of going from the tag of a row to that of a column ({string.Join(", ", _tags)}): "
                + "inside a name comes only after its beginning.",
            crf.Transitions, 40);
        run.Report.Table(
            "Test sentences", "Names in brackets as the network found them.", ["sentence"],
            Enumerable.Range(0, 12).Select(i => new[] { Bracketed(texts[split + i], best[i].ToArray<long>()) }));
        run.Report.Curves("Loss", "Negative log-likelihood of the right sequence.", false, ("training", losses));
        return with;

        Tensor Emissions(Tensor batch) => scores.Forward(lstm.Forward(embedding.Forward(batch)).Output);
    }

    private static (List<string[]> Texts, List<long[]> Tags) Make(int count)
    {
        Generator random = new(3);
        List<string[]> texts = [];
        List<long[]> tags = [];
        for (int i = 0; i < count; i++)
        {
            List<string> words = [];
            List<long> kinds = [];
            switch (Whole(4))
            {
                case 0:
                    Person();
                    Plain(Pick("lives in", "flew to", "was born in", "left"));
                    Place();
                    break;
                case 1:
                    Plain(Pick("yesterday", "then", "in the morning"));
                    Person();
                    Plain(Pick("met", "called", "thanked"));
                    Person();
                    break;
                case 2:
                    Place();
                    Plain(Pick("is larger than", "lies near", "is colder than"));
                    Place();
                    break;
                default:
                    Plain(Pick("the train to", "the road from", "the mayor of"));
                    Place();
                    Plain(Pick("was late for", "was shown to", "pleased"));
                    Person();
                    break;
            }

            texts.Add([.. words]);
            tags.Add([.. kinds]);

            void Plain(string text)
            {
                words.AddRange(text.Split(' '));
                kinds.AddRange(text.Split(' ').Select(static _ => 0L));
            }

            void Person()
            {
                words.Add(Pick(_both));
                kinds.Add(1);
                if (Whole(2) == 0)
                {
                    words.Add(Pick(_last));
                    kinds.Add(2);
                }
            }

            void Place()
            {
                words.Add(Pick(_both));
                kinds.Add(3);
                if (Whole(2) == 0)
                {
                    words.Add(Pick(_wide));
                    kinds.Add(4);
                }
            }
        }

        return (texts, tags);

        int Whole(int below) => (int)(random.NextDouble() * below);

        string Pick(params string[] words) => words[Whole(words.Length)];
    }

    /// <summary>F1 of names: each counts if its beginning, its end and its kind are right.</summary>
    private static double F1(Tensor found, List<long[]> tags, int split)
    {
        int right = 0, said = 0, there = 0;
        for (int i = 0; i < found.Size(0); i++)
        {
            long[] truth = tags[split + i];
            HashSet<(int, int, long)> names = [.. Names(truth)], guessed = [.. Names(found[i].ToArray<long>()[..truth.Length])];
            (there, said) = (there + names.Count, said + guessed.Count);
            right += names.Intersect(guessed).Count();
        }

        return 2.0 * right / Math.Max(1, said + there);
    }

    private static IEnumerable<(int Start, int End, long Kind)> Names(long[] tags)
    {
        for (int i = 0; i < tags.Length; i++)
        {
            if (tags[i] is 1 or 3)
            {
                int end = i + 1;
                while (end < tags.Length && tags[end] == tags[i] + 1)
                {
                    end++;
                }

                yield return (i, end, tags[i]);
            }
        }
    }

    private static string Bracketed(string[] words, long[] tags)
    {
        string[] shown = [.. words];
        foreach ((int start, int end, long kind) in Names(tags[..words.Length]))
        {
            shown[start] = "[" + shown[start];
            shown[end - 1] += kind == 1 ? " – person]" : " – place]";
        }

        return string.Join(' ', shown);
    }
}
