namespace DeepLearning;

/// <summary>
/// Returns the memory of every tensor made on this thread while it is open, when it is disposed, except those kept. Not needed for
/// correctness (the collector finds dead tensors) but faster, and steady: <c>using (new TensorScope()) { one training step }</c>.
/// Gradients of parameters, optimizer state and buffers outlive it by themselves. Touching a returned tensor throws
/// <see cref="ObjectDisposedException"/>.
/// </summary>
/// <remarks>
/// A scope belongs to its thread, and code after an <c>await</c> may run on another one: as a ref struct, it cannot go across <c>await</c>
/// or <c>yield</c>. The default value is not a scope: disposing it does nothing.
/// </remarks>
public readonly ref struct TensorScope
{
    private readonly ScopeFrame? _frame;

    /// <summary>Opens a scope on this thread, inside the one that is open.</summary>
    public TensorScope() => _frame = ScopeFrame.Open();

    /// <summary>Closes scopes for a stretch of code whose tensors must outlive them (optimizer state, caches).</summary>
    public static Suspension Suspend() => new(ScopeFrame.Current);

    /// <summary>Keeps a tensor: it goes to the scope around this one, or to the collector.</summary>
    /// <param name="tensor">A tensor made inside the scope, or inside one within it.</param>
    /// <returns>The same tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _frame?.Keep(tensor);
        return tensor;
    }

    /// <summary>Returns what was made inside and not kept.</summary>
    /// <exception cref="InvalidOperationException">Another scope opened later is still open.</exception>
    public void Dispose() => _frame?.Close();

    /// <summary>A stretch of code outside every scope.</summary>
    public readonly ref struct Suspension
    {
        private readonly ScopeFrame? _suspended;

        internal Suspension(ScopeFrame? suspended)
        {
            _suspended = suspended;
            ScopeFrame.Current = null;
        }

        /// <summary>Opens the suspended scope again.</summary>
        public void Dispose() => ScopeFrame.Current = _suspended;
    }
}
