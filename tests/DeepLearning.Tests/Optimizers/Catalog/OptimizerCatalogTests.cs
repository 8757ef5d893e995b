using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Optimizers.Catalog;

/// <summary>Every optimizer of the library through the check that ships for users' optimizers.</summary>
public sealed class OptimizerCatalogTests
{
    public static TheoryData<string> Names => CatalogOf.Optimizers.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void An_optimizer_holds_in_every_aspect(string name) => CatalogOf.Optimizers[name].Check();

    [Fact]
    public void Every_optimizer_has_an_entry() => Assert.Empty(
        CatalogOf.Optimizers.Missing(static type => typeof(Optimizer).IsAssignableFrom(type)));
}
