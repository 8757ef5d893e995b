using DeepLearning.Models;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Models.Catalog;

/// <summary>Every block of the library through the check that ships for users' layers.</summary>
public sealed class ModelCatalogTests
{
    public static TheoryData<string> Names => CatalogOf.Models.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_block_holds_in_every_aspect(string name) => CatalogOf.Models[name].Check();

    [Fact]
    public void Every_block_has_an_entry() => Assert.Empty(
        CatalogOf.Models.Missing(static type => CatalogOf.Computes(type) && type.Namespace == typeof(ScoredAttention).Namespace));
}
