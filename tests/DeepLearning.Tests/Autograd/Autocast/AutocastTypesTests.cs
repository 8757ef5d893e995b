using DeepLearning.Tests.AutogradTests.Sweep;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests;

/// <summary>
/// In which type every public operation computes in a region of Autocast: a checked-in list, so that a new operation, or a changed table,
/// is seen; and PyTorch's own types.
/// </summary>
public class AutocastTypesTests
{
    private const string UpdateSwitch = "DEEPLEARNING_UPDATE_OPERATIONS";

    private static readonly Dictionary<string, SweepRow> s_byName =
        GradientSweepTests.Rows.Concat(ForwardRows.All).ToDictionary(static row => row.Name);

    /// <summary>What PyTorch has a rule for on the processor only; its rule there is taken over.</summary>
    private static readonly string[] s_processorOnly = ["Quantile", "Trace"];

    /// <summary>It is not in PyTorch's lists; here all losses have one rule.</summary>
    private const string OwnRule = "Loss.GaussianNLL";

    public static TheoryData<string> Names() => [.. s_byName.Keys];

    private static string File(string name) =>
        RepositoryFiles.PathOf("tests", "DeepLearning.Tests", "Autograd", "Autocast", name);

    [Fact]
    public void The_rules_of_all_operations_are_those_that_are_checked_in()
    {
        string[] actual = [.. s_byName.Values.Select(static row => $"{row.Name} = {Seen(row)}").Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            System.IO.File.WriteAllLines(File("rules.txt"), actual);
        }

        string[] listed = System.IO.File.ReadAllLines(File("rules.txt"));
        Assert.True(
            actual.SequenceEqual(listed),
            $"Set {UpdateSwitch}=1 to record an intended change. Only now:\n{string.Join("\n", actual.Except(listed))}\n"
            + $"No longer:\n{string.Join("\n", listed.Except(actual))}");
    }

    [Fact]
    public void Types_are_those_of_PyTorch()
    {
        List<string> different = [];
        int compared = 0;
        foreach (string line in System.IO.File.ReadLines(File("types.tsv")).Skip(2))
        {
            string[] cells = line.Split('\t');
            SweepRow row = s_byName[cells[0]];
            if (cells[0] == OwnRule)
            {
                continue;
            }

            int from = s_processorOnly.Contains(cells[0]) ? 4 : 1;
            DType[][] operands =
            [
                [DType.Float32, DType.Float32], [DType.BFloat16, DType.BFloat16], [DType.BFloat16, DType.Float32],
            ];
            for (int kind = 0; kind < 3; kind++)
            {
                // A row of several columns may give one result where PyTorch asks for equal types.
                if (cells[from + kind] == "error")
                {
                    continue;
                }

                compared++;
                using Autocast.Region region = Autocast.Enable(DType.BFloat16);
                string name = TypeOf(row, operands[kind][0], operands[kind][1]);

                // Some rows hold targets of float64, which is left alone.
                if (name != cells[from + kind] && name != "float64")
                {
                    string types = $"{operands[kind][0].Name()} and {operands[kind][1].Name()}";
                    different.Add($"{cells[0]} of {types}: {name}, not {cells[from + kind]}");
                }
            }
        }

        Assert.True(different.Count == 0, string.Join("\n", different));
        Assert.True(compared > 350, $"{compared} were compared.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_not_in_the_table_gives_the_same_numbers_as_outside(string name)
    {
        SweepRow row = s_byName[name];
        if (Seen(row) != "own" || Run(row, DType.BFloat16, DType.BFloat16) is not { } outside)
        {
            return;
        }

        using Autocast.Region region = Autocast.Enable(DType.BFloat16);
        Tensor inside = Run(row, DType.BFloat16, DType.BFloat16)!;
        Assert.Equal(outside.DType, inside.DType);
        Assert.True(outside.AllClose(inside, 0.02, 0.02, equalNaN: true), name);
    }

    /// <summary>What a region does to an operation, by the types of its results.</summary>
    private static string Seen(SweepRow row)
    {
        string outside = TypeOf(row, DType.Float32, DType.Float32), outsideLow = TypeOf(row, DType.BFloat16, DType.BFloat16);
        using Autocast.Region region = Autocast.Enable(DType.BFloat16);
        string inside = TypeOf(row, DType.Float32, DType.Float32), insideLow = TypeOf(row, DType.BFloat16, DType.BFloat16);
        return (inside == outside, insideLow == outsideLow) switch
        {
            (true, true) => "own",
            (false, true) => inside,
            (true, false) => insideLow,
            _ => $"{inside} {insideLow}",
        };
    }

    private static string TypeOf(SweepRow row, DType first, DType others) => Run(row, first, others)?.DType.Name() ?? "refused";

    private static Tensor? Run(SweepRow row, DType first, DType others)
    {
        using GradMode.Region region = GradMode.NoGrad();
        using Generator.DefaultRegion random = new Generator(3).AsDefault();
        Tensor[] inputs = [.. row.Inputs.Select((input, i) => Tensor.From(
            SweepInputs.Numbers(input.From, (int)new Shape(input.Shape).Count, i), input.Shape).To(i == 0 ? first : others))];
        try
        {
            return row.Function(inputs);
        }
        catch (DTypeException)
        {
            return null;
        }
    }
}
