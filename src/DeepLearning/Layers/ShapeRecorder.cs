namespace DeepLearning.Layers;

/// <summary>Notes the output shape of every layer that runs on this thread while it is open.</summary>
internal sealed class ShapeRecorder : IDisposable
{
    [ThreadStatic]
    private static ShapeRecorder? s_current;

    private readonly ShapeRecorder? _outer;
    private readonly Dictionary<Module, Shape> _shapes = new(ReferenceEqualityComparer.Instance);

    public ShapeRecorder()
    {
        _outer = s_current;
        s_current = this;
    }

    public static ShapeRecorder? Current => s_current;

    public void Record(Module module, Shape output) => _shapes[module] = output;

    public string OutputOf(Module module) => _shapes.TryGetValue(module, out Shape shape) ? shape.ToString() : "";

    public void Dispose() => s_current = _outer;
}
