namespace DeepLearning.Layers;

/// <summary>How <see cref="Branches"/> joins its branches.</summary>
public enum BranchJoin
{
    /// <summary>One after the other along an axis.</summary>
    Cat,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their product, elementwise.</summary>
    Product,

    /// <summary>Their mean.</summary>
    Mean,
}

/// <summary>
/// Several modules side by side on one input, whose outputs are joined: an Inception block, an ensemble. Keys in the state dictionary are
/// the positions. (Not named Parallel, which is a class of .NET that every program sees.)
/// <code>
/// Branches block = new(BranchJoin.Cat, new Conv2d(16, 8, 1), new Conv2d(16, 8, 3, padding: 1));
/// </code>
/// </summary>
public sealed class Branches : Layer
{
    [Unregistered]
    private Module<Tensor, Tensor>[] _branches;

    /// <summary>Makes the layer.</summary>
    /// <param name="join">How outputs are joined.</param>
    /// <param name="branches">The branches, at least one.</param>
    /// <exception cref="ArgumentException">There is no branch.</exception>
    public Branches(BranchJoin join, params ReadOnlySpan<Module<Tensor, Tensor>> branches)
        : this(join, 1, branches)
    {
    }

    /// <summary>Makes the layer.</summary>
    /// <param name="join">How outputs are joined.</param>
    /// <param name="axis">The axis along which they are put one after the other; negative counts from the end.</param>
    /// <param name="branches">The branches, at least one.</param>
    /// <exception cref="ArgumentException">There is no branch.</exception>
    public Branches(BranchJoin join, int axis, params ReadOnlySpan<Module<Tensor, Tensor>> branches)
    {
        if (branches.IsEmpty)
        {
            throw new ArgumentException("Branches: there is no branch.", nameof(branches));
        }

        foreach (Module<Tensor, Tensor> branch in branches)
        {
            ArgumentNullException.ThrowIfNull(branch, nameof(branches));
        }

        (Join, Axis, _branches) = (join, axis, branches.ToArray());
    }

    /// <summary>How outputs are joined.</summary>
    public BranchJoin Join { get; }

    /// <summary>The axis along which they are put one after the other.</summary>
    public int Axis { get; }

    /// <summary>The branches.</summary>
    public IReadOnlyList<Module<Tensor, Tensor>> Items => _branches;

    /// <inheritdoc/>
    protected internal override string Details => Join == BranchJoin.Cat ? $"{Join}, axis {Axis}" : $"{Join}";

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The outputs of the branches do not fit each other.</exception>
    protected override Tensor Compute(Tensor input)
    {
        Tensor[] outputs = [.. _branches.Select(branch => branch.Forward(input))];
        if (Join == BranchJoin.Cat)
        {
            return Tensor.Cat(outputs, Axis);
        }

        Tensor joined = outputs[0];
        foreach (Tensor output in outputs.AsSpan(1))
        {
            if (output.Shape != joined.Shape)
            {
                throw new ShapeException($"Branches: the branches make {joined.Shape} and {output.Shape}; for {Join} all have one shape.");
            }

            joined = Join == BranchJoin.Product ? joined * output : joined + output;
        }

        return Join == BranchJoin.Mean ? joined / outputs.Length : joined;
    }

    private protected override void Collect(List<ModuleMember> members) =>
        members.AddRange(_branches.Select(static (branch, i) => new ModuleMember($"{i}", branch)));

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _branches = Array.ConvertAll(_branches, copy.Of);
    }
}
