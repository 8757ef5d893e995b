namespace DeepLearning.Layers;

/// <summary>Notes the output shape of every layer that runs on this thread while it is open, and if asked what went in and out.</summary>
internal sealed class ShapeRecorder : IDisposable
{
    [ThreadStatic]
    private static ShapeRecorder? s_current;

    private readonly ShapeRecorder? _outer;
    private readonly bool _keepsTensors;
    private readonly Dictionary<Module, Shape> _shapes = new(ReferenceEqualityComparer.Instance);
    private readonly List<LayerCall> _calls = [];

    public ShapeRecorder(bool keepsTensors = false)
    {
        _keepsTensors = keepsTensors;
        _outer = s_current;
        s_current = this;
    }

    public static ShapeRecorder? Current => s_current;

    /// <summary>The calls of layers in the order in which they ended: what a layer calls is before it.</summary>
    public IReadOnlyList<LayerCall> Calls => _calls;

    public void Record(Module module, Shape output) => _shapes[module] = output;

    public void Record(Module module, Tensor input, Tensor output)
    {
        Record(module, output.Shape);
        if (_keepsTensors)
        {
            _calls.Add(new LayerCall(module, input, output));
        }
    }

    public string OutputOf(Module module) => _shapes.TryGetValue(module, out Shape shape) ? shape.ToString() : "";

    public void Dispose() => s_current = _outer;
}

/// <summary>What went into a layer and came out of it.</summary>
internal readonly record struct LayerCall(Module Module, Tensor Input, Tensor Output);
