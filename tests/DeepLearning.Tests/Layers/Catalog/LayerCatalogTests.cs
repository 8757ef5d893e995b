using DeepLearning.Layers;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>Every layer of the library through the check that ships for users' layers.</summary>
public sealed class LayerCatalogTests
{
    public static TheoryData<string> Names => CatalogOf.Layers.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_layer_holds_in_every_aspect(string name) => CatalogOf.Layers[name].Check();

    [Fact]
    public void Every_layer_has_an_entry() => Assert.Empty(
        CatalogOf.Layers.Missing(static type => CatalogOf.Computes(type) && type.Namespace == typeof(Layer).Namespace));
}
