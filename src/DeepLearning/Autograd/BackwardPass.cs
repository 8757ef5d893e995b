namespace DeepLearning;

/// <summary>
/// One walk back through the record, deepest node first, without recursion. Adds gradients where a value was used more than once,
/// sums them to the shape of what was broadcast, and returns the memory of gradients nobody else holds as it goes.
/// </summary>
internal sealed partial class BackwardPass
{
    [ThreadStatic]
    private static BackwardPass? s_current;

    [ThreadStatic]
    private static BackwardPass? s_spare;

    private readonly NodeHeap _heap = new();
    private Tensor?[] _gradients = new Tensor?[8];
    private BackwardPass? _outer;
    private HashSet<object>? _wanted;
    private Tensor[]? _inputs;
    private Tensor?[]? _captured;
    private Backend? _backend;
    private bool _retainGraph;
    private bool _createGraph;

    private BackwardPass()
    {
    }

    /// <summary>True on a thread whose tensors are being made by a pass that does not record itself.</summary>
    public static bool IsRunning => s_current is { _createGraph: false };

    /// <summary>Whether a node may write into its gradient: the pass made it, and nobody else holds it or its memory.</summary>
    public static bool MayOverwrite(Tensor gradient) =>
        IsRunning && gradient is { IsMadeByBackward: true, Uses: 1, IsContiguous: true } && gradient.Storage.IsSole;

    /// <summary>Whether the running pass wants the gradient of an edge's target.</summary>
    public static bool Wants(object target) => s_current?._wanted is not { } wanted || wanted.Contains(target);

    /// <summary>
    /// The leaf behind an edge, if the running pass ends in the leaves' <c>Grad</c> and is not recorded, and the leaf takes gradients of
    /// rows; null otherwise.
    /// </summary>
    public static Tensor? LeafForRows(in Node.Edge edge) =>
        s_current is { _inputs: null, _createGraph: false } && edge.Leaf is { TakesRows: true } leaf ? leaf : null;

    /// <summary>Runs back from the roots. With inputs, returns their gradients; without, adds to the leaves' <c>Grad</c>.</summary>
    public static Tensor?[] Run(
        ReadOnlySpan<Tensor> roots, ReadOnlySpan<Tensor?> gradients, Tensor[]? inputs, bool retainGraph, bool createGraph)
    {
        BackwardPass pass = s_spare ?? new BackwardPass();
        s_spare = null;
        pass._outer = s_current;
        pass._backend = roots.IsEmpty ? null : roots[0].Backend;
        pass._retainGraph = retainGraph;
        pass._createGraph = createGraph;
        pass._inputs = inputs;
        pass._captured = inputs is null ? null : new Tensor?[inputs.Length];
        pass._wanted = inputs is null ? null : WantedTargets.Of(roots, inputs);
        s_current = pass;
        try
        {
            using (GradMode.Set(createGraph))
            using (Autocast.Disable())
            {
                for (int i = 0; i < roots.Length; i++)
                {
                    pass.Seed(roots[i], gradients.Length > i ? gradients[i] : null);
                }

                pass.Walk();
            }

            return pass._captured ?? [];
        }
        finally
        {
            foreach (Node node in pass._heap.Nodes)
            {
                node.Pending = default;
            }

            s_current = pass._outer;
            pass._heap.Clear();
            pass._leaves.Clear();
            pass._parts.Clear();
            pass._gradients.AsSpan().Clear();
            pass._outer = null;
            Backend? backend = pass._backend;
            pass._backend = null;
            pass._inputs = null;
            pass._captured = null;
            pass._wanted = null;
            s_spare = pass;
            if (!createGraph && s_current is null)
            {
                backend?.OnBackwardEnd();
            }
        }
    }

