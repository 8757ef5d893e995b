namespace DeepLearning;

public partial class Tensor
{
    private Tensor? _grad;
    private Rarities? _rarities;

    /// <summary>
    /// True when operations on this tensor are recorded: it was marked so, or was computed from one that was. Setting it makes the
    /// tensor a leaf whose <see cref="Grad"/> a backward pass fills.
    /// </summary>
    /// <exception cref="DTypeException">Set on a tensor that is not of a floating-point type.</exception>
    /// <exception cref="AutogradException">Set to false on a computed tensor: use <see cref="Detach"/>.</exception>
    public bool RequiresGrad
    {
        get => Node is not null || (_flags & Flags.RequiresGrad) != 0 || IsOutdated;
        set
        {
            if (value && !DType.IsFloatingPoint())
            {
                throw new DTypeException(
                    $"RequiresGrad: only floating-point tensors have gradients, not {DType.Name()}; convert with To(DType.Float32).");
            }

            if (Node is OperationNode<FillOperation>)
            {
                // Nothing leads back from it: free to become a leaf or a constant.
                _node = null;
            }

            if (!value && Node is not null)
            {
                throw new AutogradException("RequiresGrad: a computed tensor cannot stop requiring its gradient; use Detach().");
            }

            if (value && IsInference)
            {
                throw new AutogradException(
                    "RequiresGrad: a tensor made under GradMode.Inference() cannot require a gradient; Clone() it outside.");
            }

            _flags = value ? _flags | Flags.RequiresGrad : _flags & ~Flags.RequiresGrad;
        }
    }

    /// <summary>True for a tensor that no recorded operation made.</summary>
    public bool IsLeaf => Node is null;

    /// <summary>
    /// The gradient gathered by backward passes, or null. Passes add to it; an optimizer's <c>ZeroGrad</c> clears it. Leaves have it, and
    /// tensors that asked through <see cref="RetainGrad"/>.
    /// </summary>
    /// <exception cref="ShapeException">Set to a tensor of another shape.</exception>
    /// <exception cref="DTypeException">Set to a tensor of another type.</exception>
    public Tensor? Grad
    {
        get
        {
            Tensor? gradient = GradInternal;
            if (gradient is not null)
            {
                // From here on somebody else may hold it: its memory is the collector's business.
                _flags |= Flags.GradExposed;
            }

            return gradient;
        }

        set
        {
            if (value is not null && value.Shape != Shape)
            {
                throw new ShapeException($"Grad: the gradient of a tensor {Shape} has the same shape, not {value.Shape}.");
            }

            if (value is not null && value.DType != DType)
            {
                throw new DTypeException($"Grad: the gradient of a {DType.Name()} tensor has the same type, not {value.DType.Name()}.");
            }

            _grad = value;
            DropRows();
            _flags |= Flags.GradExposed;
        }
    }

    /// <summary>The gradient, for code of the library that does not keep it.</summary>
    internal Tensor? GradInternal => _rarities?.Rows is { } rows ? AllRows(rows) : _grad;

    /// <summary>The gradient where only some rows have one and nobody has asked for all of it.</summary>
    internal RowGradient? GradRows => _grad is null ? _rarities?.Rows : null;

    /// <summary>How many places of a running backward pass hold this tensor as a gradient.</summary>
    internal int Uses;

    /// <summary>Clears <see cref="Grad"/>; its memory is reused at once unless someone read it.</summary>
    public void ZeroGrad()
    {
        DropRows();
        Tensor? old = _grad;
        _grad = null;
        if (old is { IsMadeByBackward: true } && (_flags & Flags.GradExposed) == 0)
        {
            old.Return();
        }

        _flags &= ~Flags.GradExposed;
    }

    /// <summary>Asks a computed tensor to keep its gradient in <see cref="Grad"/>, as leaves do.</summary>
    /// <returns>This tensor.</returns>
    public Tensor RetainGrad()
    {
        if (Node is { } node)
        {
            node.Retains = this;
        }

        return this;
    }

