using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// One walk back through the record, deepest node first, without recursion. Adds gradients where a value was used more than once,
/// sums them to the shape of what was broadcast, and returns the memory of gradients nobody else holds as it goes.
/// </summary>
internal sealed class BackwardPass
{
    [ThreadStatic]
    private static BackwardPass? s_current;

    [ThreadStatic]
    private static BackwardPass? s_spare;

    private readonly List<Node> _heap = [];

    /// <summary>Gradients of leaves of which parts were used: they come to the leaf when all have arrived.</summary>
    private readonly Dictionary<Tensor, PendingGradient> _leaves = new(ReferenceEqualityComparer.Instance);

    /// <summary>In a recorded pass, the gradients of parts that are still to be put together.</summary>
    private readonly Dictionary<object, List<(PartNode Node, Tensor Part)>> _parts = new(ReferenceEqualityComparer.Instance);
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
        pass._wanted = inputs is null ? null : FindWanted(roots, inputs);
        s_current = pass;
        try
        {
            using (GradMode.Set(createGraph))
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
            foreach (Node node in pass._heap)
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
        Deliver(null, (object?)root.Node ?? root, gradient);
    }

    private void Walk()
    {
        while (_heap.Count > 0)
        {
            Node node = Pop();
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

        foreach ((Tensor leaf, PendingGradient pending) in _leaves)
        {
            Tensor gradient = WithParts(leaf, pending.Sum!, leaf.Layout);
            // From here on the leaf's delivery counts.
            gradient.Uses--;
            DeliverToLeaf(leaf, gradient);
        }
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
        if (node is PartNode part && AddPart(part, gradient))
        {
            return;
        }

        // A nested pass (checkpointing) on this thread takes another object, so the span stays ours.
        node.Backward(gradient, gradients);
        // Each is held until its turn, since a node may give one tensor to several inputs; code of the user's may keep what it was given or
        // what it returned.
        int holds = 1;
        if (node is Function)
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
            if (edges[i].Target is { } target && (_wanted is null || _wanted.Contains(target)))
            {
                if (Anomaly.IsOn)
                {
                    Anomaly.CheckBackward(node, i, given);
                }

                Deliver(node, target, given);
            }
        }

        gradients.Clear();
        if (!_retainGraph)
        {
            node.Release();
        }
    }

