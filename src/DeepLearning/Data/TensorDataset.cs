namespace DeepLearning.Data;

/// <summary>Inputs and targets in memory; a sample is one position along the first axis of both.</summary>
public sealed class TensorDataset : IBatchedDataset<Example, Example>
{
    /// <summary>Wraps two tensors, without a copy.</summary>
    /// <param name="inputs">The inputs, [samples, ..].</param>
    /// <param name="targets">The targets, [samples, ..].</param>
    /// <exception cref="ShapeException">They have no first axis, or not the same number of samples.</exception>
    public TensorDataset(Tensor inputs, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.Rank == 0 || targets.Rank == 0 || inputs.Size(0) != targets.Size(0))
        {
            throw new ShapeException(
                $"TensorDataset: inputs {inputs.Shape} and targets {targets.Shape} need the same number of samples along the first axis.");
        }

        Inputs = inputs;
        Targets = targets;
    }

    /// <summary>All inputs.</summary>
    public Tensor Inputs { get; }

    /// <summary>All targets.</summary>
    public Tensor Targets { get; }

    /// <inheritdoc/>
    public int Count => Inputs.Size(0);

    /// <inheritdoc/>
    public override string ToString() =>
        $"TensorDataset: {Count} samples, inputs {Inputs.DType.Name()}{Inputs.Shape}, targets {Targets.DType.Name()}{Targets.Shape}";

    /// <inheritdoc/>
    public Example this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return new Example(Inputs[index], Targets[index]);
        }
    }

    /// <inheritdoc/>
    public Example GetBatch(ReadOnlySpan<int> indices)
    {
        Tensor positions = Tensor.From(indices);
        return new Example(
            Inputs.IndexSelect(0, positions.To(Inputs.Device)), Targets.IndexSelect(0, positions.To(Targets.Device)));
    }
}