    private void Seed(Tensor root, Tensor? gradient)
    {
        gradient ??= Tensor.Ones(root.Shape, root.DType, root.Device);
        // The caller's tensor: one use more than the pass will ever take back, so that it is never returned.
        gradient.Uses++;
        if (root.Node is { } node)
        {
            DeliverToNode(null, node, gradient);
        }
        else
        {
            Deliver(null, root, gradient);
        }
    }

    private void Walk()
    {
        while (_heap.Count > 0)
        {
            Node node = _heap.Pop();
            Tensor gradient = node.Pending.Sum!;
            node.Pending = default;
            gradient = WithParts(node, gradient, node.Output);
            gradient = Hook(node, gradient);
            Capture(node, gradient);
            if (_wanted is null || LeadsOn(node))
            {
                Step(node, gradient);
            }

            Forget(gradient);
        }

        DeliverSumsOfParts();
    }

    private void Step(Node node, Tensor gradient)
    {
        if (node.IsReleased)
        {
            throw new AutogradException(
                $"{node.Name}: this part of the graph was already walked back and freed; pass retainGraph: true to the first "
                + "Backward or Grad when a second one follows.");
        }

        ReadOnlySpan<Node.Edge> edges = node.Edges;
        if (_gradients.Length < edges.Length)
        {
            _gradients = new Tensor?[edges.Length];
        }

        Span<Tensor?> gradients = _gradients.AsSpan(0, edges.Length);
        gradients.Clear();
        if (node.Kind == NodeKind.Part && AddPart((PartNode)node, gradient))
        {
            return;
        }

        // A nested pass (checkpointing) on this thread takes another object, so the span stays ours.
        node.Backward(gradient, gradients);
        // Each is held until its turn, since a node may give one tensor to several inputs; code of the user's may keep what it was given or
        // what it returned.
        int holds = 1;
        if (node.Kind == NodeKind.Function)
        {
            gradient.Uses++;
            holds = 2;
        }

        foreach (Tensor? given in gradients)
        {
            if (given is not null)
            {
                given.Uses += holds;
            }
        }

        for (int i = 0; i < edges.Length; i++)
        {
            if (gradients[i] is not { } given)
            {
                continue;
            }

            given.Uses--;
            ref readonly Node.Edge edge = ref edges[i];
            if (_wanted is not null && (edge.Target is not { } target || !_wanted.Contains(target)))
            {
                continue;
            }

            if (Anomaly.IsOn && edge.Target is not null)
            {
                Anomaly.CheckBackward(node, i, given);
            }

            if (edge.Node is { } below)
            {
                DeliverToNode(node, below, given);
            }
            else if (edge.Leaf is { } leaf)
            {
                Deliver(node, leaf, given);
            }
        }

        gradients.Clear();
        if (!_retainGraph)
        {
            node.Release();
        }
    }

    /// <summary>Brings a gradient to the leaf it belongs to, in that one's shape and type.</summary>
    private void Deliver(Node? from, Tensor leaf, Tensor gradient)
    {
        gradient = Fit(gradient, leaf);
        if (from is { Kind: NodeKind.Part })
        {
            StartSumOfParts(leaf, gradient);
        }
        else
        {
            DeliverToLeaf(leaf, gradient);
        }
    }

    /// <summary>Brings a gradient to the node it belongs to, in the shape and type of that one's output.</summary>
    private void DeliverToNode(Node? from, Node node, Tensor gradient)
    {
        gradient = Fit(gradient, node);
        ref PendingGradient pending = ref node.Pending;
        if (pending.Sum is null)
        {
            if (Interlocked.CompareExchange(ref pending.Pass, this, null) is not null)
            {
                throw Occupied(node);
            }

            gradient.Uses++;
            pending.Sum = gradient;
            // The first part's gradient was made for this sum.
            pending.IsOwned = from is { Kind: NodeKind.Part } && !_createGraph;
            _heap.Push(node);
        }
        else if (pending.Pass != this)
        {
            throw Occupied(node);
        }
        else if (pending.IsOwned && !_createGraph)
        {
            pending.Sum.AddInPlace(gradient);
            ReturnUnused(gradient);
        }
        else
        {
            Tensor first = pending.Sum;
            pending.Sum = first + gradient;
            pending.Sum.Uses++;
            pending.IsOwned = true;
            Forget(first);
            ReturnUnused(gradient);
        }
    }

