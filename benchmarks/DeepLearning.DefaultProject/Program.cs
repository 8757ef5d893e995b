using DeepLearning.DefaultProject;

const string Usage = """
    Kernels of every family as `dotnet new console` runs them, beside the same program with the compiler's profile switched off.

      dotnet run -c Release --project benchmarks/DeepLearning.DefaultProject -- [--quick | --explain | --list] [kernel ...]

      (nothing)    all kernels, or those named: microseconds of both and their ratio; fails where a kernel has collapsed
      --quick      the kernels that the continuous integration compares
      --explain    the kernels that the compiler left with calls inside, because its budget for inlining was used up
      --list       the names
    """;

string word = args is [['-', ..], ..] ? args[0] : "";
string[] names = word == "" ? args : args[1..];
string[] unknown = [.. names.Except(Kernels.All.Keys)];
if (unknown.Length > 0 || word is not ("" or "--quick" or "--explain" or "--list" or Measuring.Word))
{
    Console.Error.WriteLine(unknown.Length > 0 ? $"Unknown kernel: {string.Join(", ", unknown)}." : Usage);
    return 2;
}

if (names.Length == 0)
{
    names = [.. word == "--quick" ? Kernels.Quick : Kernels.All.Keys];
}

switch (word)
{
    case "--list":
        Console.WriteLine(string.Join(Environment.NewLine, names));
        return 0;
    case "--explain":
        InliningBudget.Explain(names);
        return 0;
    case Measuring.Word:
        Measuring.Run(names);
        return 0;
    default:
        return Comparison.Run(names);
}
