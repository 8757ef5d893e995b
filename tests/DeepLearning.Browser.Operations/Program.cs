using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;

namespace DeepLearning.Tests.Browser;

/// <summary>What the test calls.</summary>
[SupportedOSPlatform("browser")]
internal static partial class Program
{
    private static void Main()
    {
    }

    [JSExport]
    internal static string[] Names() => [.. Operations.All.Select(operation => operation.Name)];

    [JSExport]
    internal static double[] Compute(string name) => Operations.Values(name);
}
