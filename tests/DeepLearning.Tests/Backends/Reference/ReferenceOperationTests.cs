using DeepLearning.Tests.AutogradTests;
using DeepLearning.Tests.Fuzz;
using DeepLearning.Tests.Golden;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Backends.Reference;

/// <summary>
/// The tests of the operations, on a device that has only what a backend must have: recorded values and gradients of both orders, finite
/// differences, element types, programs. An operation that reads the host's memory, makes a tensor in the wrong place or is right only by a
/// kernel of the processor fails here.
/// </summary>
public sealed class ReferenceOperationTests
{
    private static readonly Dictionary<string, GoldenBinding> s_bindings = BindingTables.Of(typeof(GoldenTests).Namespace!);

    public static TheoryData<string> Groups() => [.. GoldenFile.Groups];

    [Theory]
    [MemberData(nameof(Groups))]
    public void Recorded_cases_equal_PyTorch(string group)
    {
        using TestDevice.Region region = TestDevice.Use(ReferenceDevice.Instance);
        Check(GoldenFile.Of(group).Cases.Select(golden => (golden.Name, (Action)(() =>
        {
            string differences = GoldenRunner.Run(golden, s_bindings[golden.Op]);
            Assert.True(differences.Length == 0, differences);
        }))));
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("operations")]
    [InlineData("programs")]
    [InlineData("aliasing")]
    public void Random_cases_equal_PyTorch(string name)
    {
        using TestDevice.Region region = TestDevice.Use(ReferenceDevice.Instance);
        new FuzzTests().Recorded_cases_equal_PyTorch(name);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void First_derivatives_are_right() => Sweep(GradientSweepTests.Names(), new GradientSweepTests().First_derivatives_are_right);

    [Fact]
    [Trait("Category", "Slow")]
    public void Second_derivatives_are_right() => Sweep(GradientSweepTests.Names(), new GradientSweepTests().Second_derivatives_are_right);

    [Fact]
    [Trait("Category", "Slow")]
    public void Values_and_gradients_of_every_type_are_those_of_float64() =>
        Sweep(DTypeSweepTests.Names(), new DTypeSweepTests().Values_and_gradients_are_those_of_float64);

    [Fact]
    [Trait("Category", "Slow")]
    public void Integers_give_what_their_numbers_give_in_float64() =>
        Sweep(DTypeSweepTests.Names(), new DTypeSweepTests().Integers_and_truth_values_give_what_their_numbers_give_in_float64);

    private static void Sweep(IEnumerable<object[]> names, Action<string> test)
    {
        using TestDevice.Region region = TestDevice.Use(ReferenceDevice.Instance);
        Check(names.Select(row => ((string)row[0], (Action)(() => test((string)row[0])))));
    }

    private static void Check(IEnumerable<(string Name, Action Test)> tests)
    {
        List<string> failures = [];
        int count = 0;
        foreach ((string name, Action test) in tests)
        {
            count++;
            try
            {
                test();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failures.Add($"{name}: {e.Message}\n{(e is Xunit.Sdk.XunitException ? "" : e.StackTrace)}");
            }
        }

        Assert.True(count > 0, "There is nothing to check.");
        Assert.True(failures.Count == 0, $"{failures.Count} of {count} fail:\n{string.Join("\n", failures.Take(25))}");
    }
}
