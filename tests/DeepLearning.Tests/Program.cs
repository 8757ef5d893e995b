using DeepLearning.Tests.Fuzz;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Tests.Infrastructure.Mutants;
using DeepLearning.Tests.Training;

namespace DeepLearning.Tests;

/// <summary>
/// The entry point of the test assembly. Under <c>dotnet test</c> it is not used; <c>dotnet DeepLearning.Tests.dll NAME</c>
/// runs the tests with the trait <c>Rerun=NAME</c> in this process, under the environment it was started with. With two arguments it
/// is a program that a test kills, or runs a file of random cases (Fuzz/run); <c>mutants</c> is for tests/mutation/run.
/// </summary>
internal static class Program
{
    private static int Main(string[] args) => args switch
    {
        [KilledRun.Argument, string folder] => KilledRun.Run(folder),
        [FuzzHost.Argument, string file] => FuzzHost.Run(file),
        [MutantHost.Argument, .. string[] rest] => MutantHost.Run(rest),
        _ => RerunHost.Run(args),
    };
}
