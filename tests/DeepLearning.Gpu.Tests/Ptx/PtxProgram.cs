using System.Globalization;
using System.Text.RegularExpressions;

namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>A PTX text, decoded.</summary>
internal sealed partial class PtxProgram
{
    private readonly Dictionary<string, PtxFunction> _functions = [];
    private readonly Dictionary<string, int> _shared = [];

    public PtxFunction Entry { get; private set; } = null!;

    public int SharedBytes { get; private set; }

    public bool UsesLocal { get; private set; }

    public static PtxProgram Parse(string ptx)
    {
        PtxProgram program = new();
        string text = Comment().Replace(ptx, "");
        foreach (Match match in Shared().Matches(text))
        {
            program.AddShared(match.Groups[2].Value, match.Groups[3].Value, match.Groups[1].Value);
        }

        List<(PtxFunction Function, string Body)> bodies = [];
        foreach (Match match in Function().Matches(text))
        {
            PtxFunction function = new(match.Groups["name"].Value);
            if (match.Groups["result"].Success)
            {
                function.Result = Declare(function, match.Groups["result"].Value);
            }

            foreach (string parameter in match.Groups["parameters"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (parameter.Trim().Length > 0)
                {
                    function.Formal.Add(Declare(function, parameter.Trim()));
                }
            }

            program._functions[function.Name] = function;
            bodies.Add((function, match.Groups["body"].Value));
            if (match.Groups["kind"].Value == "entry")
            {
                program.Entry = function;
            }
        }

        foreach ((PtxFunction function, string body) in bodies)
        {
            program.Decode(function, body);
        }

        return program;
    }

    public PtxFunction Find(string name) => _functions[name];

    /// <summary>The number of a register, a constant or the address of a name.</summary>
    public int Operand(PtxFunction function, string text)
    {
        if (function.Registers.TryGetValue(text, out int register))
        {
            return register;
        }

        register = function.Registers.Count;
        function.Registers.Add(text, register);
        if (text[0] == '%')
        {
            if (SpecialRegister().IsMatch(text))
            {
                function.Specials.Add((register, text));
            }
        }
        else if (_shared.TryGetValue(text, out int offset))
        {
            function.Constants.Add((register, PtxMachine.SharedBase + (ulong)offset));
        }
        else if (char.IsDigit(text[0]) || text[0] == '-')
        {
            function.Constants.Add((register, Constant(text)));
        }
        else
        {
            throw new NotSupportedException($"The operand {text}.");
        }

        return register;
    }

    private static ulong Constant(string text) => text.StartsWith("0f", StringComparison.Ordinal)
        ? uint.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : text.StartsWith("0d", StringComparison.Ordinal) || text.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : text[0] == '-' ? (ulong)long.Parse(text, CultureInfo.InvariantCulture) : ulong.Parse(text, CultureInfo.InvariantCulture);

    private static string Declare(PtxFunction function, string declaration)
    {
        Match match = Declaration().Match(declaration);
        string name = match.Groups["name"].Value;
        if (!function.Parameters.ContainsKey(name))
        {
            int size = SizeOf(match.Groups["type"].Value);
            int bytes = match.Groups["count"].Success ? size * int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) : size;
            function.Parameters[name] = (function.ParameterBytes, bytes);
            function.ParameterBytes += (bytes + 15) & ~15;
        }

        return name;
    }

    /// <summary>Each begins where its alignment just allows it, and no larger one would.</summary>
    private void AddShared(string name, string bytes, string alignment)
    {
        int align = int.Parse(alignment, CultureInfo.InvariantCulture);
        int start = ((SharedBytes + (2 * align) - 1) / (2 * align) * 2 * align) + align;
        if (_shared.TryAdd(name, start))
        {
            SharedBytes = start + int.Parse(bytes, CultureInfo.InvariantCulture);
        }
    }

    private void Decode(PtxFunction function, string body)
    {
        Dictionary<string, int> labels = [];
        List<string> statements = [];
        Dictionary<string, string[]> branchTargets = [];
        string lastLabel = "";
        foreach (string statement in Statements(body))
        {
            string text = statement;
            while (Label().Match(text) is { Success: true } label)
            {
                lastLabel = label.Groups[1].Value;
                labels[lastLabel] = statements.Count;
                text = text[label.Length..].Trim();
            }

            if (text.StartsWith(".branchtargets", StringComparison.Ordinal))
            {
                branchTargets[lastLabel] = [.. text[14..].Split(',').Select(static name => name.Trim())];
            }
            else if (text.StartsWith(".param", StringComparison.Ordinal))
            {
                Declare(function, text);
            }
            else if (text.StartsWith(".local", StringComparison.Ordinal))
            {
                Match local = Declaration().Match(text);
                int register = function.Registers.Count;
                function.Registers.Add(local.Groups["name"].Value, register);
                function.Locals.Add((register, function.LocalBytes));
                function.LocalBytes += (int.Parse(local.Groups["count"].Value, CultureInfo.InvariantCulture) + 15) & ~15;
                UsesLocal = true;
            }
            else if (text.Length > 0 && text[0] != '.')
            {
                statements.Add(text);
            }
        }

        PtxDecoder decoder = new(this, function, labels, branchTargets);
        foreach (string text in statements)
        {
            function.Code.Add(decoder.Decode(text));
        }
    }

    /// <summary>The statements of a body; braces around blocks go, those of vectors stay.</summary>
    private static IEnumerable<string> Statements(string body)
    {
        int start = 0;
        bool vector = false;
        for (int i = 0; i < body.Length; i++)
        {
            char c = body[i];
            if (c == '{' && body[start..i].Trim().EndsWith(':'))
            {
                yield return body[start..i].Trim();
                start = i + 1;
            }
            else if (c == '{' && body[start..i].Trim().Length > 0)
            {
                vector = true;
            }
            else if (c == '}' && vector)
            {
                vector = false;
            }
            else if (c is '{' or '}')
            {
                start = i + 1;
            }
            else if (c == ';')
            {
                yield return Space().Replace(body[start..i], " ").Trim();
                start = i + 1;
            }
        }
    }

    public static int SizeOf(string type) => int.Parse(type.AsSpan(1), CultureInfo.InvariantCulture) / 8;

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\.shared\s+\.align\s+(\d+)[^;]*?\.b8\s+(\w+)\[(\d+)\]")]
    private static partial Regex Shared();

    [GeneratedRegex(
        @"^\.visible \.(?<kind>entry|func)\s*(?:\((?<result>[^)]*)\)\s*)?(?<name>\w+)\((?<parameters>[^)]*)\)[^;{]*\{(?<body>.*?)^\}",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Function();

    [GeneratedRegex(@"\.(?<type>[a-z]\d+)\s+(?<name>\w+)(?:\[(?<count>\d+)\])?\s*$")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^(\w+):\s*")]
    private static partial Regex Label();

    [GeneratedRegex(@"^%((n?tid|n?ctaid)\.[xyz]|laneid)$")]
    private static partial Regex SpecialRegister();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