    /// <summary>
    /// Runs a function on the gradient of this tensor whenever one is computed. Returning a tensor replaces the gradient, null leaves it.
    /// </summary>
    /// <param name="hook">The function.</param>
    /// <returns>Disposing it removes the hook.</returns>
    /// <exception cref="AutogradException">The tensor does not require a gradient.</exception>
    public IDisposable RegisterHook(Func<Tensor, Tensor?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        if (Node is { } node)
        {
            node.AddHook(hook);
            return new Removal(() => node.RemoveHook(hook));
        }

        if (!RequiresGrad)
        {
            throw new AutogradException("RegisterHook: the tensor does not require a gradient, so the hook would never run.");
        }

        List<Func<Tensor, Tensor?>> hooks;
        lock (_gradLock)
        {
            hooks = (_rarities ??= new Rarities()).Hooks ??= [];
        }

        hooks.Add(hook);
        return new Removal(() => hooks.Remove(hook));
    }

    /// <summary>The same elements, cut off from the record: gradients stop here. Shares memory.</summary>
    public Tensor Detach() => ViewAs(Layout);

    /// <summary>
    /// Computes the gradient of this tensor with respect to every leaf it was computed from, and adds it to their <see cref="Grad"/>.
    /// </summary>
    /// <param name="gradient">The gradient of what follows with respect to this tensor; 1 when this is a single number.</param>
    /// <param name="retainGraph">Keep what was saved, for another pass over the same record.</param>
    /// <param name="createGraph">Record the pass itself, for gradients of gradients; implies <paramref name="retainGraph"/>.</param>
    /// <exception cref="AutogradException">
    /// The tensor does not require a gradient, or has many elements and no gradient was given.
    /// </exception>
    public void Backward(Tensor? gradient = null, bool retainGraph = false, bool createGraph = false)
    {
        Autograd.CheckRoot(this, gradient, "Backward");
        BackwardPass.Run([this], [gradient], null, retainGraph || createGraph, createGraph);
    }

    internal Tensor RunHooks(Tensor gradient)
    {
        if (_rarities?.Hooks is { } hooks)
        {
            foreach (Func<Tensor, Tensor?> hook in hooks.ToArray())
            {
                gradient.Uses++;
                gradient = hook(gradient) ?? gradient;
            }
        }

        return gradient;
    }

    /// <summary>Sets the gradient that a computed tensor asked to keep.</summary>
    internal void KeepGrad(Tensor gradient)
    {
        _grad = _grad is null ? gradient : _grad + gradient;
        _flags |= Flags.GradExposed;
        LeaveScope(_grad);
    }

    /// <summary>Adds to the gradient of this leaf, taking over <paramref name="gradient"/> itself when nobody else can see it.</summary>
    internal void AccumulateGrad(Tensor gradient, bool createGraph)
    {
        lock (_gradLock)
        {
            if (_grad is null)
            {
                // A recorded gradient may be a view of others, such as an expanded one, that later passes must not add to in place.
                bool canTake = !createGraph && gradient is { IsMadeByBackward: true, Uses: 1, IsContiguous: true }
                    && gradient.Storage.IsSole;
                using (TensorScope.Suspend())
                {
                    _grad = canTake ? gradient : gradient.Clone();
                }

                _grad.LeaveFamily();
                LeaveScope(_grad);
            }
            else if (createGraph || _grad.Layout.HasRepeats)
            {
                _grad += gradient;
                LeaveScope(_grad);
            }
            else
            {
                _grad.AddInPlace(gradient);
            }
        }
    }

    /// <summary>Adds the gradients [n, width] of rows, index [n], to that of this table.</summary>
    internal void AccumulateRows(Tensor index, Tensor values)
    {
        lock (_gradLock)
        {
            ((_rarities ??= new Rarities()).Rows ??= new RowGradient()).Add(index, values);
        }
    }

    /// <summary>Whether a gradient of some rows can come here as such: nothing wants to see all of it.</summary>
    internal bool TakesRows => _rarities?.Hooks is not { Count: > 0 };

    private Tensor AllRows(RowGradient rows)
    {
        lock (_gradLock)
        {
            using (TensorScope.Suspend())
            {
                _grad ??= Zeros(Shape, DType, Device);
            }

            rows.AddTo(_grad);
            DropRows();
            return _grad;
        }
    }

    private void DropRows()
    {
        if (_rarities is { Rows: { } rows })
        {
            rows.Release();
            _rarities.Rows = null;
        }
    }

    private static readonly Lock _gradLock = new();

    private static void LeaveScope(Tensor gradient) => gradient.Scope = null;

    /// <summary>What few tensors have, beside the others, so that all pay for one reference.</summary>
    private sealed class Rarities
    {
        /// <summary>The gradient of some rows.</summary>
        public RowGradient? Rows { get; set; }

        public List<Func<Tensor, Tensor?>>? Hooks { get; set; }
    }

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
