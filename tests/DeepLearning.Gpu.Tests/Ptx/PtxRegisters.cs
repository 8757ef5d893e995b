using System.Numerics;
using System.Text.RegularExpressions;

namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>
/// How many registers of 32 bits a kernel needs: the most that hold a value at once which is read later, over all ways through the text. An
/// assembler orders instructions anew, so that this is an estimate.
/// </summary>
internal static partial class PtxRegisters
{
    /// <summary>The estimate for the entry of a text.</summary>
    public static int Estimate(string ptx)
    {
        List<Step> steps = Read(ptx);
        Dictionary<string, int> numbers = [];
        foreach (string register in steps.SelectMany(static step => step.Written.Concat(step.Read)))
        {
            numbers.TryAdd(register, numbers.Count);
        }

        int words = (numbers.Count + 63) / 64;
        ulong[] Bits(IEnumerable<string> registers)
        {
            ulong[] bits = new ulong[words];
            foreach (int number in registers.Select(register => numbers[register]))
            {
                bits[number / 64] |= 1UL << (number % 64);
            }

            return bits;
        }

        ulong[][] written = [.. steps.Select(step => Bits(step.Written))];
        ulong[][] live = [.. steps.Select(step => Bits(step.Read)), new ulong[words]];
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int i = steps.Count - 1; i >= 0; i--)
            {
                foreach (int next in steps[i].Next)
                {
                    for (int word = 0; word < words; word++)
                    {
                        ulong joined = live[i][word] | (live[next][word] & ~written[i][word]);
                        changed |= joined != live[i][word];
                        live[i][word] = joined;
                    }
                }
            }
        }

        HashSet<string> free = [.. steps.Where(static step => step.IsFree).SelectMany(static step => step.Written)];
        int[] sizes = [.. numbers.Keys.Select(register => free.Contains(register) ? 0 : SizeOf(register))];
        return live.Max(bits => SumOf(bits, sizes));
    }

    private static int SumOf(ulong[] bits, int[] sizes)
    {
        int sum = 0;
        for (int word = 0; word < bits.Length; word++)
        {
            for (ulong rest = bits[word]; rest != 0; rest &= rest - 1)
            {
                sum += sizes[(64 * word) + BitOperations.TrailingZeroCount(rest)];
            }
        }

        return sum;
    }

    private static int SizeOf(string register) => register switch
    {
        ['%', 'r' or 'f', 'd', ..] => 2,
        ['%', 'p', ..] => 0,
        _ => 1,
    };

    private static List<Step> Read(string ptx)
    {
        string body = Comment().Replace(Entry().Match(ptx).Groups[1].Value, "");
        List<(string Text, string? Target)> found = [];
        Dictionary<string, int> labels = [];
        foreach (string line in body.Split(';', '\n').Select(static line => line.Trim()).Where(static line => line.Length > 0))
        {
            if (line.EndsWith(':'))
            {
                labels[line[..^1]] = found.Count;
            }
            else if (line[0] is '@' or (>= 'a' and <= 'z'))
            {
                Match branch = Branch().Match(line);
                found.Add((line, branch.Success ? branch.Groups[1].Value : null));
            }
        }

        return [.. found.Select((step, i) => StepOf(step.Text, step.Target is null ? -1 : labels[step.Target], i))];
    }

    private static Step StepOf(string text, int target, int place)
    {
        bool isGuarded = text[0] == '@', ends = text.StartsWith("ret", StringComparison.Ordinal);
        int[] next = target < 0 ? ends ? [] : [place + 1] : isGuarded ? [place + 1, target] : [target];
        string[] all = [.. Register().Matches(text).Select(static match => match.Value).Where(static name => !Special().IsMatch(name))];
        Match result = Result().Match(text);
        string[] written = result.Success ? [.. Register().Matches(result.Value).Select(static match => match.Value)] : [];

        // A register may be read by the instruction that writes it.
        HashSet<string> read = [.. all];
        foreach (string register in written)
        {
            if (all.Count(name => name == register) == 1)
            {
                read.Remove(register);
            }
        }

        // What a guarded instruction does not write keeps its value.
        return new Step(isGuarded ? [] : [.. written], read, next, Free().IsMatch(text));
    }

    /// <param name="IsFree">Whether the result is a parameter or a constant, which instructions read from where they are.</param>
    private sealed record Step(HashSet<string> Written, HashSet<string> Read, int[] Next, bool IsFree);

    [GeneratedRegex(@"\.entry[^{]*\{(.*?)^\}", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^(?:ld\.param\.|mov\.\w+\s+%\w+, [\d_-])")]
    private static partial Regex Free();

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bbra\s+(\w+)$")]
    private static partial Regex Branch();

    [GeneratedRegex(@"%\w+(?:\.[xyz])?")]
    private static partial Regex Register();

    [GeneratedRegex(@"\.|^%laneid$")]
    private static partial Regex Special();

    [GeneratedRegex(@"(?<=^(?:@!?%\w+ )?(?!st\.|bra|bar|ret)[a-z][\w.:]*\s+)(?:\{[^}]*\}|%\w+)")]
    private static partial Regex Result();
}
