using DeepLearning.Layers;

namespace DeepLearning;

/// <summary>Compiles models for inference.</summary>
public static class Compilation
{
    /// <summary>
    /// Compiles a model's forward pass in evaluation mode, for inputs of an example's shape and type:
    /// <code>
    /// CompiledModel fast = model.Compile(example, 1, 32);
    /// Tensor y = fast.Forward(x);
    /// </code>
    /// </summary>
    /// <param name="model">The model. Its mode is afterwards what it was before.</param>
    /// <param name="example">An input; its numbers are only used to compare.</param>
    /// <param name="batchSizes">The lengths of the first axis that will come; the example's own where none is given.</param>
    /// <exception cref="CompilationException">
    /// An operation cannot be run again on its own, or the model reads numbers that it has computed, so that what it does depends on them.
    /// </exception>
    /// <exception cref="ShapeException">Batch sizes are given for an example without axes or elements.</exception>
    public static CompiledModel Compile(this Module<Tensor, Tensor> model, Tensor example, params int[] batchSizes)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(batchSizes);
        return Compile(model, inputs => [model.Forward(inputs[0])], [example], batchSizes);
    }

    /// <summary>Compiles a pass through a model of several inputs or outputs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="forward">Runs the model once, such as <c>x =&gt; [model.Forward(x[0], x[1])]</c>.</param>
    /// <param name="examples">Inputs; their numbers are only used to compare.</param>
    /// <param name="batchSizes">
    /// The lengths of the first axis that will come, of all inputs; the examples' own where none is given.
    /// </param>
    /// <inheritdoc cref="Compile(Module{Tensor, Tensor}, Tensor, int[])" path="/exception"/>
    public static CompiledModel Compile(
        this Module model, Func<Tensor[], Tensor[]> forward, Tensor[] examples, params int[] batchSizes)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(batchSizes);
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using ModuleModes modes = new(model);
        model.Eval();
        using GradMode.Region region = GradMode.NoGrad();
        List<Plan> plans = [];
        PlanConstants constants = new();
        foreach (Tensor[] inputs in InputsOf(examples, batchSizes))
        {
            plans.Add(new PlanBuilder(model, constants).Build(forward, inputs));
        }

        return new CompiledModel(model.GetType().Name, [.. plans]);
    }

    /// <summary>The examples with each batch size: as many samples as it has, again from the first where they are too few.</summary>
    private static IEnumerable<Tensor[]> InputsOf(Tensor[] examples, int[] batchSizes)
    {
        if (batchSizes.Length == 0)
        {
            yield return examples;
        }

        foreach (int size in batchSizes.Distinct())
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(batchSizes));
            yield return Array.ConvertAll(examples, example => example is { Rank: > 0 } && example.Size(0) > 0
                ? example.Detach().IndexSelect(0, Tensor.Arange(0, size).To(DType.Int64).Remainder(example.Size(0)).To(example.Device))
                : throw new ShapeException(
                    $"Compile: an example {example?.Shape} has no samples to make a batch of; give examples [batch, ..], or no batch "
                    + "sizes."));
        }
    }
}
