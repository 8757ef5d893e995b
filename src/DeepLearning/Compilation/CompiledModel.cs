using System.Text;
using DeepLearning.Layers;

namespace DeepLearning;

/// <summary>
/// A model's forward pass in evaluation, taken down once (<see cref="Graph"/>) and made ready to run many times
/// (<see cref="Compilation.Compile(Module{Tensor, Tensor}, Tensor, int[])"/>). What depends on parameters alone is computed once, batch
/// normalization becomes part of the layer before it, elementwise operations work in place, memory is given on as soon as nothing reads it,
/// and nothing is recorded.
/// </summary>
/// <remarks>
/// Any number of threads may run it at once. It takes inputs of the shapes and types that it was compiled for, and no others. It reads the
/// model's parameters where they lie: after they have changed it refuses to run, since some are part of what was computed before. What it
/// gives is what the model gives in evaluation mode, up to rounding; compiling compares the two.
/// </remarks>
public sealed class CompiledModel
{
    private readonly string _model;
    private readonly Plan[] _plans;

    internal CompiledModel(string model, Plan[] plans)
    {
        _model = model;
        _plans = plans;
    }

    /// <summary>The shapes that it takes: of the inputs, for each set that it was compiled for.</summary>
    public IReadOnlyList<IReadOnlyList<Shape>> InputShapes => Array.ConvertAll(_plans, static plan => plan.InputShapes);

    /// <summary>Computes the model's output, without a record.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The output, for a model of one.</returns>
    /// <exception cref="ShapeException">It was not compiled for this shape, or has another number of inputs or outputs.</exception>
    /// <exception cref="DTypeException">It was compiled for another type.</exception>
    /// <exception cref="InvalidOperationException">The model's parameters have changed since.</exception>
    public Tensor Forward(Tensor input)
    {
        Tensor[] outputs = Run([input]);
        return outputs.Length == 1
            ? outputs[0]
            : throw new ShapeException($"CompiledModel: {_model} has {outputs.Length} outputs; use Forward of several tensors.");
    }

    /// <summary>Computes the model's outputs, without a record.</summary>
    /// <param name="inputs">The inputs, in the order in which they were given to Compile.</param>
    /// <returns>The outputs.</returns>
    /// <inheritdoc cref="Forward(Tensor)" path="/exception"/>
    public Tensor[] Forward(params ReadOnlySpan<Tensor> inputs) => Run(inputs);

    /// <summary>What is computed, a line for each operation, for each set of shapes.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (Plan plan in _plans)
        {
            text.Append("compiled ").Append(_model).Append(" for ").AppendJoin(", ", plan.InputShapes).Append(": ");
            plan.Describe(text);
        }

        return text.ToString().TrimEnd();
    }

    private Tensor[] Run(ReadOnlySpan<Tensor> inputs)
    {
        foreach (Tensor input in inputs)
        {
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
        }

        foreach (Plan plan in _plans)
        {
            if (plan.Fits(inputs))
            {
                return plan.Run(inputs);
            }
        }

        string given = string.Join(", ", inputs.ToArray().Select(static input => $"{input.DType.Name()}{input.Shape}"));
        throw _plans[0].InputShapes.Length == inputs.Length
            ? new ShapeException(
                $"CompiledModel: {_model} was not compiled for {given}, but for "
                + string.Join(" or ", _plans.Select(static plan => plan.Signature)) + "; give Compile the batch sizes that will come.")
            : new ShapeException($"CompiledModel: {_model} takes {_plans[0].InputShapes.Length} inputs, not {inputs.Length}.");
    }
}
