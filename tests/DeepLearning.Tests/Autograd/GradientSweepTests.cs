using System.Reflection;
using DeepLearning.Tests.AutogradTests.Sweep;

namespace DeepLearning.Tests.AutogradTests;

/// <summary>
/// First and second derivatives of every differentiable member against finite differences, over plain, broadcast, strided, empty,
/// one-element and zero-dimensional inputs. What is not here stands in <see cref="SweepExceptions"/>.
/// </summary>
[Trait("Rerun", "Simd")]
public class GradientSweepTests
{
    internal static readonly SweepRow[] Rows =
    [
        .. ElementwiseRows.Unary, .. ElementwiseRows.Binary, .. ElementwiseRows.Ternary,
        .. StructureRows.Movement, .. StructureRows.Indexing, .. StructureRows.Reductions, .. StructureRows.Products,
    ];

    private static readonly Dictionary<string, SweepRow> s_byName = Rows.ToDictionary(static row => row.Name);

    public static TheoryData<string> Names() => [.. s_byName.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void First_derivatives_are_right(string name) => Check(name, static (f, x) => GradCheck.First(f, x));

    [Theory]
    [MemberData(nameof(Names))]
    public void Second_derivatives_are_right(string name) => Check(name, static (f, x) => GradCheck.Second(f, x));

    [Fact]
    public void Every_public_member_of_a_tensor_is_checked_or_has_a_reason_not_to_be()
    {
        HashSet<string> members = [.. Members().Select(static m => m.Name)];
        HashSet<string> rows = [.. Rows.Select(static row => row.Member)];
        Assert.Equal("", string.Join(", ", members
            .Where(m => !IsInPlace(m, members) && !rows.Contains(m) && !SweepExceptions.Members.ContainsKey(m)).Order()));
        Assert.Empty(rows.Where(r => !members.Contains(r)).Order());
        Assert.Empty(SweepExceptions.Members.Keys.Where(m => !members.Contains(m) || rows.Contains(m)).Order());
    }

    private static void Check(string name, Action<Func<Tensor[], Tensor>, Tensor[]> check)
    {
        SweepRow row = s_byName[name];
        List<string> failures = [];
        foreach ((string kind, Tensor[] inputs) in SweepInputs.Of(row))
        {
            try
            {
                check(row.Function, inputs);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failures.Add($"{name}, {kind}: {(e is GradCheckException ? e.Message : e.ToString())}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    // An operation XInPlace beside X is checked against X by InPlaceTests.
    private static bool IsInPlace(string member, HashSet<string> members) =>
        member.EndsWith("InPlace", StringComparison.Ordinal) && members.Contains(member[..^"InPlace".Length]);

    private static IEnumerable<MethodInfo> Members() =>
        typeof(Tensor).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(static m => Carries(m.ReturnType));

    private static bool Carries(Type type) =>
        type == typeof(Tensor) || (type.IsArray && Carries(type.GetElementType()!))
        || (type.IsValueType && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Any(static f => f.FieldType == typeof(Tensor)));
}
