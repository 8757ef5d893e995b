using System.Reflection;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Infrastructure.Catalog;

/// <summary>
/// The entries of a folder: what the static property <c>Entries</c> of each class in its namespace lists. A new file there is found.
/// </summary>
internal sealed class CatalogOf
{
    private readonly Dictionary<string, CatalogEntry> _entries = [];

    private CatalogOf(string folder)
    {
        foreach (Type type in typeof(CatalogOf).Assembly.GetTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            if (type.Namespace == $"DeepLearning.Tests.{folder}.Catalog"
                && type.GetProperty("Entries", BindingFlags.Static | BindingFlags.Public) is { } property)
            {
                foreach (CatalogEntry entry in (IEnumerable<CatalogEntry>)property.GetValue(null)!)
                {
                    Assert.True(_entries.TryAdd(entry.Name, entry), $"There are two entries '{entry.Name}'.");
                }
            }
        }

        Assert.NotEmpty(_entries);
    }

    public static CatalogOf Layers { get; } = new("Layers");

    public static CatalogOf Models { get; } = new("Models");

    public static CatalogOf Losses { get; } = new("Losses");

    public static CatalogOf Optimizers { get; } = new("Optimizers");

    public static IEnumerable<CatalogOf> All => [Layers, Models, Losses, Optimizers];

    public TheoryData<string> Names => new(_entries.Keys);

    public IEnumerable<CatalogEntry> Entries => _entries.Values;

    public CatalogEntry this[string name] => _entries[name];

    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>The public classes that have no entry.</summary>
    public IEnumerable<string> Missing(Func<Type, bool> isWanted)
    {
        HashSet<Type> known = [.. Entries.Select(static entry => entry.Type)];
        return typeof(Layer).Assembly.GetExportedTypes()
            .Where(type => type.IsClass && !type.IsAbstract && isWanted(type) && !known.Contains(type))
            .Select(static type => type.Name)
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Whether a type is a module that computes something, and not a container of others.</summary>
    public static bool Computes(Type type)
    {
        for (Type? parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (parent.IsGenericType && parent.GetGenericTypeDefinition() is { } definition
                && (definition == typeof(Module<,>) || definition == typeof(Module<,,>) || definition == typeof(Module<,,,>)))
            {
                return true;
            }
        }

        return false;
    }
}
