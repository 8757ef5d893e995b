namespace DeepLearning.Layers;

/// <summary>The functions that listen to a layer, in the order in which they were added.</summary>
internal sealed class LayerHooks
{
    public HookList<Func<Layer, Tensor, Tensor?>> Before { get; private init; } = new();

    public HookList<Func<Layer, Tensor, Tensor, Tensor?>> After { get; private init; } = new();

    public HookList<Func<Layer, Tensor?, Tensor, Tensor?>> Backward { get; private init; } = new();

    /// <summary>The output of the layer for an input, with the hooks around it.</summary>
    public Tensor Run(Layer layer, Tensor input, Func<Tensor, Tensor> compute)
    {
        foreach (Func<Layer, Tensor, Tensor?> hook in Before.Items)
        {
            input = hook(layer, input) ?? input;
        }

        // Within the layer the input is a tensor of its own, so that its gradient is what comes from this layer alone.
        bool listens = Backward.Items.Length > 0 && GradMode.Enabled;
        Tensor own = listens && input.RequiresGrad ? input.View(input.Shape) : input;
        Tensor output = compute(own);
        if (listens && output.RequiresGrad)
        {
            Listen(layer, own, output);
        }

        foreach (Func<Layer, Tensor, Tensor, Tensor?> hook in After.Items)
        {
            output = hook(layer, input, output) ?? output;
        }

        return output;
    }

    /// <summary>The same hooks for a copy of the layer, which gets others on its own from here on.</summary>
    public LayerHooks Copy() => new() { Before = Before.Copy(), After = After.Copy(), Backward = Backward.Copy() };

    private void Listen(Layer layer, Tensor input, Tensor output)
    {
        Tensor? arrived = null;
        output.RegisterHook(gradient =>
        {
            arrived = gradient;
            if (!input.RequiresGrad)
            {
                foreach (Func<Layer, Tensor?, Tensor, Tensor?> hook in Backward.Items)
                {
                    hook(layer, null, gradient);
                }
            }

            return null;
        });

        if (input.RequiresGrad)
        {
            input.RegisterHook(gradient =>
            {
                foreach (Func<Layer, Tensor?, Tensor, Tensor?> hook in Backward.Items)
                {
                    gradient = hook(layer, gradient, arrived!) ?? gradient;
                }

                return gradient;
            });
        }
    }
}

/// <summary>Functions that may be added and removed while others run them.</summary>
internal sealed class HookList<THook>
    where THook : Delegate
{
    private readonly Lock _lock = new();
    private Entry[] _entries = [];

    /// <summary>The functions as they are now, which later changes do not change.</summary>
    public THook[] Items => Array.ConvertAll(_entries, static entry => entry.Hook);

    /// <summary>Adds a function; the result removes it.</summary>
    public IDisposable Add(THook hook)
    {
        Entry entry = new(this, hook);
        lock (_lock)
        {
            _entries = [.. _entries, entry];
        }

        return entry;
    }

    public HookList<THook> Copy()
    {
        HookList<THook> copy = new();
        foreach (THook hook in Items)
        {
            copy.Add(hook);
        }

        return copy;
    }

    private sealed class Entry(HookList<THook> list, THook hook) : IDisposable
    {
        public THook Hook => hook;

        public void Dispose()
        {
            lock (list._lock)
            {
                list._entries = [.. list._entries.Where(other => !ReferenceEquals(other, this))];
            }
        }
    }
}
