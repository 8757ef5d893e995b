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
        : this(modules, inputs, loss, optimizer([.. modules.SelectMany(static m => m.Module.Parameters())]))
    {
    }

    /// <summary>Whole updates, gradients reset, which return the loss before.</summary>
    /// <param name="modules">The modules, by the peer's names.</param>
    /// <param name="inputs">The inputs, by the peer's names.</param>
    /// <param name="update">The update.</param>
    /// <param name="losses">The losses whose gradients an update takes, each with its forward pass.</param>
    /// <param name="optimizers">The optimizers that it steps.</param>
    public Training(
        (string Name, Module Module)[] modules, (string Name, Tensor Value)[] inputs, Func<Tensor[], Tensor> update,
        Func<Tensor[], Tensor>[] losses, Optimizer[] optimizers)
    {
        Modules = modules;
        Inputs = inputs;
        Losses = losses;
        Optimizers = optimizers;
        _update = update;
        _values = [.. inputs.Select(static i => i.Value)];
    }

    private Training(
        (string Name, Module Module)[] modules, (string Name, Tensor Value)[] inputs, Func<Tensor[], Tensor> loss, Optimizer optimizer)
        : this(modules, inputs, Updating(loss, optimizer), [loss], [optimizer])
    {
    }

    public (string Name, Module Module)[] Modules { get; }

    public (string Name, Tensor Value)[] Inputs { get; }

    /// <summary>The losses whose gradients a step takes, each with its forward pass: what is counted of a step.</summary>
    public Func<Tensor[], Tensor>[] Losses { get; }

    public Optimizer[] Optimizers { get; }

    public override string Metric => "ms_per_step";

    public override double Scale => 1e3;

    public override Work Work => Counting.Of(this);

    public override void Step() => Step(read: false);

    /// <summary>A step as a plain loop has it: nothing returns its tensors but the backward pass and the collector.</summary>
    public void StepWithoutScope() => _update(_values);

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
