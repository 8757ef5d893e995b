using DeepLearning.Losses;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Losses.Catalog;

/// <summary>Every loss of the library through the check that ships for users' losses.</summary>
public sealed class LossCatalogTests
{
    public static TheoryData<string> Names => CatalogOf.Losses.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_loss_holds_in_every_aspect(string name) => CatalogOf.Losses[name].Check();

    [Fact]
    public void Every_loss_has_an_entry() => Assert.Empty(
        CatalogOf.Losses.Missing(static type => CatalogOf.Computes(type) && type.Namespace == typeof(Loss).Namespace));
}
