using DeepLearning.Layers;
using DeepLearning.Onnx;
using DeepLearning.Onnx.Export;
using DeepLearning.Tests.AutogradTests.Sweep;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Onnx.Export;

/// <summary>Every operation of the library, exported and run by ONNX Runtime, gives the library's own result.</summary>
public class OperationExportTests
{
    private static readonly Dictionary<string, SweepRow> s_rows = OperationRows.All.ToDictionary(static row => row.Name);

    // Their results are as long as the values of the example ask for.
    private static readonly HashSet<string> s_readsNumbers = ["OneHot", "BinCount"];

    public static TheoryData<string> Names() => [.. s_rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void ONNX_Runtime_and_the_import_give_the_same(string name)
    {
        SweepRow row = s_rows[name];
        Tensor[] inputs = OperationRows.Inputs(row, 0);
        if (OperationRows.Reason(name) is { } reason)
        {
            OnnxException refused = Assert.Throws<OnnxException>(() => Exported(row, inputs));
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
            return;
        }

        byte[] model = Exported(row, inputs).ToArray();
        // Other numbers than those of the example.
        Tensor[] others = s_readsNumbers.Contains(name) ? inputs : OperationRows.Inputs(row, 1);
        Tensor actual = Ort.Run(model, others)[0];
        if (!OperationRows.Draws(Graph.Of(given => [row.Function(given)], inputs)))
        {
            Tensor expected = row.Function(others).Detach();
            Compare.Same(expected, actual);

            // And back again.
            Compare.Same(expected, OnnxModel.Load(model).Import().Run(others)[0].Detach());
        }
    }

    [Theory]
    [InlineData(OnnxExportOptions.LeastOpset)]
    [InlineData(20)]
    [InlineData(OnnxExportOptions.GreatestOpset)]
    public void Every_opset_gives_the_same(int opset)
    {
        List<string> failed = [];
        foreach (SweepRow row in OperationRows.All.Where(static row => OperationRows.Reason(row.Name) is null))
        {
            Tensor[] inputs = OperationRows.Inputs(row, 0);
            try
            {
                byte[] model = OnnxExport.Trace(new Empty(), given => [row.Function(given)], inputs, new() { Opset = opset }).ToArray();
                Tensor actual = Ort.Run(model, inputs)[0], back = OnnxModel.Load(model).Import().Run(inputs)[0].Detach();
                if (!OperationRows.Draws(Graph.Of(given => [row.Function(given)], inputs)))
                {
                    Tensor expected = row.Function(inputs).Detach();
                    string? difference = Compare.Difference(expected, actual) ?? Compare.Difference(expected, back);
                    failed.AddRange(difference is null ? [] : [$"{row.Name}: {difference}"]);
                }
            }
            catch (OnnxException e) when (e.Message.Contains("before opset", StringComparison.Ordinal)
                || e.Message.Contains("came with opset", StringComparison.Ordinal))
            {
                Assert.True(opset < 18, e.Message);
            }
            catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException e)
            {
                // ONNX Runtime 1.31 has not yet the random numbers of opset 22.
                failed.AddRange(e.Message.Contains("Like(22)", StringComparison.Ordinal) ? [] : [$"{row.Name}: {e.Message}"]);
            }
        }

        Assert.True(failed.Count == 0, string.Join("\n", failed));
    }

    [Fact]
    public void Every_traced_operation_is_written_or_has_a_reason()
    {
        string[] lines = File.ReadAllLines(RepositoryFiles.PathOf("tests", "DeepLearning.Tests", "Tracing", "operations.txt"));
        string[] own = ["Quartic", "PowerSum"];
        string[] missing = [.. lines.SelectMany(static line => line.Split(" = ")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Distinct().Except(own).Where(static name => !Converters.TryGet(name, out _) && Converters.Reason(name) is null)];
        Assert.True(missing.Length == 0, string.Join(" ", missing));
    }

    private static OnnxModel Exported(SweepRow row, Tensor[] inputs) =>
        OnnxExport.Trace(new Empty(), given => [row.Function(given)], inputs);

    private sealed class Empty : Module<Tensor, Tensor>
    {
        public override Tensor Forward(Tensor input) => input;
    }
}
