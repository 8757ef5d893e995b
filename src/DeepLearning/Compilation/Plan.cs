using System.Text;

namespace DeepLearning;

/// <summary>One operation of a <see cref="Plan"/>: which values it reads, which it makes, and which nothing reads after it.</summary>
/// <param name="Name">The operation's name.</param>
/// <param name="Path">The layer that it belongs to.</param>
/// <param name="Run">Computes it.</param>
/// <param name="Inputs">The values that it reads; −1 for one left out.</param>
/// <param name="Outputs">The values that it makes.</param>
/// <param name="Released">The values that are given back after it.</param>
/// <param name="InPlace">Whether it writes its result over its first operand.</param>
internal sealed record PlanStep(string Name, string Path, Replay Run, int[] Inputs, int[] Outputs, int[] Released, bool InPlace);

/// <summary>A model's operations for inputs of given shapes, ready to run. Nothing in it changes, so that threads can share it.</summary>
internal sealed class Plan(
    Tensor[] examples, PlanStep[] steps, Tensor?[] values, int[] outputs, PlanConstants constants)
{
    private readonly Shape[] _shapes = Array.ConvertAll(examples, static example => example.Shape);
    private readonly DType[] _types = Array.ConvertAll(examples, static example => example.DType);
    private readonly Device[] _devices = Array.ConvertAll(examples, static example => example.Device);

    public Shape[] InputShapes => _shapes;

    public string Signature => string.Join(", ", _shapes.Zip(_types, static (shape, type) => $"{type.Name()}{shape}"));

    public bool Fits(ReadOnlySpan<Tensor> inputs)
    {
        if (inputs.Length != _shapes.Length)
        {
            return false;
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor input = inputs[i];
            if (input.DType != _types[i] || !ReferenceEquals(input.Device, _devices[i])
                || !input.Layout.Lengths.AsSpan().SequenceEqual(_shapes[i]))
            {
                return false;
            }
        }

        return true;
    }

    public Tensor[] Run(ReadOnlySpan<Tensor> inputs)
    {
        constants.CheckUnchanged();
        using GradMode.Region region = GradMode.NoGrad();
        using Autocast.Region precision = Autocast.Disable();
        Tensor?[] held = (Tensor?[])values.Clone();
        for (int i = 0; i < inputs.Length; i++)
        {
            // Operations ask for row-major order or not by the example's layout.
            held[i] = inputs[i].RequiresGrad ? inputs[i].Detach().Contiguous() : inputs[i].Contiguous();
        }

        Span<Tensor?> operands = new Tensor?[MaximumOperands];
        Span<Tensor> results = new Tensor[MaximumResults];
        foreach (PlanStep step in steps)
        {
            int[] read = step.Inputs, made = step.Outputs;
            for (int i = 0; i < read.Length; i++)
            {
                operands[i] = read[i] < 0 ? null : held[read[i]];
            }

            step.Run(operands[..read.Length], results[..made.Length]);
            for (int i = 0; i < made.Length; i++)
            {
                held[made[i]] = results[i];
            }

            foreach (int value in step.Released)
            {
                held[value]!.Return();
            }
        }

        return Array.ConvertAll(outputs, output => held[output]!);
    }

    public void Describe(StringBuilder text)
    {
        text.Append(steps.Length).AppendLine(steps.Length == 1 ? " operation" : " operations");
        foreach (PlanStep step in steps)
        {
            text.Append("  ").Append(step.Name).Append(step.InPlace ? " in place" : "");
            text.AppendLine(step.Path.Length == 0 ? "" : $"  in {step.Path}");
        }
    }

    private int MaximumOperands { get; } = steps.Select(static step => step.Inputs.Length).DefaultIfEmpty(0).Max();

    private int MaximumResults { get; } = steps.Select(static step => step.Outputs.Length).DefaultIfEmpty(0).Max();
}

/// <summary>The parameters and buffers that plans read, which must not change after a plan was made.</summary>
internal sealed class PlanConstants
{
    private readonly Dictionary<Tensor, Tensor> _views = new(ReferenceEqualityComparer.Instance);
    private (Tensor Tensor, string Name, int Version, Storage Storage)[] _sources = [];

    /// <summary>A parameter or buffer as a constant of a plan, in the memory where it lies.</summary>
    public Tensor Of(Tensor source, string name)
    {
        if (!_views.TryGetValue(source, out Tensor? view))
        {
            view = _views[source] = source.Detach();
            _sources = [.. _sources, (source, name, source.Storage.Version, source.Storage)];
        }

        return view;
    }

    /// <summary>Refuses to go on where a parameter is not what it was.</summary>
    public void CheckUnchanged()
    {
        foreach ((Tensor tensor, string name, int version, Storage storage) in _sources)
        {
            if (tensor.IsReturned || !ReferenceEquals(tensor.Storage, storage) || storage.Version != version)
            {
                throw new InvalidOperationException(
                    $"CompiledModel: {name} has changed since the model was compiled, and what was computed of it before has not; compile "
                    + "it again.");
            }
        }
    }
}
