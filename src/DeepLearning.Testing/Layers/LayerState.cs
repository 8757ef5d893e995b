using DeepLearning.Layers;

namespace DeepLearning.Testing;

/// <summary>Copies of a module's parameters and buffers, to see what changes.</summary>
internal sealed class LayerState
{
    private readonly (string Name, Tensor Value)[] _parameters;
    private readonly (string Name, Tensor Value)[] _buffers;
    private readonly bool[] _training;

    private LayerState(Module module)
    {
        _parameters = [.. module.NamedParameters().Select(static p => (p.Name, Value: p.Parameter.Detach().Clone()))];
        _buffers = [.. module.NamedBuffers().Select(static b => (b.Name, Value: b.Buffer.Detach().Clone()))];
        _training = [.. module.Modules().Select(static m => m.Training)];
    }

    public static LayerState Of(Module module) => new(module);

    /// <summary>Throws if a parameter or a mode is another now.</summary>
    public void RequireParameters(Module module, string when)
    {
        Require(_parameters, new LayerState(module)._parameters, "parameter", when);
        if (!_training.SequenceEqual(module.Modules().Select(static m => m.Training)))
        {
            throw new CheckException($"{when}, the mode changes between training and evaluation");
        }
    }

    /// <summary>Throws if a parameter, a buffer or a mode is another now.</summary>
    public void RequireAll(Module module, string when)
    {
        RequireParameters(module, when);
        Require(_buffers, new LayerState(module)._buffers, "buffer", when);
    }

    /// <summary>Whether a buffer is another now.</summary>
    public bool BuffersDiffer(Module module)
    {
        (string Name, Tensor Value)[] now = new LayerState(module)._buffers;
        return now.Length != _buffers.Length || _buffers.Zip(now).Any(static pair => !IsSame(pair.First.Value, pair.Second.Value));
    }

    private static void Require((string Name, Tensor Value)[] before, (string Name, Tensor Value)[] now, string kind, string when)
    {
        if (!before.Select(static m => m.Name).SequenceEqual(now.Select(static m => m.Name)))
        {
            throw new CheckException($"{when}, the names of the {kind}s change to {string.Join(", ", now.Select(static m => m.Name))}");
        }

        foreach (((string name, Tensor value), (_, Tensor after)) in before.Zip(now))
        {
            if (!IsSame(value, after))
            {
                throw new CheckException(
                    $"{when}, the {kind} {name} changes: {TensorDifference.Elementwise(value, after, 0, 0)}");
            }
        }
    }

    private static bool IsSame(Tensor a, Tensor b) => TensorDifference.Elementwise(a, b, 0, 0).IsClose;
}
