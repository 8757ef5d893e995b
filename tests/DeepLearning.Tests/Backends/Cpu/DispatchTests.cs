using System.Text.RegularExpressions;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Backends.Cpu;

/// <summary>The width of vectors is chosen in two places, one for lanes and one for bare vectors; nobody writes the ladder again.</summary>
public sealed partial class DispatchTests
{
    [Fact]
    public void The_width_of_vectors_is_chosen_in_two_places()
    {
        string[] found =
        [
            .. RepositoryFiles.Enumerate("src", "*.cs").Where(static file => Ladder().IsMatch(File.ReadAllText(file)))
                .Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["Widest.cs", "WidestSimd.cs"], found);
    }

    [Fact]
    public void The_check_sees_a_ladder()
    {
        Assert.Matches(Ladder(), "if (Vector512.IsHardwareAccelerated)\n{ Run<Lanes512<T>>(); }\nelse { Run<Lanes256<T>>(); }");
        Assert.Matches(Ladder(), "x ? Run<T, Vector512<T>, Simd512<T>>() : Run<T, Vector256<T>, Simd256<T>>()");
    }

    // Two widths as type arguments of what is called.
    [GeneratedRegex(@"<[^;{}]*?\b(?<kind>Lanes|Simd)512<\w+>[\s\S]{1,300}?\b\k<kind>256<\w+>")]
    private static partial Regex Ladder();
}
