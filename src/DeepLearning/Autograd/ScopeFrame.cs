namespace DeepLearning;

/// <summary>What is behind a <see cref="TensorScope"/>: the tensors made on its thread since it was opened.</summary>
internal sealed class ScopeFrame
{
    [ThreadStatic]
    private static List<Tensor>? s_spare;

    [ThreadStatic]
    private static ScopeFrame? s_current;

    private readonly ScopeFrame? _outer;
    private readonly List<Tensor> _tensors;
    private bool _closed;

    private ScopeFrame()
    {
        _outer = s_current;
        _tensors = s_spare ?? [];
        s_spare = null;
    }

    /// <summary>The innermost one of this thread.</summary>
    public static ScopeFrame? Current
    {
        get => s_current;
        set => s_current = value;
    }

    public static ScopeFrame Open() => s_current = new ScopeFrame();

    public void Add(Tensor tensor)
    {
        tensor.Scope = this;
        _tensors.Add(tensor);
    }

    public void Keep(Tensor tensor)
    {
        for (ScopeFrame? scope = tensor.Scope; scope is not null; scope = scope._outer)
        {
            if (scope == this)
            {
                tensor.Scope = _outer;
                _outer?._tensors.Add(tensor);
                break;
            }
        }
    }

    public void Close()
    {
        if (_closed)
        {
            return;
        }

        if (s_current != this)
        {
            throw new InvalidOperationException("TensorScope: scopes close innermost first; use `using` for each.");
        }

        _closed = true;
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
}
