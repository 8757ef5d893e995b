using System.Collections;

namespace DeepLearning.Layers;

/// <summary>
/// Modules one after the other: each gets the output of the one before. Keys in the state dictionary are the positions
/// (<c>0.weight</c>), or the names given to <see cref="Add(string, Module{Tensor, Tensor})"/>.
/// <code>
/// Sequential model = new(new Linear(784, 128), new ReLU(), new Linear(128, 10));
/// </code>
/// </summary>
public class Sequential : Module<Tensor, Tensor>, IReadOnlyList<Module<Tensor, Tensor>>
{
    [Unregistered]
    private List<ModuleMember> _items = [];

    /// <summary>Makes a chain of modules.</summary>
    /// <param name="modules">The modules, first to last.</param>
    public Sequential(params ReadOnlySpan<Module<Tensor, Tensor>> modules)
    {
        foreach (Module<Tensor, Tensor> module in modules)
        {
            Add(module);
        }
    }

    private Sequential(IEnumerable<ModuleMember> items) => _items.AddRange(items);

    /// <summary>The number of modules.</summary>
    public int Count => _items.Count;

    /// <summary>The module at a position.</summary>
    /// <param name="index">The position; <c>^1</c> is the last.</param>
    public Module<Tensor, Tensor> this[int index] => (Module<Tensor, Tensor>)_items[index].Value;

    /// <summary>The modules of a range as a chain of their own; they are shared, not copied, and keep their names.</summary>
    /// <param name="range">The positions.</param>
    public Sequential this[Range range]
    {
        get
        {
            (int start, int count) = range.GetOffsetAndLength(Count);
            return new Sequential(_items.GetRange(start, count));
        }
    }

    /// <summary>Appends a module, named by its position.</summary>
    /// <param name="module">The module.</param>
    public void Add(Module<Tensor, Tensor> module) => Add($"{Count}", module);

    /// <summary>Appends a module under a name.</summary>
    /// <param name="name">The name in the state dictionary; not empty, without dots.</param>
    /// <param name="module">The module.</param>
    /// <exception cref="ArgumentException">The name is empty, has a dot, or is taken.</exception>
    public void Add(string name, Module<Tensor, Tensor> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        ModuleDict.CheckName(name, _items.Exists(i => i.Name == name), "Sequential");
        _items.Add(new ModuleMember(name, module));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor output = Hooks is null ? Compute(input) : Hooks.Run(this, [input], x => Compute(x[0]!));
        ShapeRecorder.Current?.Record(this, output);
        return output;
    }

    /// <inheritdoc/>
    public IEnumerator<Module<Tensor, Tensor>> GetEnumerator() =>
        _items.Select(static i => (Module<Tensor, Tensor>)i.Value).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private protected override bool CallsHooks => new Func<Tensor, Tensor>(Forward).Method.DeclaringType == typeof(Sequential);

    private Tensor Compute(Tensor x)
    {
        foreach (ModuleMember item in _items)
        {
            x = ((Module<Tensor, Tensor>)item.Value).Forward(x);
        }

        return x;
    }

    private protected override void Collect(List<ModuleMember> members)
    {
        members.AddRange(_items);
        base.Collect(members);
    }

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _items = [.. _items.Select(item => item with { Value = copy.Of(item.Value) })];
    }
}
