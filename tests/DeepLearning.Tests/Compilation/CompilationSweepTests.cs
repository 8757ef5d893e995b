using DeepLearning.Layers;
using DeepLearning.Tests.AutogradTests;
using DeepLearning.Tests.AutogradTests.Sweep;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Tests.Tracing;

namespace DeepLearning.Tests.CompilationTests;

/// <summary>
/// Every public operation, compiled: it gives what it gives eagerly, for numbers that it was not compiled with, too; or it is refused, and
/// stands with its reason in a checked-in list.
/// </summary>
public class CompilationSweepTests
{
    private const string UpdateSwitch = "DEEPLEARNING_UPDATE_OPERATIONS";

    private static readonly SweepRow[] s_rows = [.. GradientSweepTests.Rows.Concat(ForwardRows.All).DistinctBy(static row => row.Name)];

    private static string File => RepositoryFiles.PathOf("tests", "DeepLearning.Tests", "Compilation", "refused.txt");

    [Fact]
    public void Every_operation_compiles_or_is_refused_with_a_reason()
    {
        List<string> refused = [], wrong = [];
        foreach (SweepRow row in s_rows)
        {
            Tensor[] inputs = Make(row, 0);
            CompiledModel compiled;
            try
            {
                compiled = new Anything().Compile(given => [row.Function(given)], inputs);
            }
            catch (CompilationException refusal)
            {
                refused.Add($"{row.Name} = {refusal.Message}");
                continue;
            }

            Tensor[] others = Make(row, 1);
            if (Enumerable.Range(0, inputs.Length).Any(i => inputs[i].Shape != others[i].Shape))
            {
                continue;
            }

            using (GradMode.NoGrad())
            {
                Tensor expected = row.Function(others), actual = compiled.Forward(others.AsSpan())[0];
                if (expected.Shape != actual.Shape || !actual.To(DType.Float64).AllClose(
                    expected.To(DType.Float64), relative: 1e-5, absolute: 1e-5, equalNaN: true))
                {
                    wrong.Add($"{row.Name}:\n{compiled}\nexpected {expected}\nactual {actual}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
        string[] lines = [.. refused.Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            System.IO.File.WriteAllLines(File, lines);
        }

        string[] listed = System.IO.File.ReadAllLines(File);
        Assert.True(
            lines.SequenceEqual(listed),
            $"Set {UpdateSwitch}=1 to record an intended change. Only now:\n{string.Join("\n", lines.Except(listed))}\n"
            + $"No longer:\n{string.Join("\n", listed.Except(lines))}");
    }

    /// <summary>Inputs of a row: numbers, whole ones where it takes no others.</summary>
    private static Tensor[] Make(SweepRow row, int seed)
    {
        Tensor[] inputs = OperationNamesTests.Make(row, seed);
        using GradMode.Region region = GradMode.NoGrad();
        try
        {
            row.Function(inputs);
            return inputs;
        }
        catch (DTypeException)
        {
            return Array.ConvertAll(inputs, static x => x.To(DType.Int64));
        }
    }

    private sealed class Anything : Module
    {
    }
}
