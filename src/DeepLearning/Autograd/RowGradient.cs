namespace DeepLearning;

/// <summary>
/// The gradient of a table of whose rows few were used: the rows' numbers and their gradients, in the order in which they arrived. All
/// other rows are 0.
/// </summary>
internal sealed class RowGradient
{
    private readonly List<(Tensor Index, Tensor Values)> _parts = [];
    private (Tensor Index, Tensor Values)? _sums;

    /// <summary>The gradients of rows, as they arrived.</summary>
    public IEnumerable<Tensor> Parts => _parts.Select(static part => part.Values);

    /// <summary>Takes the gradients [n, width] of rows; a row may come more than once.</summary>
    public void Add(Tensor index, Tensor values)
    {
        // Held, so that the pass neither returns their memory nor writes into it.
        values.Uses++;
        values.LeaveScope();
        index.LeaveScope();
        _parts.Add((index, values));
        _sums = null;
    }

    /// <summary>Each row that was used, ascending, and the sum of its gradients.</summary>
    public (Tensor Index, Tensor Values) Sums()
    {
        if (_sums is { } known)
        {
            return known;
        }

        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        Tensor index = _parts.Count == 1 ? _parts[0].Index : Tensor.Cat([.. _parts.Select(static part => part.Index)]);
        Tensor values = _parts.Count == 1 ? _parts[0].Values : Tensor.Cat([.. _parts.Select(static part => part.Values)]);
        var (rows, sums) = values.Backend.SumsRuns ? SumsOfRuns(index, values) : SumsByScattering(index, values);
        _sums = (rows, sums);
        return (rows, sums);
    }

    private static (Tensor Rows, Tensor Sums) SumsByScattering(Tensor index, Tensor values)
    {
        UniqueValues rows = index.Unique();
        Tensor sums = Tensor.Zeros([(int)rows.Values.Count, values.Size(1)], values.DType, values.Device);
        sums.Backend.ScatterBlocks(
            sums, Selection.OfAxis(sums, 0, rows.Inverse.Contiguous()), values.Contiguous(), ScatterMode.Add);
        return (rows.Values, sums);
    }

    /// <summary>Sorting is stable: the gradients of a row are added in the order in which they arrived.</summary>
    private static (Tensor Rows, Tensor Sums) SumsOfRuns(Tensor index, Tensor values)
    {
        ValuesAndIndices sorted = index.Detach().Reshape(-1).Sort();
        UniqueValues runs = sorted.Values.UniqueConsecutive();
        Tensor sums = Tensor.Allocate(Layout.Contiguous([(int)runs.Values.Count, values.Size(1)]), values.DType, values.Device);
        sums.Backend.SumRuns(values.Contiguous(), sorted.Indices.Contiguous(), runs.Counts.Contiguous(), sums);
        return (runs.Values, sums);
    }

    /// <summary>Adds the rows to a gradient of the whole table.</summary>
    public void AddTo(Tensor whole)
    {
        foreach ((Tensor index, Tensor values) in _parts)
        {
            whole.Backend.ScatterBlocks(whole, Selection.OfAxis(whole, 0, index), values.Contiguous(), ScatterMode.Add);
        }

        whole.Storage.Version++;
    }

    /// <summary>Multiplies all gradients with a factor.</summary>
    public void Scale(double factor)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        (Tensor Index, Tensor Values)[] scaled = [.. _parts.Select(part => (part.Index, part.Values * factor))];
        Release();
        foreach ((Tensor index, Tensor values) in scaled)
        {
            Add(index, values);
        }
    }

    /// <summary>Gives the memory back that only this gradient holds.</summary>
    public void Release()
    {
        foreach ((_, Tensor values) in _parts)
        {
            values.Uses--;
            if (values is { Uses: 0, IsMadeByBackward: true })
            {
                values.Return();
            }
        }

        _parts.Clear();
        _sums = null;
    }
}
