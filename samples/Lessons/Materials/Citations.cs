using System.Globalization;

namespace DeepLearning.Samples.Lessons;

/// <summary>Papers that cite one another.</summary>
/// <param name="Features">Each paper's words, [papers, words]; a row sums to 1.</param>
/// <param name="Edges">Citations in both directions, [2, edges].</param>
/// <param name="Labels">Subjects, [papers].</param>
/// <param name="Test">The papers to test with.</param>
/// <param name="Given">The first papers, so many, are those whose subject is given.</param>
/// <param name="Classes">The number of subjects.</param>
internal sealed record Citations(Tensor Features, Tensor Edges, Tensor Labels, Tensor Test, int Given, int Classes)
{
    private const int CoraGiven = 140;

    /// <summary>Reads the files of the Planetoid data as text: words of each paper, subjects, pairs of papers, test papers.</summary>
    /// <exception cref="InvalidDataException">A number is none, or out of range.</exception>
    public static Citations Load(DatasetFolder folder)
    {
        int[][] words = Lines(folder["features.txt"]), edges = Lines(folder["edges.txt"]), labels = Lines(folder["labels.txt"]);
        int[][] test = Lines(folder["test_index.txt"]);
        int papers = words.Length, width = words.SelectMany(static row => row).Max() + 1;
        if (labels.Length != papers || labels.Concat(test).Any(static row => row.Length != 1)
            || edges.Any(pair => pair.Length != 2 || pair.Any(end => end < 0 || end >= papers)))
        {
            throw new InvalidDataException(
                $"{folder.Path}: {labels.Length} labels of {papers} papers, or an edge that is not a pair of them.");
        }

        float[] features = new float[papers * width];
        for (int paper = 0; paper < papers; paper++)
        {
            foreach (int word in words[paper])
            {
                features[(paper * width) + word] = 1f / words[paper].Length;
            }
        }

        Tensor pairs = Tensor.From([.. edges.Select(static e => (long)e[0]), .. edges.Select(static e => (long)e[1])], 2, edges.Length);
        Tensor subjects = Tensor.From([.. labels.Select(static row => (long)row[0])]);
        return new Citations(
            Tensor.From(features, papers, width), GraphEdges.ToUndirected(pairs, papers), subjects,
            Tensor.From([.. test.Select(static row => (long)row[0])]), CoraGiven, (int)(long)subjects.Max() + 1);
    }

    /// <summary>
    /// Makes papers whose words say little of their subject, and which mostly cite papers of the same one: the first of each subject are
    /// given, the last half is for the test.
    /// </summary>
    public static Citations Make(int papers, int classes)
    {
        const int words = 60, cited = 3;
        Tensor labels = Tensor.Arange(papers) % classes;
        Tensor liked = Tensor.Rand(classes, words) * 0.12;
        Tensor features = Tensor.Rand(papers, words).Less(liked.IndexSelect(0, labels) + 0.02).To(DType.Float32);
        features /= features.Sum(1, keepDim: true).Clamp(1.0);

        // Numbers that leave the same rest when divided by the number of subjects are of one subject.
        Tensor from = Tensor.Arange(papers).RepeatInterleave(cited);
        Tensor same = (Tensor.RandInt(0, papers / classes, [papers * cited]) * classes) + labels.RepeatInterleave(cited);
        Tensor any = Tensor.RandInt(0, papers, [papers * cited]);
        Tensor to = Tensor.Where(Tensor.Rand(papers * cited).Less(0.85), same, any);
        Tensor edges = GraphEdges.ToUndirected(Tensor.Stack([from, to]), papers);
        return new Citations(features, edges, labels, Tensor.Arange(papers / 2, papers), 10 * classes, classes);
    }

    private static int[][] Lines(string path) => [.. File.ReadLines(path).Select((line, index) =>
    {
        string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(
            parts, part => int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new InvalidDataException($"{path}, line {index + 1}: \"{part}\" is not a number."));
    })];
}
