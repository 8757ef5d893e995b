using System.IO.Compression;
using System.Text;

namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Sentences and their translations as numbers of words. A sentence may have several translations; none of a test sentence is trained on.
/// </summary>
internal sealed class Translations
{
    public const long Pad = Words.Pad;

    private const string BeginWord = "<s>", EndWord = "</s>";

    private Translations(IReadOnlyList<(string[] Source, string[][] Targets)> all, int tests, int least)
    {
        // The order of chance is the same in every run.
        int[] order = [.. Tensor.RandPerm(all.Count, generator: new Generator(0)).ToArray<long>().Select(static place => (int)place)];
        Tests = [.. order[..tests].Select(i => all[i])];
        (string[] Source, string[] Target)[] pairs =
            [.. order[tests..].SelectMany(i => all[i].Targets.Select(target => (all[i].Source, target)))];
        SourceWords = new Words(pairs.Select(static pair => pair.Source), least: least);
        TargetWords = new Words(pairs.Select(static pair => pair.Target), special: [BeginWord, EndWord], least: least);
        int sourceLength = all.Max(static pair => pair.Source.Length);
        TargetLength = all.Max(static pair => pair.Targets.Max(static target => target.Length)) + 2;
        Sources = SourceWords.Encode([.. pairs.Select(static pair => pair.Source)], sourceLength);
        Targets = TargetWords.Encode([.. pairs.Select(static pair => (string[])[BeginWord, .. pair.Target, EndWord])], TargetLength);
        TestSources = SourceWords.Encode([.. Tests.Select(static test => test.Source)], sourceLength);
    }

    public Words SourceWords { get; }

    public Words TargetWords { get; }

    /// <summary>The sentences to learn from, [pairs, length].</summary>
    public Tensor Sources { get; }

    /// <summary>Their translations between beginning and end, [pairs, length].</summary>
    public Tensor Targets { get; }

    /// <summary>The sentences for the test, [tests, length].</summary>
    public Tensor TestSources { get; }

    /// <summary>The same with all their translations.</summary>
    public IReadOnlyList<(string[] Source, string[][] Targets)> Tests { get; }

    /// <summary>The length of the longest translation, with beginning and end.</summary>
    public int TargetLength { get; }

    public long Begin => TargetWords[BeginWord];

    public long End => TargetWords[EndWord];

    /// <summary>English sentences of at most four words in French (Tatoeba); in a quick run such as <see cref="Make"/>.</summary>
    public static Translations Load(LessonRun run)
    {
        if (run.Quick)
        {
            return Make();
        }

        const int mostWords = 4, mostPairs = 12_000, tests = 300;
        using ZipArchive archive = ZipFile.OpenRead(Materials.Find(run, Materials.FraEng)["fra-eng.zip"]);
        ZipArchiveEntry entry = archive.GetEntry("fra.txt") ?? throw new InvalidDataException("fra-eng.zip has no fra.txt.");
        using StreamReader reader = new(entry.Open());
        Dictionary<string, (string[] Source, List<string[]> Targets)> sentences = [];
        int pairs = 0;
        while (pairs < mostPairs && reader.ReadLine() is { } line)
        {
            string[] parts = line.Split('\t');
            if (parts.Length < 2)
            {
                throw new InvalidDataException($"fra.txt: a line without a tab: \"{line}\".");
            }

            string[] source = Cut(parts[0]), target = Cut(parts[1]);
            if (source.Length <= mostWords + 1 && target.Length <= mostWords + 4)
            {
                string key = string.Join(' ', source);
                sentences.TryAdd(key, (source, []));
                sentences[key].Targets.Add(target);
                pairs++;
            }
        }

        return new Translations([.. sentences.Values.Select(static s => (s.Source, s.Targets.ToArray()))], tests, least: 2);
    }

    /// <summary>
    /// Sentences of a small grammar. The French ones put the adjective behind its noun, and article and adjective follow the noun's gender.
    /// </summary>
    public static Translations Make()
    {
        (string English, string French, bool Feminine)[] nouns =
            [("dog", "chien", false), ("cat", "chat", false), ("house", "maison", true), ("car", "voiture", true), ("moon", "lune", true),
                ("king", "roi", false)];
        (string English, string Masculine, string Feminine)[] adjectives =
            [("green", "vert", "verte"), ("black", "noir", "noire"), ("heavy", "lourd", "lourde"), ("strong", "fort", "forte")];
        (string English, string French)[] verbs = [("sees", "voit"), ("wants", "veut"), ("takes", "prend")];
        List<(string[], string[][])> all = [];
        foreach (var (subject, adjective) in from n in nouns from a in adjectives select (n, a))
        {
            foreach (var (verb, thing, isOne) in from v in verbs from n in nouns from o in Enumerable.Range(0, 2) select (v, n, o == 1))
            {
                string article = isOne ? (thing.Feminine ? "une" : "un") : thing.Feminine ? "la" : "le";
                all.Add((
                    ["the", adjective.English, subject.English, verb.English, isOne ? "a" : "the", thing.English],
                    [[
                        subject.Feminine ? "la" : "le", subject.French, subject.Feminine ? adjective.Feminine
                            : adjective.Masculine, verb.French,
                        article, thing.French,
                    ]]));
            }
        }

        return new Translations(all, tests: 80, least: 1);
    }

    /// <summary>A random batch: sources, and translations between beginning and end.</summary>
    public (Tensor Source, Tensor Target) Batch(int count)
    {
        Tensor rows = Tensor.RandInt(0, Sources.Size(0), [count]);
        return (Sources.IndexSelect(0, rows), Targets.IndexSelect(0, rows));
    }

    /// <summary>BLEU of translations [tests, length], as numbers from the beginning on, and a table of some of them.</summary>
    public double Score(LessonRun run, Tensor translated)
    {
        Bleu bleu = new();
        List<IReadOnlyList<string>> rows = [];
        for (int i = 0; i < Tests.Count; i++)
        {
            string[] words = [.. translated[i].ToArray<long>().Skip(1).TakeWhile(number => number != End && number != Pad)
                .Select(number => TargetWords.All[(int)number])];
            bleu.Add(words, Tests[i].Targets);
            if (i < 20)
            {
                rows.Add([string.Join(' ', Tests[i].Source), string.Join(' ', words), string.Join(' ', Tests[i].Targets[0])]);
            }
        }

        run.Report.Table(
            "Translations", "Of sentences that training never saw.", ["sentence", "translated", "one of the right ones"], rows);
        return bleu.Value;
    }

    /// <summary>Words and signs, in lower case.</summary>
    private static string[] Cut(string text)
    {
        StringBuilder cut = new();
        foreach (char letter in text.Normalize(NormalizationForm.FormC).ToLowerInvariant())
        {
            bool isSign = letter is '.' or ',' or '!' or '?' or '\'' or '’' or '-' or '"' or ':' or ';';
            cut.Append(isSign ? $" {letter} " : char.IsWhiteSpace(letter) || letter is '\u202f' or '\u00a0' ? " " : $"{letter}");
        }

        return cut.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
