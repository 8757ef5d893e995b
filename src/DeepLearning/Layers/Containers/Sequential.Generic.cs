using System.Collections;

namespace DeepLearning.Layers;

/// <summary>
/// Modules one after the other whose inputs and outputs need not be single tensors: each gets the output of the one before, and the
/// compiler sees that it fits. Made by <c>Then</c>, see <see cref="SequentialExtensions"/>. Keys in the state dictionary are the
/// positions. A chain from a tensor to a tensor goes wherever a layer does, into a <see cref="Sequential"/> too.
/// <code>
/// Sequential&lt;Tensor, Tensor&gt; model = new Encoder(16, 32).Then(static encoded =&gt; encoded.Last).Then(new Linear(32, 10));
/// </code>
/// </summary>
/// <typeparam name="TIn">The input of the first module.</typeparam>
/// <typeparam name="TOut">The output of the last.</typeparam>
public sealed class Sequential<TIn, TOut> : Module<TIn, TOut>, IReadOnlyList<Module>
{
    [Unregistered]
    private Module[] _items;
    private readonly Func<Module[], TIn, TOut> _forward;

    internal Sequential(Module[] items, Func<Module[], TIn, TOut> forward) => (_items, _forward) = (items, forward);

    /// <summary>The number of modules.</summary>
    public int Count => _items.Length;

    /// <summary>The module at a position.</summary>
    /// <param name="index">The position; <c>^1</c> is the last.</param>
    public Module this[int index] => _items[index];

    /// <inheritdoc/>
    public override TOut Forward(TIn input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TOut output = Hooks is null ? _forward(_items, input) : Hooked(Hooks, input);
        ShapeRecorder.Current?.Record(this, output);
        return output;
    }

    /// <inheritdoc/>
    public IEnumerator<Module> GetEnumerator() => ((IEnumerable<Module>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>This chain with a module behind it; <paramref name="forward"/> calls the one that it is given.</summary>
    internal Sequential<TIn, TNext> Append<TNext>(Module next, Func<Module, TOut, TNext> forward)
    {
        Func<Module[], TIn, TOut> before = _forward;
        int position = _items.Length;
        return new Sequential<TIn, TNext>([.. _items, next], (items, input) =>
        {
            TNext output = forward(items[position], before(items, input));
            ShapeRecorder.Current?.Record(items[position], output);
            return output;
        });
    }

    /// <summary>A chain from a tensor to a tensor calls hooks; others hold theirs in objects that only they know.</summary>
    private protected override bool CallsHooks => typeof(TIn) == typeof(Tensor) && typeof(TOut) == typeof(Tensor);

    private TOut Hooked(ModuleHooks hooks, TIn input) => (TOut)(object)hooks.Run(
        this, [(Tensor)(object)input!], x => (Tensor)(object)_forward(_items, (TIn)(object)x[0]!)!);

    private protected override void Collect(List<ModuleMember> members)
    {
        members.AddRange(_items.Select(static (module, i) => new ModuleMember($"{i}", module)));
        base.Collect(members);
    }

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _items = Array.ConvertAll(_items, copy.Of);
    }
}