    private static AutogradException Occupied(Node node) => new(
        $"{node.Name}: another pass, on another thread or around the hook that began this one, is walking back through the same graph.");

    private void DeliverToLeaf(Tensor leaf, Tensor gradient)
    {
        gradient.Uses++;
        Tensor hooked = leaf.RunHooks(gradient);
        if (!ReferenceEquals(hooked, gradient))
        {
            // The hook may keep what it returned.
            hooked.Uses++;
            hooked = Fit(hooked, leaf);
            hooked.Uses++;
        }

        if (_inputs is null)
        {
            leaf.AccumulateGrad(hooked, _createGraph);
            // A stolen gradient is now the leaf's own: it keeps its use.
            if (!ReferenceEquals(leaf.GradInternal, hooked))
            {
                Forget(hooked);
            }

            return;
        }

        for (int i = 0; i < _inputs.Length; i++)
        {
            if (ReferenceEquals(_inputs[i], leaf))
            {
                _captured![i] = _captured[i] is { } earlier ? earlier + hooked : hooked;
                hooked.Uses++;
            }
        }
    }

    private void Capture(Node node, Tensor gradient)
    {
        if (_inputs is null)
        {
            return;
        }

        for (int i = 0; i < _inputs.Length; i++)
        {
            if (ReferenceEquals(_inputs[i].Node, node))
            {
                gradient.Uses++;
                _captured![i] = gradient;
            }
        }
    }

    private Tensor Hook(Node node, Tensor gradient)
    {
        if (node.Hooks is { } hooks)
        {
            foreach (Func<Tensor, Tensor?> hook in hooks.ToArray())
            {
                gradient.Uses++;
                if (hook(gradient) is { } changed)
                {
                    changed.Uses++;
                    gradient = Fit(changed, node);
                    gradient.Uses += 2;
                }
            }
        }

        if (node.Retains is { } tensor)
        {
            gradient.Uses++;
            tensor.KeepGrad(gradient);
        }

        return gradient;
    }

    private bool LeadsOn(Node node)
    {
        foreach (Node.Edge edge in node.Edges)
        {
            if (edge.Target is { } target && _wanted!.Contains(target))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes back one use; the last one returns a gradient that the pass made itself.</summary>
    private void Forget(Tensor gradient)
    {
        gradient.Uses--;
        ReturnUnused(gradient);
    }

    private void ReturnUnused(Tensor gradient)
    {
        if (gradient.Uses == 0 && !_createGraph && gradient.IsMadeByBackward)
        {
            gradient.Return();
        }
    }

    private Tensor Fit(Tensor gradient, Node node)
    {
        gradient = gradient.Layout.SameShape(node.Output) ? gradient : SumTo(gradient, node.Output, node.Name);
        return gradient.DType == node.OutputDType ? gradient : gradient.To(node.OutputDType);
    }

    private Tensor Fit(Tensor gradient, Tensor leaf)
    {
        gradient = gradient.Layout.SameShape(leaf.Layout) ? gradient : SumTo(gradient, leaf.Layout, "leaf");
        gradient = gradient.DType == leaf.DType ? gradient : gradient.To(leaf.DType);
        // A leaf may have moved since it was used.
        return ReferenceEquals(gradient.Device, leaf.Device) ? gradient : gradient.To(leaf.Device);
    }

    private Tensor SumTo(Tensor full, Layout layout, string owner)
    {
        Tensor sum = Broadcasting.SumTo(full, layout.Lengths, owner);
        ReturnUnused(full);
        return sum;
    }
}
