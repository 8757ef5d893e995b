using DeepLearning.Layers;

namespace DeepLearning.Testing;

/// <summary>
/// A module as a function that finite differences can follow: all its outputs in one tensor, its inputs as parameters with names, its
/// buffers put back before each call, the same random numbers in each.
/// </summary>
internal sealed class GradientProbe : Module<Tensor, Tensor>
{
    [Name("layer")]
    private readonly Module _module;

    private readonly List<Parameter> _leaves = [];

    [Unregistered]
    private readonly Tensor[] _inputs;

    [Unregistered]
    private readonly (Tensor Buffer, Tensor Value)[] _buffers;

    [Unregistered]
    private readonly Subject _subject;

    public GradientProbe(Subject subject, Module module, IReadOnlyCollection<int> withoutGradient)
    {
        (_subject, _module, _inputs) = (subject, module, subject.InputsIn(DType.Float64));
        for (int i = 0; i < _inputs.Length; i++)
        {
            if (_inputs[i].DType.IsFloatingPoint() && !withoutGradient.Contains(i))
            {
                Parameter leaf = Register($"input_{i}", new Parameter(_inputs[i]));
                _leaves.Add(leaf);
                _inputs[i] = leaf;
            }
        }

        _buffers = [.. module.Buffers().Select(static buffer => (buffer, buffer.Detach().Clone()))];
    }

    public override Tensor Forward(Tensor input)
    {
        using (GradMode.NoGrad())
        {
            foreach ((Tensor buffer, Tensor value) in _buffers)
            {
                buffer.CopyFrom(value);
            }
        }

        Tensor[] outputs =
        [
            .. _subject.Call(_module, _inputs).Where(static y => y.DType.IsFloatingPoint()).Select(static y =>
                y.To(DType.Float64).Reshape(-1)),
        ];
        return Tensor.Cat(outputs);
    }
}
