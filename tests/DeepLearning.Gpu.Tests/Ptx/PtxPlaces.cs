using System.Text.RegularExpressions;

namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>
/// How a text computes the places that it reads and writes. A number of 32 bits may become part of one, if it is not itself a product of
/// two variables: such a product is what a place beyond 2³¹ is lost in.
/// </summary>
internal static partial class PtxPlaces
{
    /// <summary>The instructions of 32 bits that multiply variables, and whose results places in memory are made of.</summary>
    public static IReadOnlyList<string> NarrowProducts(string ptx)
    {
        Dictionary<string, List<(string Name, string[] Operands, string Text)>> makers = [];
        Stack<string> open = new();
        foreach (string line in ptx.Split('\n', ';').Select(static line => line.Trim()))
        {
            Match match = Instruction().Match(line);
            if (!match.Success)
            {
                continue;
            }

            string name = match.Groups[1].Value, rest = match.Groups[2].Value;
            if (Access().IsMatch(name))
            {
                open.Push(Address().Match(rest).Groups[1].Value);
            }

            if (!name.StartsWith("st.", StringComparison.Ordinal) && !name.StartsWith("red.", StringComparison.Ordinal))
            {
                string target = Target().Match(rest).Value, operands = rest[target.Length..];
                foreach (string register in Register().Matches(target).Select(static found => found.Value))
                {
                    makers.TryAdd(register, []);
                    makers[register].Add((name, [.. Register().Matches(operands).Select(static found => found.Value)], line));
                }
            }
        }

        HashSet<string> seen = [], found = [];
        while (open.TryPop(out string? register))
        {
            if (!seen.Add(register) || !makers.TryGetValue(register, out var instructions))
            {
                continue;
            }

            foreach ((string name, string[] operands, string text) in instructions)
            {
                if (Product().IsMatch(name) && operands.Length >= 2 && Factors(text) == 2)
                {
                    found.Add(text);
                }

                // What is read from memory is a number of its own, whatever its place.
                if (!name.StartsWith("ld.", StringComparison.Ordinal))
                {
                    Array.ForEach(operands, open.Push);
                }
            }
        }

        return [.. found];
    }

    /// <summary>How many of the two factors of a product are variables; a constant may stand in a register.</summary>
    private static int Factors(string text)
    {
        string[] operands = text[(text.IndexOf('%', StringComparison.Ordinal))..].Split(',');
        return operands[1..3].Count(static operand => operand.Contains('%', StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^(?:@!?%\w+\s+)?([a-z][\w.:]*)\s+(.+)$")]
    private static partial Regex Instruction();

    [GeneratedRegex(@"^(?:ld|st|atom|red)\.(?!shared|param|local|const)")]
    private static partial Regex Access();

    [GeneratedRegex(@"\[(%\w+)")]
    private static partial Regex Address();

    [GeneratedRegex(@"^(?:\{[^}]*\}|%\w+)")]
    private static partial Regex Target();

    [GeneratedRegex(@"%\w+(?:\.[xyz])?")]
    private static partial Regex Register();

    [GeneratedRegex(@"^(?:mul\.lo|mad\.lo|mul24\.lo|mad24\.lo)\.[sub]32$")]
    private static partial Regex Product();
}
