using System.Text;

namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A play that the quick runs of the language models read: verses of a small grammar, whose letters, words and lines follow rules that a
/// model of letters can learn in seconds.
/// </summary>
internal static class TinyText
{
    private static readonly string[] _speakers = ["KING", "QUEEN", "FOOL"];
    private static readonly string[] _subjects = ["the moon", "the night", "my heart", "the sea", "thy crown"];
    private static readonly string[] _verbs = ["sings", "weeps", "sleeps", "burns"];
    private static readonly string[] _ends = ["in the rain", "and is gone", "like a stone", "by the wall"];

    public static string Write(int lines, ulong seed)
    {
        Generator random = new(seed);
        StringBuilder text = new();
        for (int i = 0; i < lines; i++)
        {
            text.Append(Pick(_speakers)).Append(": ").Append(Pick(_subjects)).Append(' ')
                .Append(Pick(_verbs)).Append(' ').Append(Pick(_ends)).Append(".\n");
        }

        return text.ToString();

        string Pick(string[] words) => words[(int)(random.NextDouble() * words.Length)];
    }
}
