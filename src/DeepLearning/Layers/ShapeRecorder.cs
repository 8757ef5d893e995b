using System.Runtime.CompilerServices;

namespace DeepLearning.Layers;

/// <summary>Notes the output shape of every layer that runs on this thread while it is open, and if asked what went in and out.</summary>
internal sealed class ShapeRecorder : IDisposable
{
    [ThreadStatic]
    private static ShapeRecorder? s_current;

    private readonly ShapeRecorder? _outer;
    private readonly bool _keepsTensors;
    private readonly Dictionary<Module, string> _shapes = new(ReferenceEqualityComparer.Instance);
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

    /// <summary>Notes an output: a tensor, or a tuple or list of them.</summary>
    public void Record(Module module, object? output) => _shapes[module] = ShapesOf(output);

    public void Record(Module module, Tensor input, Tensor output)
    {
        Record(module, (object)output);
        if (_keepsTensors)
        {
            _calls.Add(new LayerCall(module, input, output));
        }
    }

    public string OutputOf(Module module) => _shapes.GetValueOrDefault(module, "");

    public void Dispose() => s_current = _outer;

    private static string ShapesOf(object? output) => output switch
    {
        Tensor tensor => tensor.Shape.ToString(),
        ITuple tuple => Join(Enumerable.Range(0, tuple.Length).Select(i => tuple[i])),
        IEnumerable<Tensor> tensors => Join(tensors),
        _ => "",
    };

    private static string Join(IEnumerable<object?> outputs) =>
        string.Join(", ", outputs.Select(ShapesOf).Where(static shapes => shapes.Length > 0));
}

/// <summary>What went into a layer and came out of it.</summary>
internal readonly record struct LayerCall(Module Module, Tensor Input, Tensor Output);
