using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Workloads;

/// <summary>One training workload: modules, named inputs, and what a step does with them.</summary>
internal sealed class Training : Workload
{
    private readonly Func<Tensor[], Tensor> _update;
    private readonly Tensor[] _values;

    /// <summary>A loss, and an optimizer of all parameters.</summary>
    public Training(
        (string Name, Module Module)[] modules, (string Name, Tensor Value)[] inputs, Func<Tensor[], Tensor> loss,
        Func<IEnumerable<Tensor>, Optimizer> optimizer)
        : this(modules, inputs, Updating(loss, optimizer([.. modules.SelectMany(static m => m.Module.Parameters())])))
    {
    }

    /// <summary>Whole updates, gradients reset, which return the loss before.</summary>
    public Training((string Name, Module Module)[] modules, (string Name, Tensor Value)[] inputs, Func<Tensor[], Tensor> update)
    {
        Modules = modules;
        Inputs = inputs;
        _update = update;
        _values = [.. inputs.Select(static i => i.Value)];
    }

    public (string Name, Module Module)[] Modules { get; }

    public (string Name, Tensor Value)[] Inputs { get; }

    public override string Metric => "ms_per_step";

    public override double Scale => 1e3;

    public override void Step() => Step(read: false);

    /// <summary>Forward, backward and update, with gradients reset.</summary>
    /// <returns>The loss before the update, when it is to be read.</returns>
    public double Step(bool read)
    {
        using TensorScope scope = new();
        Tensor loss = _update(_values);
        return read ? loss.Item<float>() : double.NaN;
    }

    /// <summary>Moves the modules and the inputs to a device; what a loss holds besides them stays where it is.</summary>
    public void MoveTo(Device device)
    {
        foreach ((_, Module module) in Modules)
        {
            module.To(device);
        }

        for (int i = 0; i < _values.Length; i++)
        {
            _values[i] = _values[i].To(device);
        }
    }

    /// <summary>The losses of five steps, and the parameters and buffers after them.</summary>
    public override IEnumerable<Tensor> Results()
    {
        double[] losses = new double[5];
        for (int step = 0; step < losses.Length; step++)
        {
            losses[step] = Step(read: true);
        }

        return [Tensor.From(losses), .. Modules.SelectMany(static m => m.Module.StateDict().Values)];
    }

    private static Func<Tensor[], Tensor> Updating(Func<Tensor[], Tensor> loss, Optimizer optimizer) => inputs =>
    {
        optimizer.ZeroGrad();
        Tensor result = loss(inputs);
        result.Backward();
        optimizer.Step();
        return result;
    };
}
