using System.Reflection;
using DeepLearning.Tests.AutogradTests.Sweep;

namespace DeepLearning.Tests.AutogradTests;

/// <summary>
/// First and second derivatives of every differentiable member against finite differences, over plain, broadcast, strided, empty,
/// one-element and zero-dimensional inputs. What is not here stands in <see cref="SweepExceptions"/>.
/// </summary>
public class GradientSweepTests
{
    internal static readonly SweepRow[] Rows =
    [
        .. ElementwiseRows.Unary, .. ElementwiseRows.Binary, .. ElementwiseRows.Ternary,
        .. StructureRows.Movement, .. StructureRows.Indexing, .. StructureRows.Reductions,
        .. ProductRows.Products, .. ProductRows.LinearAlgebra, .. ProductRows.Images, .. LossRows.All, .. LayerRows.All,
        .. NormalizationRows.All, .. RegularizationRows.All, .. ConvolutionRows.All, .. AttentionRows.All, .. PoolingRows.All,
        .. ResamplingRows.All,
    ];

    private static readonly Dictionary<string, SweepRow> s_byName = Rows.ToDictionary(static row => row.Name);

    public static TheoryData<string> Names() => [.. s_byName.Keys];

    // Every kernel of a gradient runs in the first derivatives; the second ones, which take far longer, are compositions of the same.
    [Theory]
    [Trait("Rerun", "Simd")]
    [MemberData(nameof(Names))]
    public void First_derivatives_are_right(string name) => Check(name, static (f, x) => GradCheck.First(f, x));

    [Theory]
    [MemberData(nameof(Names))]
    public void Second_derivatives_are_right(string name) => Check(name, static (f, x) => GradCheck.Second(f, x));

    [Fact]
    public void Every_public_operation_and_loss_is_checked_or_has_a_reason_not_to_be()
    {
        // The catalog checks the derivatives of every layer.
        HashSet<string> members = [.. Operations().Select(static m => m.Name), .. Operations("Linalg"), .. Operations("Loss")];
        HashSet<string> layers = [.. Layers()];
        HashSet<string> rows = [.. Rows.Select(static row => row.Member)];
        IReadOnlyDictionary<string, string> exceptions = SweepExceptions.Members;
        None("neither a row nor a reason", members.Where(m => !IsInPlace(m, members) && !rows.Contains(m) && !exceptions.ContainsKey(m)));
        None("a row, but no member", rows.Where(r => !members.Contains(r) && !layers.Contains(r)));
        None("a reason, but no member or a row", exceptions.Keys.Where(
            m => (!members.Contains(m) && !layers.Contains(m)) || rows.Contains(m)));
    }

    private static void None(string what, IEnumerable<string> names)
    {
        string list = string.Join(", ", names.Order(StringComparer.Ordinal));
        Assert.True(list.Length == 0, $"These have {what}: {list}");
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

    private static IEnumerable<MethodInfo> Operations() => Operations(typeof(Tensor));

    private static IEnumerable<string> Operations(string type) => typeof(Tensor).Assembly.GetExportedTypes()
        .Where(t => t.Name == type && t.IsAbstract && t.IsSealed).SelectMany(Operations).Select(m => $"{type}.{m.Name}");

    private static IEnumerable<MethodInfo> Operations(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(static m => Carries(m.ReturnType));

    private static IEnumerable<string> Layers() => typeof(DeepLearning.Layers.Module).Assembly.GetExportedTypes()
        .Where(static t => t.IsSubclassOf(typeof(DeepLearning.Layers.Module)) && !t.IsAbstract).Select(static t => "Layers." + t.Name);

    private static bool Carries(Type type) =>
        type == typeof(Tensor) || (type.IsArray && Carries(type.GetElementType()!))
        || (type.IsValueType && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Any(static f => f.FieldType == typeof(Tensor)));
}
