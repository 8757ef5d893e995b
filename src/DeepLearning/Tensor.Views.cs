namespace DeepLearning;

public partial class Tensor
{
    /// <summary>What this is a view of: the tensor at the start of a chain of views. Null for a tensor that is not a view.</summary>
    private Tensor? _base;

    private Node? _node;

    /// <summary>How often an in-place write rewrote the history of this tensor; of a view, how much of that the view has seen.</summary>
    private int _rewrites;

    /// <summary>The operation that made this tensor, when it was recorded.</summary>
    public Node? Node
    {
        get
        {
            if (IsOutdated)
            {
                RenewHistory();
            }

            return _node;
        }
    }

    /// <summary>True for a view whose base was written to in place, with a record, since the view last looked.</summary>
    private bool IsOutdated => _base is { } whole && whole._rewrites != _rewrites;

    /// <summary>
    /// Another tensor over the same memory that stays bound to this one: an in-place write to either is recorded in the history of
    /// both. (<see cref="ViewAs"/> gives one that goes its own way, as <see cref="Detach"/> promises.)
    /// </summary>
    internal Tensor MakeView(Layout layout)
    {
        Tensor view = ViewAs(layout);
        if (!DType.IsFloatingPoint() || (!GradMode.Enabled && BackwardPass.IsRunning))
        {
            // Never part of a record.
            return view;
        }

        view._base = Base() ?? this;
        view._rewrites = view._base._rewrites;
        view._flags |= GradMode.Enabled ? _flags & Flags.UnrecordedView : Flags.UnrecordedView;
        return view;
    }

    internal void SetNode(Node node)
    {
        if (_node is { } old && ReferenceEquals(old.Retains, this))
        {
            // What asked for its gradient gets that of its newest value.
            old.Retains = null;
            node.Retains = this;
        }

        _node = node;
        _rewrites = _base?._rewrites ?? _rewrites;
    }

    /// <summary>Refuses a view whose history is open: taken without recording, before its memory was written to with a record.</summary>
    internal void CheckHistory()
    {
        if (IsOutdated)
        {
            throw new AutogradException(
                $"The tensor {DType.Name()}{Shape} is a view that was taken under GradMode.NoGrad(), and a recorded operation changed its "
                + "memory in place since; whether gradients should flow through it is open. Take the view again while recording, or a "
                + "Detach() of it for a constant.");
        }
    }

    /// <summary>Refuses an in-place write where the record could not follow it, or an element would be written several times.</summary>
    /// <param name="operation">The operation, for the message.</param>
    /// <param name="records">Whether the write itself is to be recorded.</param>
    internal void CheckInPlace(string operation, bool records)
    {
        CheckRecordedWrite(operation, records);
        if (Layout.HasOverlap)
        {
            throw new InvalidOperationException(
                $"{operation} in place: the tensor {Shape} is an expanded view or one of overlapping windows, whose elements share memory; "
                + "write into a Clone(), or into the tensor that it is a view of.");
        }
    }

    /// <summary>Refuses an in-place write where the record could not follow it.</summary>
    internal void CheckRecordedWrite(string operation, bool records)
    {
        if (!GradMode.Enabled)
        {
            return;
        }

        if (Base() is { } whole)
        {
            if (whole.IsLeaf && whole.RequiresGrad)
            {
                throw new AutogradException(
                    $"{operation} in place: the tensor {Shape} is a view of a leaf that requires its gradient, which cannot be changed in "
                    + "place while recording; do it under GradMode.NoGrad(), or write into a Clone() of the leaf.");
            }

            if ((_flags & Flags.UnrecordedView) != 0 && (records || whole.RequiresGrad))
            {
                throw new AutogradException(
                    $"{operation} in place: the tensor {Shape} is a view that was taken under GradMode.NoGrad(), and the write would be "
                    + "recorded; whether gradients should flow into what it is a view of is open. Take the view while recording, write "
                    + "under NoGrad() too, or write into a Detach() of it.");
            }
        }

        if (IsLeaf && RequiresGrad)
        {
            throw new AutogradException(
                $"{operation} in place: a leaf that requires its gradient cannot be changed in place while recording; "
                + "do it under GradMode.NoGrad(), or use the out-of-place operation.");
        }
    }

    /// <summary>Enters a write into this tensor: its value is now made from what it was and from the values.</summary>
    internal void TakeWrite(Node node, Tensor? values)
    {
        Tensor value = ViewAs(Layout);
        node.Attach(value, this, values);
        TakeHistory(node);
        value.Return();
    }

    /// <summary>
    /// The record of a value written into this tensor becomes this tensor's own; what it is a view of is now made from what it was and
    /// from that value, and other views follow when they are next used.
    /// </summary>
    internal void TakeHistory(Node? node)
    {
        if (node is null)
        {
            return;
        }

        if (Base() is { } whole)
        {
            Tensor value = ViewAs(Layout);
            value.SetNode(node);
            ViewPlace.Of(whole.Layout, Layout).WriteNode().Attach(whole, whole, value);
            value.Return();
            whole._rewrites++;
        }
        else
        {
            _rewrites++;
        }

        SetNode(node);
    }

    /// <summary>A view is made from its base as it is now.</summary>
    private void RenewHistory()
    {
        if ((_flags & Flags.UnrecordedView) == 0 && Base() is { } whole)
        {
            ViewPlace.Of(whole.Layout, Layout).ViewNode().Attach(this, whole);
        }
    }

    /// <summary>What this is a view of, as long as that still has a part in this memory.</summary>
    private Tensor? Base()
    {
        if (_base is { } whole && (whole._storage is { } shared ? !ReferenceEquals(shared, _storage) : Storage.IsSole))
        {
            LeaveFamily();
        }

        return _base;
    }

    /// <summary>From here on no view, but a tensor of its own.</summary>
    private void LeaveFamily()
    {
        _base = null;
        _flags &= ~Flags.UnrecordedView;
    }
}
