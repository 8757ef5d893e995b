using System.Reflection;
using DeepLearning.Tests.Backends.Reference;

namespace DeepLearning.Tests.Backends;

public sealed class BackendContractTests
{
    private const int MostRequired = 30;

    private static readonly MethodInfo[] s_members = typeof(Backend).GetMethods(
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    [Fact]
    public void A_backend_has_thirty_required_members_at_most()
    {
        string[] required = [.. s_members.Where(static m => m.IsAbstract).Select(static m => m.Name).Order(StringComparer.Ordinal)];
        Assert.InRange(required.Length, 1, MostRequired);
    }

    [Fact]
    public void The_reference_backend_has_the_required_members_and_no_other()
    {
        string[] required = [.. s_members.Where(static m => m.IsAbstract).Select(static m => m.Name).Order(StringComparer.Ordinal)];
        string[] own =
        [
            .. typeof(ReferenceBackend).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Select(static m => m.Name).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(required, own);
    }
}
