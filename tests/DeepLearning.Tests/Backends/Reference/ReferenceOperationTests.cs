using DeepLearning.Tests.AutogradTests;
using DeepLearning.Tests.Fuzz;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Backends.Reference;

/// <summary>
/// The tests of the operations, on a device that has only what a backend must have: the recorded cases, finite differences, element types,
/// programs.
/// </summary>
public sealed class ReferenceOperationTests() : DeviceOperationTests(ReferenceDevice.Instance)
{
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
}
