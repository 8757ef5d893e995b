namespace DeepLearning.Data;

/// <summary>Sets one after the other.</summary>
internal class ConcatDataset<T> : IDataset<T>
{
    private readonly IDataset<T>[] _parts;
    private readonly int[] _ends;

    public ConcatDataset(IDataset<T>[] parts)
    {
        _parts = parts;
        _ends = new int[parts.Length];
        int end = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            end = checked(end + parts[i].Count);
            _ends[i] = end;
        }
    }

    public int Count => _ends[^1];

    /// <inheritdoc/>
    public override string ToString() => $"{_ends.Length} sets joined: {Count} samples";

    public T this[int index]
    {
        get
        {
            (int part, int position) = Find(index);
            return _parts[part][position];
        }
    }

    /// <summary>Which part a position is in, and where in it.</summary>
    protected (int Part, int Position) Find(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);

        // The end of a part, or of several when some are empty, belongs to the next one.
        int found = Array.BinarySearch(_ends, index + 1);
        int part = found >= 0 ? found : ~found;
        while (part > 0 && _ends[part - 1] > index)
        {
            part--;
        }

        return (part, part == 0 ? index : index - _ends[part - 1]);
    }
}

/// <summary>Sets of examples one after the other, read from each in batches and put together in the order asked for.</summary>
internal sealed class ConcatDataset(IBatchedDataset<Example, Example>[] parts)
    : ConcatDataset<Example>(parts), IBatchedDataset<Example, Example>
{
    public Example GetBatch(ReadOnlySpan<int> indices)
    {
        List<int>[] positions = new List<int>[parts.Length];
        List<long>[] places = new List<long>[parts.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            (int part, int position) = Find(indices[i]);
            (positions[part] ??= []).Add(position);
            (places[part] ??= []).Add(i);
        }

        List<Example> batches = [];
        List<long> order = [];
        for (int part = 0; part < parts.Length; part++)
        {
            if (positions[part] is { } chosen)
            {
                batches.Add(parts[part].GetBatch(chosen.ToArray()));
                order.AddRange(places[part]);
            }
        }

        if (batches.Count == 1)
        {
            return batches[0];
        }

        // Row k of what was read belongs to place order[k].
        long[] rows = new long[order.Count];
        for (int k = 0; k < rows.Length; k++)
        {
            rows[order[k]] = k;
        }

        Tensor index = Tensor.From<long>(rows);
        return new Example(
            Tensor.Cat([.. batches.Select(static b => b.Input)]).IndexSelect(0, index),
            Tensor.Cat([.. batches.Select(static b => b.Target)]).IndexSelect(0, index));
    }
}
