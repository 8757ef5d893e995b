namespace DeepLearning;

/// <summary>
/// Returns the memory of every tensor made on this thread while it is open, when it is disposed, except those kept. Not needed for
/// correctness (the collector finds dead tensors) but faster, and steady: <c>using (new TensorScope()) { one training step }</c>.
/// Gradients of parameters, optimizer state and buffers outlive it by themselves. Touching a returned tensor throws
/// <see cref="ObjectDisposedException"/>.
/// </summary>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? s_current;

    [ThreadStatic]
    private static List<Tensor>? s_spare;

    private readonly TensorScope? _outer;
    private readonly List<Tensor> _tensors;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _disposed;

    /// <summary>Opens a scope on this thread, inside the one that is open.</summary>
    public TensorScope()
    {
        _outer = s_current;
        _tensors = s_spare ?? [];
        s_spare = null;
        s_current = this;
    }

    internal static TensorScope? Current => s_current;

    /// <summary>Closes scopes for a stretch of code whose tensors must outlive them (optimizer state, caches).</summary>
    public static Suspension Suspend() => new(s_current);

    /// <summary>Keeps a tensor: it goes to the scope around this one, or to the collector.</summary>
    /// <param name="tensor">A tensor made inside the scope, or inside one within it.</param>
    /// <returns>The same tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        for (TensorScope? scope = tensor.Scope; scope is not null; scope = scope._outer)
        {
            if (scope == this)
            {
                tensor.Scope = _outer;
                _outer?._tensors.Add(tensor);
                break;
            }
        }

        return tensor;
    }

    /// <summary>Returns what was made inside and not kept.</summary>
    /// <exception cref="InvalidOperationException">
    /// Another scope opened later on this thread is still open, or this is another thread.
    /// </exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        if (s_current != this || Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException(
                "TensorScope: scopes close on the thread that opened them, innermost first; use `using` for each.");
        }

        _disposed = true;
        s_current = _outer;
        foreach (Tensor tensor in _tensors)
        {
            if (tensor.Scope == this)
            {
                tensor.Return();
            }
        }

        _tensors.Clear();
        s_spare = _tensors;
    }

    internal void Add(Tensor tensor)
    {
        tensor.Scope = this;
        _tensors.Add(tensor);
    }

    /// <summary>A stretch of code outside every scope.</summary>
    public readonly ref struct Suspension
    {
        private readonly TensorScope? _suspended;

        internal Suspension(TensorScope? suspended)
        {
            _suspended = suspended;
            s_current = null;
        }

        /// <summary>Opens the suspended scope again.</summary>
        public void Dispose() => s_current = _suspended;
    }
}
