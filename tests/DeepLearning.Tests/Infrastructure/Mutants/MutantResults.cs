using System.Globalization;

namespace DeepLearning.Tests.Infrastructure.Mutants;

/// <summary>
/// What became of each mutant: a file that grows by a line for each step, so that a process that dies of a mutant loses nothing, and the
/// next one knows which it was.
/// </summary>
internal sealed class MutantResults
{
    private const string Begun = "Begun";
    private readonly string _file;
    private readonly Lock _lock = new();

    public MutantResults(string file)
    {
        _file = file;
        int? open = null;
        foreach (string line in File.Exists(file) ? File.ReadLines(file) : [])
        {
            string[] parts = line.Split('\t');
            int mutant = int.Parse(parts[0], CultureInfo.InvariantCulture);
            open = parts[1] == Begun ? mutant : null;
            if (parts[1] is not (Begun or Again))
            {
                Results[mutant] = (parts[1], parts[2]);
            }
        }

        if (open is int died)
        {
            Write(died, "RuntimeError", "the process died");
        }
    }

    /// <summary>The status of a mutant that only a fresh process can judge.</summary>
    public const string Again = "Again";

    public Dictionary<int, (string Status, string Test)> Results { get; } = [];

    public void Begin(int mutant) => Append(mutant, Begun, "");

    public void Write(int mutant, string status, string test)
    {
        Append(mutant, status, test);
        if (status != Again)
        {
            Results[mutant] = (status, test);
        }
    }

    private void Append(int mutant, string status, string test)
    {
        lock (_lock)
        {
            string name = test.ReplaceLineEndings(" ").Replace('\t', ' ');
            File.AppendAllText(_file, FormattableString.Invariant($"{mutant}\t{status}\t{name}\n"));
        }
    }
}
