using DeepLearning.Layers;

namespace DeepLearning.Pretrained;

/// <summary>
/// Modules and parameters under names that are known at run time only; a name may have dots, and is empty where it adds none.
/// </summary>
internal sealed class PartList
{
    private readonly List<(string Name, object Value)> _items = [];

    public void Add(string name, object value) => _items.Add((name, value));

    /// <summary>Takes a value away, under all of its names.</summary>
    public void Remove(object value) => _items.RemoveAll(item => ReferenceEquals(item.Value, value));

    public IEnumerable<ModuleMember> Members => _items.Select(static item => new ModuleMember(item.Name, item.Value));

    /// <summary>The same list of the copies.</summary>
    public PartList CopyOf(ModuleCopy copy)
    {
        PartList list = new();
        foreach ((string name, object value) in _items)
        {
            list.Add(name, copy.Of(value));
        }

        return list;
    }
}
