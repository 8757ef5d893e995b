using System.Runtime.CompilerServices;

namespace DeepLearning.Layers;

/// <summary>Notes what every layer that runs on this thread gives, while it is open.</summary>
internal sealed class ShapeRecorder : IDisposable
{
    [ThreadStatic]
    private static ShapeRecorder? s_current;

    private readonly ShapeRecorder? _outer;
    private readonly Dictionary<Module, string> _shapes = new(ReferenceEqualityComparer.Instance);
    private readonly List<Tensor> _outputs = [];

    public ShapeRecorder()
    {
        _outer = s_current;
        s_current = this;
    }

    public static ShapeRecorder? Current => s_current;

    /// <summary>All tensors that layers gave.</summary>
    public IReadOnlyList<Tensor> Outputs => _outputs;

    /// <summary>The tensors of an input or output: a tensor, a tuple or list of them, or what a recurrent layer takes and gives.</summary>
    public static IEnumerable<Tensor> TensorsOf(object? value) => value switch
    {
        Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => TensorsOf(tuple[i])),
        IEnumerable<Tensor> tensors => tensors,
        ValuesAndIndices pair => [pair.Values, pair.Indices],
        LSTMState state => [state.Hidden, state.Cell],
        PackedSequence packed => [packed.Data],
        _ => [],
    };

    /// <summary>Notes an output: a tensor, or a tuple or list of them.</summary>
    public void Record(Module module, object? output)
    {
        Tensor[] tensors = [.. TensorsOf(output)];
        _outputs.AddRange(tensors);
        _shapes[module] = string.Join(", ", tensors.Select(static tensor => tensor.Shape.ToString()));
    }

    public string OutputOf(Module module) => _shapes.GetValueOrDefault(module, "");

    public void Dispose() => s_current = _outer;
}
