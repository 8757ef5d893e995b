namespace DeepLearning.Layers;

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