    /// <summary>
    /// Adds a part's gradient to that of what it is a part of, in place where this is not recorded. False for the first one, whose place
    /// among zeros is then computed as any gradient.
    /// </summary>
    private bool AddPart(PartNode node, Tensor part)
    {
        if (node.Edges[0].Target is not { } target || (_wanted is not null && !_wanted.Contains(target)))
        {
            return false;
        }

        ref PendingGradient pending = ref target is Node below ? ref below.Pending
            : ref CollectionsMarshal.GetValueRefOrNullRef(_leaves, (Tensor)target);
        if (Unsafe.IsNullRef(ref pending) || pending.Sum is not { } sum)
        {
            return false;
        }

        if (Anomaly.IsOn)
        {
            Anomaly.CheckBackward(node, 0, part);
        }

        if (_createGraph)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_parts, target, out _) ??= []).Add((node, part));
        }
        else
        {
            if (!pending.IsOwned)
            {
                pending.Sum = sum.Clone();
                pending.Sum.Uses++;
                pending.IsOwned = true;
                Forget(sum);
            }

            node.AddTo(pending.Sum, part);
        }

        if (!_retainGraph)
        {
            node.Release();
        }

        return true;
    }

    /// <summary>The sum of a gradient and of the parts that a recorded pass has put aside.</summary>
    private Tensor WithParts(object target, Tensor gradient, Layout whole)
    {
        if (!_createGraph || !_parts.Remove(target, out List<(PartNode Node, Tensor Part)>? parts))
        {
            return gradient;
        }

        Tensor sum = gradient + PartsOperation.Sum(parts, whole, gradient.DType);
        sum.Uses++;
        return sum;
    }

    /// <summary>Brings a gradient to what it belongs to, in that one's shape and type.</summary>
    private void Deliver(Node? from, object target, Tensor gradient)
    {
        if (target is Tensor leaf)
        {
            gradient = Fit(gradient, leaf.Layout, leaf.DType, leaf);
            if (from is PartNode)
            {
                // The first part: the others are added to it, and the leaf sees the sum.
                gradient.Uses++;
                _leaves.Add(leaf, new PendingGradient { Sum = gradient, IsOwned = true });
            }
            else
            {
                DeliverToLeaf(leaf, gradient);
            }

            return;
        }

        Node node = (Node)target;
        gradient = Fit(gradient, node.Output, node.OutputDType, node);
        ref PendingGradient pending = ref node.Pending;
        if (pending.Sum is null)
        {
            if (Interlocked.CompareExchange(ref pending.Pass, this, null) is not null)
            {
                throw new AutogradException($"{node.Name}: another thread is walking back through the same graph.");
            }

            gradient.Uses++;
            pending.Sum = gradient;
            // The first part's gradient was made for this sum.
            pending.IsOwned = from is PartNode && !_createGraph;
            Push(node);
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

    private void DeliverToLeaf(Tensor leaf, Tensor gradient)
    {
        gradient.Uses++;
        Tensor hooked = leaf.RunHooks(gradient);
        if (!ReferenceEquals(hooked, gradient))
        {
            // The hook may keep what it returned.
            hooked.Uses++;
            hooked = Fit(hooked, leaf.Layout, leaf.DType, leaf);
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
                    gradient = Fit(changed, node.Output, node.OutputDType, node);
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

    private Tensor Fit(Tensor gradient, Layout layout, DType dtype, object owner)
    {
        if (!gradient.Layout.SameShape(layout))
        {
            Tensor full = gradient;
            gradient = Broadcasting.SumTo(gradient, layout.Lengths, owner is Node node ? node.Name : "leaf");
            ReturnUnused(full);
        }

        gradient = gradient.DType == dtype ? gradient : gradient.To(dtype);
        // A leaf may have moved since it was used.
        return owner is Tensor leaf ? gradient.To(leaf.Device) : gradient;
    }

    /// <summary>Every node and leaf from which one of the inputs can be reached, the inputs included.</summary>
    private static HashSet<object> FindWanted(ReadOnlySpan<Tensor> roots, Tensor[] inputs)
    {
        HashSet<object> wanted = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor input in inputs)
        {
            wanted.Add((object?)input.Node ?? input);
        }

        HashSet<Node> seen = new(ReferenceEqualityComparer.Instance);
        List<Node> order = [];
        Stack<Node> open = new();
        foreach (Tensor root in roots)
        {
            if (root.Node is { } node && seen.Add(node))
            {
                open.Push(node);
            }
        }

        while (open.TryPop(out Node? node))
        {
            order.Add(node);
            foreach (Node.Edge edge in node.Edges)
            {
                if (edge.Target is Node next && seen.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        // Inputs of a node are less deep than the node itself, so ascending depth sees them first.
        order.Sort(static (a, b) => a.Depth.CompareTo(b.Depth));
        foreach (Node node in order)
        {
            foreach (Node.Edge edge in node.Edges)
            {
                if (edge.Target is { } target && wanted.Contains(target))
                {
                    wanted.Add(node);
                    break;
                }
            }
        }

        return wanted;
    }

    private void Push(Node node)
    {
        List<Node> heap = _heap;
        heap.Add(node);
        int child = heap.Count - 1;
        while (child > 0)
        {
            int parent = (child - 1) / 2;
            if (heap[parent].Depth >= node.Depth)
            {
                break;
            }

            heap[child] = heap[parent];
            child = parent;
        }

        heap[child] = node;
    }

    private Node Pop()
    {
        List<Node> heap = _heap;
        Node top = heap[0];
        Node last = heap[^1];
        heap.RemoveAt(heap.Count - 1);
        int parent = 0;
        while ((2 * parent) + 1 < heap.Count)
        {
            int child = (2 * parent) + 1;
            if (child + 1 < heap.Count && heap[child + 1].Depth > heap[child].Depth)
            {
                child++;
            }

            if (heap[child].Depth <= last.Depth)
            {
                break;
            }

            heap[parent] = heap[child];
            parent = child;
        }

        if (heap.Count > 0)
        {
            heap[parent] = last;
        }

        return top;
    }
}
