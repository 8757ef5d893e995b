using System.Text.RegularExpressions;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Tracing;

public partial class RecordingTests
{
    [Fact]
    public void No_operation_decides_for_itself_how_it_is_recorded()
    {
        List<string> found = [];
        string folder = Path.Combine(RepositoryFiles.Root, "src", "DeepLearning");
        foreach (string file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            // The record itself, and the pieces that it is made of.
            if (Path.GetFileName(file) is "Recording.cs" or "Node.cs" or "BundleNode.cs" or "Tensor.Views.cs")
            {
                continue;
            }

            found.AddRange(Attaching().Matches(File.ReadAllText(file)).Select(m => $"{Path.GetFileName(file)}: {m.Value}"));
        }

        Assert.Empty(found);
    }

    [Fact]
    public void Where_nothing_listens_taking_an_operation_down_allocates_nothing()
    {
        Tensor x = Tensor.Ones(2), y = Tensor.Ones(2);
        Recording.Of(new NamedOperation("Warm"), y, x);
        Recording.Of(new NamedOperation("Warm"), y, x, x);
        Recording.Made(new NamedOperation("Warm"), y);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Recording.Of(new NamedOperation("Again"), y, x);
            Recording.Of(new NamedOperation("Again"), y, x, x);
            Recording.Of(new NamedOperation("Again"), y, x, null, x);
            Recording.Made(new NamedOperation("Again"), y);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void An_operation_without_a_derivative_leaves_its_result_a_constant()
    {
        Tensor x = Tensor.Rand(3);
        x.RequiresGrad = true;
        Tensor y = Recording.Of(new NamedOperation("Nothing"), Tensor.Ones(3), x);
        Assert.False(y.RequiresGrad);
    }

    [Fact]
    public void A_result_of_whole_numbers_is_never_recorded()
    {
        Tensor x = Tensor.Rand(3);
        x.RequiresGrad = true;
        Assert.False(x.To(DType.Int64).RequiresGrad);
        Assert.False(x.Sum(DType.Int32).RequiresGrad);
        Assert.False(x.Prod(DType.Int32).RequiresGrad);
        Assert.True(x.To(DType.Float64).RequiresGrad);
    }

    [GeneratedRegex(@"new \w+Node(<\w+>)?\([^;]*\)\s*\.Attach\(")]
    private static partial Regex Attaching();
}
