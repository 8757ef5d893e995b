using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Reporting;

/// <summary>Tells where a program runs, as far as results and times depend on it.</summary>
public static class RunEnvironment
{
    /// <summary>Library version, runtime, operating system, architecture, processors, threads and SIMD width, by name.</summary>
    public static IReadOnlyList<(string Name, string Value)> Describe() =>
    [
        ("library", $"DeepLearning {Version()}"),
        ("runtime", RuntimeInformation.FrameworkDescription),
        ("system", RuntimeInformation.OSDescription),
        ("architecture", $"{RuntimeInformation.ProcessArchitecture}"),
        ("processors", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
        ("threads", Parallelism.Threads.ToString(CultureInfo.InvariantCulture)),
        ("SIMD", Simd()),
    ];

    private static string Version()
    {
        Assembly assembly = typeof(RunEnvironment).Assembly;
        string? version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

        // Behind a plus sign is the commit that the library was built from: eight digits name it.
        int plus = version?.IndexOf('+', StringComparison.Ordinal) ?? -1;
        version ??= assembly.GetName().Version?.ToString(3) ?? "";
        return plus < 0 ? version : version[..Math.Min(version.Length, plus + 9)];
    }

    private static string Simd() => Vector512.IsHardwareAccelerated ? "512 bits"
        : Vector256.IsHardwareAccelerated ? "256 bits"
        : Vector.IsHardwareAccelerated ? "128 bits"
        : "none";
}
