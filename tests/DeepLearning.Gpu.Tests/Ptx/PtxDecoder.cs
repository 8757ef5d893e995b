using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>Makes an action of each instruction of a function.</summary>
internal sealed partial class PtxDecoder(
    PtxProgram program, PtxFunction function, Dictionary<string, int> labels, Dictionary<string, string[]> branchTargets)
{
    public PtxInstruction Decode(string text)
    {
        Match match = Instruction().Match(text);
        int guard = match.Groups["guard"].Success ? Register(match.Groups["guard"].Value) : -1;
        string[] parts = match.Groups["name"].Value.Split('.');
        string rest = match.Groups["operands"].Value;
        return new PtxInstruction(Action(parts[0], parts[1..], rest), guard, match.Groups["not"].Value == "!");
    }

    private PtxAction Action(string name, string[] parts, string rest)
    {
        string type = parts.Length > 0 ? parts[^1] : "";
        switch (name)
        {
            case "ret":
                return static _ => PtxFunction.Return;
            case "bar":
                return static _ => PtxFunction.Barrier;
            case "bra":
                int target = labels[rest.Trim()];
                return _ => target;
            case "brx":
                return Switch(rest);
            case "call":
                return Call(rest);
            case "mma":
                PtxWarpAction product = PtxTensorCore.Product(parts, [.. WordOfVector().Matches(rest).Select(v => Register(v.Value))]);
                return f =>
                {
                    f.Together = product;
                    return PtxFunction.Warp;
                };
            case "ld" or "st":
                return Memory(name, parts, rest);
            case "atom" or "red":
                return Atomic(name, parts, rest);
        }

        int[] x = [.. rest.Split(',').Select(operand => Register(operand.Trim()))];
        return name switch
        {
            "mov" => type == "pred" ? Do(x, static (f, x) => f.R[x[1]]) : Whole(x, type, static (f, x) => f.R[x[1]]),
            "cvta" => Do(x, static (f, x) => f.R[x[1]]),
            "setp" => SetPredicate(parts, type, x),
            "set" => Set(parts[0], type, x),
            "selp" => Do(x, static (f, x) => f.R[x[3]] != 0 ? f.R[x[1]] : f.R[x[2]]),
            "testp" => Do(x, (f, x) => double.IsNaN(type == "f32" ? f.F(x[1]) : f.D(x[1])) == (parts[0] == "notanumber") ? 1UL : 0),
            "not" => type == "pred" ? Do(x, static (f, x) => f.R[x[1]] ^ 1) : Whole(x, type, static (f, x) => ~f.R[x[1]]),
            "and" => Do(x, static (f, x) => f.R[x[1]] & f.R[x[2]]),
            "or" => Do(x, static (f, x) => f.R[x[1]] | f.R[x[2]]),
            "xor" => Do(x, static (f, x) => f.R[x[1]] ^ f.R[x[2]]),
            "shl" => Shift(type, x, left: true),
            "shr" => Shift(type, x, left: false),
            "cvt" => PtxConversion.Of(parts, x),
            _ => type switch
            {
                "f32" => Float(name, parts, x),
                "f64" => Double(name, parts, x),
                _ => Integer(name, parts, type, x),
            },
        };
    }

    private static PtxAction Do(int[] x, Func<PtxFrame, int[], ulong> value) => f =>
    {
        f.R[x[0]] = value(f, x);
        return PtxFunction.Next;
    };

    /// <summary>As <see cref="Do"/>, cut to the type's size.</summary>
    private static PtxAction Whole(int[] x, string type, Func<PtxFrame, int[], ulong> value)
    {
        ulong mask = PtxInteger.Mask(PtxProgram.SizeOf(type));
        return f =>
        {
            f.R[x[0]] = value(f, x) & mask;
            return PtxFunction.Next;
        };
    }

    private static PtxAction Float(string name, string[] parts, int[] x)
    {
        (int d, int a, int b, int c) = (x[0], x[1], x.Length > 2 ? x[2] : 0, x.Length > 3 ? x[3] : 0);
        bool rounds = parts[0] == "rn";
        Func<PtxFrame, float> value = (name, rounds) switch
        {
            ("add", true) => f => f.F(a) + f.F(b),
            ("sub", true) => f => f.F(a) - f.F(b),
            ("mul", true) => f => f.F(a) * f.F(b),
            ("div", true) => f => f.F(a) / f.F(b),
            ("fma", true) => f => MathF.FusedMultiplyAdd(f.F(a), f.F(b), f.F(c)),
            ("sqrt", true) => f => MathF.Sqrt(f.F(a)),
            ("neg", false) => f => -f.F(a),
            ("abs", false) => f => MathF.Abs(f.F(a)),
            ("max", false) => f => float.MaxNumber(f.F(a), f.F(b)),
            ("min", false) => f => float.MinNumber(f.F(a), f.F(b)),
            _ => throw new NotSupportedException($"{name}.{string.Join('.', parts)}: ours are rounded (.rn), and no other."),
        };
        return f =>
        {
            f.F(d, value(f));
            return PtxFunction.Next;
        };
    }

    private static PtxAction Double(string name, string[] parts, int[] x)
    {
        (int d, int a, int b, int c) = (x[0], x[1], x.Length > 2 ? x[2] : 0, x.Length > 3 ? x[3] : 0);
        bool rounds = parts[0] == "rn";
        Func<PtxFrame, double> value = (name, rounds) switch
        {
            ("add", true) => f => f.D(a) + f.D(b),
            ("sub", true) => f => f.D(a) - f.D(b),
            ("mul", true) => f => f.D(a) * f.D(b),
            ("div", true) => f => f.D(a) / f.D(b),
            ("fma", true) => f => Math.FusedMultiplyAdd(f.D(a), f.D(b), f.D(c)),
            ("sqrt", true) => f => Math.Sqrt(f.D(a)),
            ("rcp", true) => f => 1 / f.D(a),
            ("neg", false) => f => -f.D(a),
            ("abs", false) => f => Math.Abs(f.D(a)),
            ("max", false) => f => double.MaxNumber(f.D(a), f.D(b)),
            ("min", false) => f => double.MinNumber(f.D(a), f.D(b)),
            _ => throw new NotSupportedException($"{name}.{string.Join('.', parts)}: ours are rounded (.rn), and no other."),
        };
        return f =>
        {
            f.D(d, value(f));
            return PtxFunction.Next;
        };
    }

    private static PtxAction Integer(string name, string[] parts, string type, int[] x)
    {
        (int d, int a, int b, int c) = (x[0], x[1], x.Length > 2 ? x[2] : 0, x.Length > 3 ? x[3] : 0);
        int size = PtxProgram.SizeOf(type);
        ulong mask = PtxInteger.Mask(size);
        bool signed = type[0] == 's';
        long S(PtxFrame f, int register) => PtxInteger.Signed(f.R[register], size);
        Func<PtxFrame, ulong> value = (name, parts[0]) switch
        {
            ("add", _) => f => f.R[a] + f.R[b],
            ("sub", _) => f => f.R[a] - f.R[b],
            ("mul", "hi") when size == 8 && !signed => f => Math.BigMul(f.R[a], f.R[b], out _),
            ("mul", "wide") => f => signed ? (ulong)(S(f, a) * S(f, b)) : (f.R[a] & mask) * (f.R[b] & mask),
            ("mul", "lo") => f => f.R[a] * f.R[b],
            ("mad", "lo") => f => (f.R[a] * f.R[b]) + f.R[c],
            ("div", _) => f => PtxInteger.Divide(f.R[a], f.R[b], size, signed),
            ("rem", _) => f => f.R[a] - (PtxInteger.Divide(f.R[a], f.R[b], size, signed) * f.R[b]),
            ("neg", _) => f => 0 - f.R[a],
            ("abs", _) => f => S(f, a) < 0 ? 0 - f.R[a] : f.R[a],
            ("min", _) => f => PtxInteger.Less(f.R[b], f.R[a], size, signed) ? f.R[b] : f.R[a],
            ("max", _) => f => PtxInteger.Less(f.R[a], f.R[b], size, signed) ? f.R[b] : f.R[a],
            _ => throw new NotSupportedException($"{name}.{string.Join('.', parts)}"),
        };
        ulong kept = parts[0] == "wide" ? PtxInteger.Mask(2 * size) : mask;
        return f =>
        {
            f.R[d] = value(f) & kept;
            return PtxFunction.Next;
        };
    }

    private static PtxAction Shift(string type, int[] x, bool left)
    {
        int size = PtxProgram.SizeOf(type), bits = 8 * size;
        ulong mask = PtxInteger.Mask(size);
        bool signed = type[0] == 's';
        return Do(x, (f, x) =>
        {
            int count = (int)Math.Min((uint)f.R[x[2]], (uint)bits);
            return left
                ? (count == bits ? 0 : f.R[x[1]] << count) & mask
                : signed
                    ? (ulong)(PtxInteger.Signed(f.R[x[1]], size) >> Math.Min(count, bits - 1)) & mask
                    : count == bits ? 0 : (f.R[x[1]] & mask) >> count;
        });
    }

    private static PtxAction SetPredicate(string[] parts, string type, int[] x)
    {
        Func<PtxFrame, bool> test = Comparison(parts[0], type, x[1], x[2]);
        if (parts.Length == 2)
        {
            return Do(x, (f, _) => test(f) ? 1UL : 0);
        }

        return parts[1] switch
        {
            "or" => Do(x, (f, x) => test(f) || f.R[x[3]] != 0 ? 1UL : 0),
            "and" => Do(x, (f, x) => test(f) && f.R[x[3]] != 0 ? 1UL : 0),
            _ => throw new NotSupportedException($"setp.{string.Join('.', parts)}"),
        };
    }

    private static PtxAction Set(string comparison, string type, int[] x)
    {
        Func<PtxFrame, bool> test = Comparison(comparison, type, x[1], x[2]);
        return Do(x, (f, _) => test(f) ? 0xffffffffUL : 0);
    }

    private static Func<PtxFrame, bool> Comparison(string name, string type, int a, int b)
    {
        if (type is "f32" or "f64")
        {
            Func<PtxFrame, int, double> value = type == "f32" ? static (f, r) => f.F(r) : static (f, r) => f.D(r);
            bool unordered = name.Length == 3 && name != "nan";
            return f =>
            {
                double x = value(f, a), y = value(f, b);
                return double.IsNaN(x) || double.IsNaN(y) ? unordered || name == "nan" : name[..2] switch
                {
                    "lt" => x < y,
                    "le" => x <= y,
                    "gt" => x > y,
                    "ge" => x >= y,
                    "eq" => x == y,
                    "ne" => x != y,
                    "na" => false,
                    _ => throw new NotSupportedException($"The comparison {name}."),
                };
            };
        }

        int size = PtxProgram.SizeOf(type);
        ulong mask = PtxInteger.Mask(size);
        bool signed = type[0] == 's';
        return name switch
        {
            "eq" => f => ((f.R[a] ^ f.R[b]) & mask) == 0,
            "ne" => f => ((f.R[a] ^ f.R[b]) & mask) != 0,
            "lt" or "lo" => f => PtxInteger.Less(f.R[a], f.R[b], size, signed && name == "lt"),
            "gt" or "hi" => f => PtxInteger.Less(f.R[b], f.R[a], size, signed && name == "gt"),
            "le" or "ls" => f => !PtxInteger.Less(f.R[b], f.R[a], size, signed && name == "le"),
            "ge" or "hs" => f => !PtxInteger.Less(f.R[a], f.R[b], size, signed && name == "ge"),
            _ => throw new NotSupportedException($"The comparison {name}."),
        };
    }

    private PtxAction Switch(string rest)
    {
        string[] operands = rest.Split(',');
        int index = Register(operands[0].Trim());
        int[] targets = [.. branchTargets[operands[1].Trim()].Select(name => labels[name])];
        return f => targets[(int)f.R[index]];
    }

    private PtxAction Call(string rest)
    {
        Match match = Callee().Match(rest);
        PtxFunction callee = program.Find(match.Groups["name"].Value);
        string result = match.Groups["result"].Value.Trim();
        string[] given = [.. match.Groups["given"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static s => s.Trim())];
        return f =>
        {
            PtxFrame called = callee.Enter(f.Thread, f.Local + f.Function.LocalBytes);
            for (int i = 0; i < given.Length; i++)
            {
                (int from, int size) = f.Function.Parameters[given[i]];
                f.P.AsSpan(from, size).CopyTo(called.P.AsSpan(callee.Parameters[callee.Formal[i]].Offset));
            }

            if (!called.Run())
            {
                throw new NotSupportedException($"A barrier in the function {callee.Name}.");
            }

            if (result.Length > 0)
            {
                (int offset, int size) = callee.Parameters[callee.Result!];
                called.P.AsSpan(offset, size).CopyTo(f.P.AsSpan(f.Function.Parameters[result].Offset));
            }

            callee.Leave(called);
            return PtxFunction.Next;
        };
    }

    private PtxAction Memory(string name, string[] parts, string rest)
    {
        Match match = Address().Match(rest);
        string inside = match.Groups["base"].Value;
        int offset = match.Groups["offset"].Success ? int.Parse(match.Groups["offset"].Value, CultureInfo.InvariantCulture) : 0;
        int[] values = [.. rest.Remove(match.Index, match.Length).Trim(' ', ',').Trim('{', '}').Split(',').Select(v => Register(v.Trim()))];
        string type = parts[^1];
        int size = PtxProgram.SizeOf(type);
        bool signed = type[0] == 's';
        ulong mask = PtxInteger.Mask(size);
        if (parts[0] == "param")
        {
            int start = function.Parameters[inside].Offset + offset;
            return name == "ld"
                ? f => Load(f, values, f.P.AsSpan(start, size * values.Length), size, signed)
                : f => Store(f, values, f.P.AsSpan(start, size * values.Length), size, mask);
        }

        int address = Register(inside);
        return name == "ld"
            ? f => Load(f, values, f.Thread.At(f.R[address] + (ulong)offset, size * values.Length), size, signed)
            : f => Store(f, values, f.Thread.At(f.R[address] + (ulong)offset, size * values.Length), size, mask);
    }

    /// <summary>An atomic operation on integers; of floats there is none, for their sums depend on the order.</summary>
    private PtxAction Atomic(string name, string[] parts, string rest)
    {
        Match match = Address().Match(rest);
        int address = Register(match.Groups["base"].Value);
        ulong offset = match.Groups["offset"].Success ? ulong.Parse(match.Groups["offset"].Value, CultureInfo.InvariantCulture) : 0;
        string[] registers = rest.Remove(match.Index, match.Length)
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int value = Register(registers[^1]), old = name == "atom" ? Register(registers[0]) : -1;
        (string operation, string type) = (parts.Except(["global", "shared"]).First(), parts[^1]);
        int size = PtxProgram.SizeOf(type);
        bool signed = type[0] == 's';
        Func<ulong, ulong, ulong> combine = (operation, type[0]) switch
        {
            ("add", 'u' or 's') => static (a, b) => a + b,
            ("min", 'u' or 's') => (a, b) => PtxInteger.Less(b, a, size, signed) ? b : a,
            _ => throw new NotSupportedException($"{name}.{string.Join('.', parts)}"),
        };
        int[] cell = [program.Operand(function, $"%atomic_{registers[0]}_{registers[^1]}")];
        return f =>
        {
            Span<byte> at = f.Thread.At(f.R[address] + offset, size);
            Load(f, cell, at, size, signed: false);
            ulong before = f.R[cell[0]];
            f.R[cell[0]] = combine(before, f.R[value]);
            Store(f, cell, at, size, PtxInteger.Mask(size));
            if (old >= 0)
            {
                f.R[old] = before;
            }

            return PtxFunction.Next;
        };
    }

    private static int Load(PtxFrame f, int[] values, Span<byte> from, int size, bool signed)
    {
        for (int i = 0; i < values.Length; i++)
        {
            ulong bits = size switch
            {
                1 => from[i],
                2 => BinaryPrimitives.ReadUInt16LittleEndian(from[(2 * i)..]),
                4 => BinaryPrimitives.ReadUInt32LittleEndian(from[(4 * i)..]),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(from[(8 * i)..]),
            };
            f.R[values[i]] = signed ? (ulong)PtxInteger.Signed(bits, size) : bits;
        }

        return PtxFunction.Next;
    }

    private static int Store(PtxFrame f, int[] values, Span<byte> to, int size, ulong mask)
    {
        Span<byte> bits = stackalloc byte[8];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bits, f.R[values[i]] & mask);
            bits[..size].CopyTo(to[(size * i)..]);
        }

        return PtxFunction.Next;
    }

    private int Register(string text) => program.Operand(function, text);

    [GeneratedRegex(@"^(?:@(?<not>!?)(?<guard>%\w+) )?(?<name>[a-z][\w.:]*)\s*(?<operands>.*)$", RegexOptions.Singleline)]
    private static partial Regex Instruction();

    [GeneratedRegex(@"^(?:\((?<result>[^)]*)\) ?, )?(?<name>\w+)(?:, \((?<given>[^)]*)\))?")]
    private static partial Regex Callee();

    [GeneratedRegex(@"%\w+")]
    private static partial Regex WordOfVector();

    [GeneratedRegex(@"\[(?<base>%?\w+)(?:\+(?<offset>-?\d+))?\]")]
    private static partial Regex Address();
}
