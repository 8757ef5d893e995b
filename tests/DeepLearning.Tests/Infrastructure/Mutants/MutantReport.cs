using System.Globalization;
using System.Text.Json.Nodes;

namespace DeepLearning.Tests.Infrastructure.Mutants;

/// <summary>The report of Stryker.NET: which mutants there are in some files, and what became of them.</summary>
internal sealed class MutantReport
{
    private static readonly string[] s_killed = ["Killed", "Timeout", "RuntimeError"];
    private readonly JsonNode _json;
    private readonly HashSet<string> _files;

    /// <param name="file">The report.</param>
    /// <param name="files">A list of files of the library, relative to its folder; the others' mutants are another area's.</param>
    public MutantReport(string file, string files)
    {
        _json = JsonNode.Parse(File.ReadAllText(file))!;
        _files = [.. File.ReadLines(files)];
    }

    /// <summary>Those that compile and are not left out, or as many of them, evenly spread over the files.</summary>
    public IReadOnlyList<int> Mutants(int sample = int.MaxValue)
    {
        int[] all = [.. All().Where(IsRun).Select(mutant => Id(mutant.Mutant))];
        int count = Math.Min(sample, all.Length);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)])];
    }

    /// <summary>Those in what fills static fields: they have effect only in a process that has not filled them yet.</summary>
    public IReadOnlySet<int> Static() => All().Where(entry => entry.Mutant["static"]?.GetValue<bool>() == true)
        .Select(entry => Id(entry.Mutant)).ToHashSet();

    /// <summary>Those of the file of a mutant.</summary>
    public IReadOnlyList<int> Neighbors(int mutant)
    {
        ILookup<string, int> byFile = All().Where(IsRun).ToLookup(entry => entry.File, entry => Id(entry.Mutant));
        return [.. byFile.First(file => file.Contains(mutant))];
    }

    /// <summary>Writes the report with the results, and the survivors as text; returns the scores.</summary>
    public IReadOnlyList<string> Finish(IReadOnlyDictionary<int, (string Status, string Test)> results, string folder)
    {
        List<string> survivors = [];
        Dictionary<string, (int Killed, int All, int Open)> scores = [];
        foreach ((string file, string[] source, JsonNode mutant) in All().Where(IsRun))
        {
            (int killed, int all, int open) = scores.GetValueOrDefault(file);
            if (!results.TryGetValue(Id(mutant), out (string Status, string Test) result))
            {
                mutant["status"] = "Pending";
                scores[file] = (killed, all, open + 1);
                continue;
            }

            mutant["status"] = result.Status;
            mutant["statusReason"] = result.Test;
            bool dead = s_killed.Contains(result.Status);
            scores[file] = (killed + (dead ? 1 : 0), all + 1, open);
            if (!dead)
            {
                survivors.Add(Describe(file, source, mutant));
            }
        }

        File.WriteAllText(Path.Combine(folder, "mutation-report.json"), _json.ToJsonString());
        File.WriteAllLines(Path.Combine(folder, "survivors.txt"), survivors);
        (int Killed, int All, int Open)[] files = [.. scores.Values];
        string sum = Line("all", (files.Sum(s => s.Killed), files.Sum(s => s.All), files.Sum(s => s.Open)));
        return [.. scores.OrderBy(score => score.Key, StringComparer.Ordinal).Select(score => Line(score.Key, score.Value)), sum];
    }

    private static string Line(string name, (int Killed, int All, int Open) score) => FormattableString.Invariant(
        $"{(score.All == 0 ? 0 : 100.0 * score.Killed / score.All),6:F2} %  {score.Killed,5} of {score.All,5}  {name}")
        + (score.Open == 0 ? "" : FormattableString.Invariant($"  ({score.Open} not run)"));

    private static string Describe(string file, string[] source, JsonNode mutant)
    {
        JsonNode start = mutant["location"]!["start"]!;
        JsonNode end = mutant["location"]!["end"]!;
        int line = start["line"]!.GetValue<int>();
        int from = start["column"]!.GetValue<int>() - 1;
        bool oneLine = end["line"]!.GetValue<int>() == line;
        string text = source[line - 1];
        string original = oneLine ? text[from..(end["column"]!.GetValue<int>() - 1)] : text[from..] + " …";
        string[] words = mutant["replacement"]!.GetValue<string>().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string replacement = string.Join(' ', words);
        return FormattableString.Invariant(
            $"{file}:{line} [{Id(mutant)}] {mutant["status"]} {mutant["mutatorName"]}: {original} -> {replacement} || {text.Trim()}");
    }

    private static bool IsRun((string File, string[] Source, JsonNode Mutant) entry) =>
        entry.Mutant["status"]!.GetValue<string>() is not ("Ignored" or "CompileError");

    private static int Id(JsonNode mutant) => int.Parse(mutant["id"]!.GetValue<string>(), CultureInfo.InvariantCulture);

    private IEnumerable<(string File, string[] Source, JsonNode Mutant)> All()
    {
        foreach ((string file, JsonNode? entry) in _json["files"]!.AsObject())
        {
            int place = file.LastIndexOf("src/DeepLearning/", StringComparison.Ordinal);
            string name = place < 0 ? file : file[(place + "src/DeepLearning/".Length)..];
            if (!_files.Contains(name))
            {
                continue;
            }

            string[] source = entry!["source"]!.GetValue<string>().Split('\n');
            foreach (JsonNode? mutant in entry["mutants"]!.AsArray())
            {
                yield return (name, source, mutant!);
            }
        }
    }
}
