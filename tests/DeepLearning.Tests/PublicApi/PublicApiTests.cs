using System.Reflection;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.PublicApi;

/// <summary>
/// The public API of the package that a test project belongs to is a checked-in list, so that a change to it is seen in review.
/// Compiled into the test project of every package (tests/PublicApi.props).
/// </summary>
public sealed class PublicApiTests
{
    private const string UpdateSwitch = "DEEPLEARNING_UPDATE_API";

    [Fact]
    public void The_public_API_is_the_checked_in_list()
    {
        string tests = typeof(PublicApiTests).Assembly.GetName().Name!;
        string package = tests[..tests.LastIndexOf('.')];
        string path = RepositoryFiles.PathOf("src", package, "PublicApi.txt");
        string[] actual = [.. ApiList.Of(Assembly.Load(package))];
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            File.WriteAllText(path, string.Concat(actual.Select(line => line + "\n")));
        }

        // Compared as sets: a merge keeps both sides' lines, in any order.
        string[] recorded = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] differences =
        [
            .. recorded.Except(actual, StringComparer.Ordinal).Select(line => "- " + line),
            .. actual.Except(recorded, StringComparer.Ordinal).Select(line => "+ " + line),
        ];
        Assert.True(
            differences.Length == 0,
            $"The public API differs from src/{package}/PublicApi.txt:\n{string.Join('\n', differences)}\n\n"
            + $"If that is intended, record it:\n{UpdateSwitch}=1 dotnet test tests/{tests} -c Release "
            + $"--filter FullyQualifiedName~{nameof(PublicApiTests)}\n");
    }
}
