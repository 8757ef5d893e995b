using DeepLearning.Layers;

namespace DeepLearning.Pretrained;

/// <summary>
/// A part of a model whose own parts are named when they are made, since the same structure has other names in each family. A name may
/// have dots: <c>attention.self.query</c>.
/// </summary>
internal abstract class Part : Module
{
    private readonly Build? _build;

    private PartList _parts = new();

    protected Part(Build build) => _build = build;

    /// <summary>Adds a part.</summary>
    protected T Add<T>(string name, T part)
        where T : Module
    {
        _parts.Add(name, part);
        return part;
    }

    protected T Add<T>(string name, Func<Build, T> make)
        where T : Module => Add(name, make(_build!.At(name)));

    protected Projection Linear(string name, int inFeatures, int outFeatures, bool bias = true) =>
        Add(name, build => new Projection(build, inFeatures, outFeatures, bias));

    /// <summary>A norm; the name of the part is the parameter's but for <c>.weight</c>.</summary>
    protected Norm Norm(string name, int width, double eps) => Add(name, build => new Norm(build, width, eps, isRms: false));

    protected Norm RmsNorm(string name, int width, double eps) => Add(name, build => new Norm(build, width, eps, isRms: true));

    protected Table Table(string name, int count, int width) => Add(name, build => new Table(build, count, width));

    protected Parameter Parameter(string name, Shape shape, Start start = Start.Normal)
    {
        Parameter parameter = _build!.Parameter(name, shape, start);
        _parts.Add(name, parameter);
        return parameter;
    }

    /// <summary>A second name of a parameter, as models with tied weights have.</summary>
    protected void Tie(string name, Parameter parameter)
    {
        _build!.Same(name);
        _parts.Add(name, parameter);
    }

    /// <summary>A table has been quantized: what uses its weight under another name uses the matrix from now on.</summary>
    internal virtual void Take(Parameter weight, QuantizedMatrix matrix) => _parts.Remove(weight);

    private protected override void Collect(List<ModuleMember> members) => members.AddRange(_parts.Members);

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _parts = _parts.CopyOf(copy);
    }
}
