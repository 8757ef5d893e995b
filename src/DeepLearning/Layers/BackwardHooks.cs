namespace DeepLearning.Layers;

/// <summary>
/// The backward hooks of one call of a module. The tensors that need gradients are, within the module and behind it, tensors of their own,
/// so that their gradients are what this call alone gives and asks for, and all of them are known at once.
/// </summary>
/// <param name="module">The module.</param>
/// <param name="hooks">Its hooks, read when the gradients are there.</param>
/// <param name="inputs">The number of its inputs.</param>
internal sealed class BackwardHooks(Module module, HookList<Func<Module, Tensor?[], Tensor?[], Tensor?[]?>> hooks, int inputs)
{
    private Tensor?[] _arrived = [];
    private bool _listensBelow;

    /// <summary>The inputs as the module is to see them.</summary>
    public Tensor?[] Enter(Tensor?[] tensors)
    {
        int[] places = Recorded(tensors);
        _listensBelow = places.Length > 0;
        return Through(tensors, places, (given, gradients) =>
        {
            Tensor?[] ofInputs = Spread(given, places, inputs);
            foreach (Func<Module, Tensor?[], Tensor?[], Tensor?[]?> hook in hooks.Items)
            {
                ofInputs = ModuleHooks.Fitting(
                    module, hook(module, [.. ofInputs], [.. _arrived]), ofInputs, "a backward hook", "gradients of inputs");
            }

            for (int i = 0; i < places.Length; i++)
            {
                gradients[i] = ofInputs[places[i]];
            }
        });
    }

    /// <summary>The outputs as others are to see them.</summary>
    public Tensor?[] Leave(Tensor?[] tensors)
    {
        int[] places = Recorded(tensors);
        return Through(tensors, places, (given, gradients) =>
        {
            _arrived = Spread(given, places, tensors.Length);
            given.CopyTo(gradients);
            if (!_listensBelow)
            {
                // No input needs a gradient, so that nothing comes later to tell the hooks at.
                foreach (Func<Module, Tensor?[], Tensor?[], Tensor?[]?> hook in hooks.Items)
                {
                    hook(module, new Tensor?[inputs], [.. _arrived]);
                }
            }
        });
    }

    /// <summary>Where the tensors stand that are part of the record.</summary>
    private static int[] Recorded(Tensor?[] tensors) =>
        [.. Enumerable.Range(0, tensors.Length).Where(i => tensors[i] is { RequiresGrad: true })];

    private static Tensor?[] Spread(ReadOnlySpan<Tensor?> given, int[] places, int count)
    {
        Tensor?[] all = new Tensor?[count];
        for (int i = 0; i < places.Length; i++)
        {
            all[places[i]] = given[i];
        }

        return all;
    }

    /// <summary>The tensors, those at the places as views made by one node.</summary>
    private static Tensor?[] Through(Tensor?[] tensors, int[] places, HookNode.Step backward)
    {
        if (places.Length == 0)
        {
            return tensors;
        }

        Tensor?[] result = [.. tensors];
        Tensor[] views = Recording.Between(new HookNode(backward), Array.ConvertAll(places, i => tensors[i]!));
        for (int i = 0; i < places.Length; i++)
        {
            result[places[i]] = views[i];
        }

        return result;
    }

    private sealed class HookNode(HookNode.Step backward) : BundleNode
    {
        public delegate void Step(ReadOnlySpan<Tensor?> given, Span<Tensor?> gradients);

        public override string Name => "BackwardHook";

        protected override void Backward(ReadOnlySpan<Tensor?> given, Span<Tensor?> gradients) => backward(given, gradients);
    }
}
