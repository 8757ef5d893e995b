using DeepLearning.Tests.AutogradTests.Sweep;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests;

/// <summary>Every operation, forward and backward, in every element type that it accepts, against the same in float64.</summary>
[Trait("Rerun", "Simd")]
public class DTypeSweepTests
{
    private static readonly DType[] s_real = [DType.Float32, DType.Float16, DType.BFloat16];
    private static readonly DType[] s_whole = [DType.Int64, DType.Int32, DType.UInt8, DType.Bool];

    // A factor that is no whole number, a bound below the least uint8, a mean rounded down, and a power that is no integer.
    private static readonly HashSet<string> s_notWhole =
    [
        "Hardtanh", "ScatterReduce:mean", "ScatterReduce:others only", "Pow:minus one",
    ];

    // Their own arguments, π x and eˣ, leave the precision and the range of float32.
    private static readonly HashSet<string> s_notLarge = ["Sinc", "Detach:beside the value", "Loss.KLDiv:logarithms"];

    private static readonly Dictionary<string, SweepRow> s_byName =
        GradientSweepTests.Rows.Concat(ForwardRows.All).ToDictionary(static row => row.Name);

    public static TheoryData<string> Names() => [.. s_byName.Keys];

    [Fact]
    public void Every_member_without_a_derivative_is_compared_too()
    {
        // These take or give numbers of a type as they are; ConversionTests and InteropTests look at each type.
        string[] movers =
        [
            "CopyFrom", "Empty", "EmptyLike", "From", "FromScalar", "Loss.WithCount", "RetainGrad", "Wrap", "get_Grad", "op_Implicit",
        ];
        HashSet<string> rows = [.. ForwardRows.All.Select(static row => row.Member)];
        IEnumerable<string> left = SweepExceptions.Members.Keys
            .Where(m => !rows.Contains(m) && !SweepExceptions.HasNoValue(m) && !movers.Contains(m));
        Assert.Empty(left);
        Assert.All(movers, m => Assert.True(SweepExceptions.Members.ContainsKey(m) && !rows.Contains(m), m));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_and_gradients_are_those_of_float64(string name)
    {
        SweepRow row = s_byName[name];
        List<string> failures = [];
        foreach (DType dtype in s_real)
        {
            foreach ((string kind, Tensor[] inputs) in SweepInputs.Of(row).Concat(Larger(row)))
            {
                try
                {
                    foreach (string wrong in Compare(row, inputs, dtype))
                    {
                        failures.Add($"{name}, {dtype.Name()}, {kind}: {wrong}");
                    }
                }
                catch (DTypeException)
                {
                    break;
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Integers_and_truth_values_give_what_their_numbers_give_in_float64(string name)
    {
        if (s_notWhole.Contains(name))
        {
            return;
        }

        SweepRow row = s_byName[name];
        List<string> failures = [];
        foreach (DType dtype in s_whole)
        {
            foreach ((string kind, Tensor[] inputs) in SweepInputs.Of(row))
            {
                Tensor[] whole = [.. inputs.Select((x, i) => Whole(x, row.Inputs[i].From, dtype))];
                try
                {
                    Tensor y = row.Function(whole), right = row.Function([.. whole.Select(static x => x.To(DType.Float64))]);
                    if (Precision.Difference(y, right, 4, dtype, floor: 1) is { } wrong)
                    {
                        failures.Add($"{name}, {dtype.Name()}, {kind}: {wrong}");
                    }
                }
                catch (DTypeException)
                {
                    break;
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    private static IEnumerable<string> Compare(SweepRow row, Tensor[] inputs, DType dtype)
    {
        Tensor[] narrow = [.. inputs.Select(x => Leaf(x.Detach().To(dtype)))];
        Tensor[] wide = [.. narrow.Select(static x => Leaf(x.Detach().To(DType.Float64)))];
        Tensor y = row.Function(narrow), right = row.Function(wide);
        if (Precision.Difference(y, right, row.Roundings, dtype) is { } wrong)
        {
            yield return wrong;
        }

        if (!y.RequiresGrad)
        {
            yield break;
        }

        // A gradient that every type holds exactly.
        double[] numbers = [.. Enumerable.Range(0, (int)y.Count).Select(static i => ((i * 5 % 7) - 3.5) / 4)];
        Tensor dy = Tensor.From(numbers, y.Shape).Here();
        Tensor?[] expected = Autograd.GradOrNull([right], wide, [dy.To(right.DType)]);
        foreach (bool createGraph in (bool[])[true, false])
        {
            Tensor?[] found = Autograd.GradOrNull([y], narrow, [dy.To(y.DType)], retainGraph: true, createGraph: createGraph);
            for (int i = 0; i < found.Length; i++)
            {
                string which = $"the gradient of input {i}{(createGraph ? " under createGraph" : "")}";
                Tensor gradient = found[i] ?? Tensor.ZerosLike(narrow[i]), wanted = expected[i] ?? Tensor.ZerosLike(wide[i]);
                if (gradient.DType != dtype)
                {
                    yield return $"{which} is of {gradient.DType.Name()}";
                }

                if (Precision.Difference(gradient, wanted, row.Roundings, dtype) is { } off)
                {
                    yield return $"{which}: {off}";
                }
            }
        }
    }

    // So large that squares and products of 16-bit numbers are outside their type, where the results need not be.
    private static IEnumerable<(string Kind, Tensor[] Inputs)> Larger(SweepRow row)
    {
        if (row.Roundings > 2 || s_notLarge.Contains(row.Name) || row.Inputs.All(static i => i.From != Draw.Real)
            || row.Name.StartsWith("Linalg", StringComparison.Ordinal))
        {
            yield break;
        }

        (_, Tensor[] inputs) = SweepInputs.Of(row).First();
        yield return ("256 times as large", [.. inputs.Select((x, i) => row.Inputs[i].From == Draw.Real ? x.Detach() * 256.0 : x)]);
    }

    private static Tensor Leaf(Tensor x)
    {
        x.RequiresGrad = true;
        return x;
    }

    // Whole numbers of the domain; uint8 has no negative ones, bool only two.
    private static Tensor Whole(Tensor x, Draw from, DType dtype)
    {
        Tensor numbers = x.Detach();
        numbers = from switch
        {
            Draw.Real => (numbers * 2).Round(),
            Draw.Positive or Draw.AboveOne => numbers.Ceil(),
            Draw.Unit => numbers.Round(),
            Draw.Probability => numbers.Round(),
            _ => throw new ArgumentOutOfRangeException(nameof(from), from, "This is no domain."),
        };
        return (dtype is DType.UInt8 ? numbers.Abs() : numbers).To(dtype);
    }
}
