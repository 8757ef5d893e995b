using DeepLearning.Tests.AutogradTests;
using DeepLearning.Tests.AutogradTests.Sweep;
using DeepLearning.Tests.Backends.Reference;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Tracing;

/// <summary>
/// Every public operation, traced: the operations that a graph then names are a checked-in list, so that a name that changes is seen, and
/// what is read is the inputs: nothing that depends on them may look like a constant.
/// </summary>
public class OperationNamesTests
{
    private const string UpdateSwitch = "DEEPLEARNING_UPDATE_OPERATIONS";

    // They read their input on the processor, to say how large the result is or what it counts; a transformer, which the row makes, writes
    // its starting values in place before the row gives it others.
    private static readonly HashSet<string> s_readsNumbers = ["Histogram", "HistC", "Detach:beside the value", "Layers.Transformer"];

    private static readonly Dictionary<string, SweepRow> s_byName =
        GradientSweepTests.Rows.Concat(ForwardRows.All).ToDictionary(static row => row.Name);

    private static string File => RepositoryFiles.PathOf("tests", "DeepLearning.Tests", "Tracing", "operations.txt");

    public static TheoryData<string> Names() => [.. s_byName.Keys];

    [Fact]
    public void The_operations_have_the_names_that_are_checked_in()
    {
        string[] actual = [.. s_byName.Values.Select(static row => $"{row.Name} = {Line(Traced(row, 0))}").Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            System.IO.File.WriteAllLines(File, actual);
        }

        string[] listed = System.IO.File.ReadAllLines(File);
        Assert.True(
            actual.SequenceEqual(listed),
            $"Set {UpdateSwitch}=1 to record an intended change. Only now:\n{string.Join("\n", actual.Except(listed))}\n"
            + $"No longer:\n{string.Join("\n", listed.Except(actual))}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_depends_on_an_input_is_no_constant(string name)
    {
        SweepRow row = s_byName[name];
        if (s_readsNumbers.Contains(name))
        {
            return;
        }

        Graph graph = Traced(row, 0), other = Traced(row, 1);
        Assert.Equal(Line(graph), Line(other));
        foreach ((GraphValue a, GraphValue b) in graph.Constants.Zip(other.Constants))
        {
            Assert.True(
                a.Tensor!.Shape == b.Tensor!.Shape && a.Tensor.DType == b.Tensor.DType && a.Tensor.AllClose(b.Tensor, equalNaN: true),
                $"{a} differs between inputs, so an operation that made it was not seen:\n{graph}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_graph_reads_what_the_gradient_reaches(string name)
    {
        SweepRow row = s_byName[name];
        if (ForwardRows.All.Contains(row))
        {
            // These have no gradient.
            return;
        }

        Tensor[] inputs = Make(row, 0);
        foreach (Tensor input in inputs)
        {
            input.RequiresGrad = true;
        }

        Tensor y = row.Function(inputs);
        Assert.True(y.RequiresGrad);

        Tensor?[] found = Autograd.GradOrNull([y], inputs, [Tensor.OnesLike(y)]);
        HashSet<GraphValue> read = [];
        Graph graph = Traced(row, 0);
        foreach (GraphNode node in graph.Nodes)
        {
            read.UnionWith(node.Inputs.OfType<GraphValue>());
        }

        read.UnionWith(graph.Outputs);
        for (int i = 0; i < inputs.Length; i++)
        {
            Assert.True(found[i] is null || read.Contains(graph.Inputs[i]), $"input {i} is not read:\n{graph}");
        }
    }

    [Fact]
    public void A_device_without_kernels_of_its_own_gives_the_same_operations()
    {
        List<string> different = [];
        int compared = 0;
        foreach (SweepRow row in s_byName.Values)
        {
            Graph own;
            try
            {
                own = Traced(row, 0, ReferenceDevice.Instance);
            }
            catch (DeviceException)
            {
                // The row holds an operand of its own, which lies on the processor.
                continue;
            }

            compared++;
            string expected = Alike(Traced(row, 0)), actual = Alike(own);
            if (expected != actual)
            {
                different.Add($"{row.Name}: {expected}, without kernels {actual}");
            }
        }

        Assert.True(different.Count == 0, string.Join("\n", different));
        Assert.True(compared > 600, $"{compared} operations were compared.");
    }

    /// <summary>The operations but for what depends on where a tensor lies: on which device, and in which order in memory.</summary>
    private static string Alike(Graph graph) => string.Join(
        " ", graph.Nodes.Select(static node => node.Operation).Where(static name => name is not ("ToDevice" or "Clone")));

    private static string Line(Graph graph) => string.Join(" ", graph.Nodes.Select(static node => node.Operation));

    private static Graph Traced(SweepRow row, int seed, Device? device = null)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor[] inputs = Array.ConvertAll(Make(row, seed), x => x.To(device ?? x.Device));
        try
        {
            return Graph.Of(inputs => [row.Function(inputs)], inputs);
        }
        catch (DTypeException)
        {
            // An operation on whole numbers.
            return Graph.Of(inputs => [row.Function(inputs)], Array.ConvertAll(inputs, static x => x.To(DType.Int64)));
        }
    }

    internal static Tensor[] Make(SweepRow row, int seed) =>
        [.. row.Inputs.Select((input, i) => Tensor.From(
            SweepInputs.Numbers(input.From, (int)new Shape(input.Shape).Count, seed * 10 + i), input.Shape))];
}
