using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests;

/// <summary>
/// The entry point of the test assembly. Under <c>dotnet test</c> it is not used; <c>dotnet DeepLearning.Tests.dll NAME</c>
/// runs the tests with the trait <c>Rerun=NAME</c> in this process, under the environment it was started with.
/// </summary>
internal static class Program
{
    private static int Main(string[] args) => RerunHost.Run(args);
}
