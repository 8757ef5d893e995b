using DeepLearning.Tests.Golden;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Backends;

/// <summary>
/// The recorded cases of the operations, on a device: values and gradients of both orders. An operation that reads the host's memory,
/// makes a tensor in the wrong place or is right only by a kernel of the processor fails here.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="every">Of so many cases one is run, where the device is slow.</param>
public abstract class DeviceOperationTests(Device device, int every = 1)
{
    private static readonly Dictionary<string, GoldenBinding> s_bindings = BindingTables.Of(typeof(GoldenTests).Namespace!);

    public static TheoryData<string> Groups() => [.. GoldenFile.Groups];

    [Theory]
    [MemberData(nameof(Groups))]
    public void Recorded_cases_equal_PyTorch(string group)
    {
        using TestDevice.Region region = TestDevice.Use(device);
        Check(GoldenFile.Of(group).Cases.Where((_, i) => i % every == 0).Select(golden => (golden.Name, (Action)(() =>
        {
            string differences = GoldenRunner.Run(golden, s_bindings[golden.Op]);
            Assert.True(differences.Length == 0, differences);
        }))));
    }

    private protected static void Check(IEnumerable<(string Name, Action Test)> tests)
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
