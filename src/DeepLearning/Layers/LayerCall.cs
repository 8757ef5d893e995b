namespace DeepLearning.Layers;

/// <summary>
/// A running call of a module of the library: its parametrized parameters are computed, what it computes has its path in a trace, and its
/// output is noted for a summary.
/// </summary>
internal readonly ref struct LayerCall : IDisposable
{
    private readonly Module _module;
    private readonly Trace? _trace;

    public LayerCall(Module module)
    {
        _module = module;
        _trace = Trace.Current;
        if (_trace is null)
        {
            module.ComputeParameters();
        }
        else
        {
            Enter();
        }
    }

    /// <summary>Notes an output.</summary>
    public Tensor Gives(Tensor output)
    {
        ShapeRecorder.Current?.Record(_module, output);
        return output;
    }

    /// <summary>Notes an output.</summary>
    public TOutput Gives<TOutput>(TOutput output)
    {
        ShapeRecorder.Current?.Record(_module, output);
        return output;
    }

    /// <summary>Notes outputs.</summary>
    public (Tensor Output, Tensor? Weights) Gives(Tensor output, Tensor? weights)
    {
        ShapeRecorder.Current?.Record(_module, weights is null ? output : (object)(output, weights));
        return (output, weights);
    }

    public void Dispose() => _trace?.Leave();

    private void Enter()
    {
        _trace!.Enter(_module);
        try
        {
            _module.ComputeParameters();
        }
        catch
        {
            _trace.Leave();
            throw;
        }
    }
}
