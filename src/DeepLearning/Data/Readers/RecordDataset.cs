namespace DeepLearning.Data;

/// <summary>Examples whose inputs stay in a file, and whose targets stay in another one or in memory.</summary>
public sealed class RecordDataset : IBatchedDataset<Example, Example>, IDisposable
{
    private readonly RecordFile _inputs;
    private readonly RecordFile? _targetFile;
    private readonly Tensor? _targets;

    /// <summary>Pairs the records of two files.</summary>
    /// <param name="inputs">The inputs; closed with the set.</param>
    /// <param name="targets">The targets; closed with the set.</param>
    /// <exception cref="ShapeException">The numbers of records differ.</exception>
    public RecordDataset(RecordFile inputs, RecordFile targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        Check(inputs, targets.Count, targets.FileName);
        (_inputs, _targetFile) = (inputs, targets);
    }

    /// <summary>Pairs the records of a file with targets in memory.</summary>
    /// <param name="inputs">The inputs; closed with the set.</param>
    /// <param name="targets">The targets, [records, ..].</param>
    /// <exception cref="ShapeException">There is not one target for each record.</exception>
    public RecordDataset(RecordFile inputs, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        Check(inputs, targets.Rank == 0 ? -1 : targets.Size(0), $"targets {targets.Shape}");
        (_inputs, _targets) = (inputs, targets);
    }

    /// <inheritdoc/>
    public int Count => _inputs.Count;

    /// <inheritdoc/>
    public override string ToString() => $"RecordDataset: {Count} samples of {_inputs.FileName}";

    /// <inheritdoc/>
    public Example this[int index] => new(_inputs[index], _targetFile?[index] ?? _targets![index]);

    /// <inheritdoc/>
    public Example GetBatch(ReadOnlySpan<int> indices) =>
        new(
            _inputs.GetBatch(indices),
            _targetFile?.GetBatch(indices) ?? _targets!.IndexSelect(0, Tensor.From(indices).To(_targets.Device)));

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        _inputs.Dispose();
        _targetFile?.Dispose();
    }

    private static void Check(RecordFile inputs, int targets, string name)
    {
        if (inputs.Count != targets)
        {
            throw new ShapeException($"RecordDataset: {inputs.FileName} has {inputs.Count} records; {name} must have as many.");
        }
    }
}
