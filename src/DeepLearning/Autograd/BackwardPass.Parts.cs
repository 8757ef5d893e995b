using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning;

/// <content>
/// The gradients of parts (<see cref="PartNode"/>): the first one is computed as any gradient, the others are added to it.
/// </content>
internal sealed partial class BackwardPass
{
    /// <summary>Gradients of leaves of which parts were used: they come to the leaf when all have arrived.</summary>
    private readonly Dictionary<Tensor, PendingGradient> _leaves = new(ReferenceEqualityComparer.Instance);

    /// <summary>In a recorded pass, the gradients of parts that are still to be put together.</summary>
    private readonly Dictionary<object, List<(PartNode Node, Tensor Part)>> _parts = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// Adds a part's gradient to that of what it is a part of, in place where this is not recorded. False for the first one, whose place
    /// among zeros is then computed as any gradient.
    /// </summary>
    private bool AddPart(PartNode node, Tensor part)
    {
        ref readonly Node.Edge edge = ref node.Edges[0];
        if (edge.Target is not { } target || (_wanted is not null && !_wanted.Contains(target)))
        {
            return false;
        }

        ref PendingGradient pending = ref edge.Node is { } below ? ref below.Pending
            : ref CollectionsMarshal.GetValueRefOrNullRef(_leaves, edge.Leaf!);
        if (Unsafe.IsNullRef(ref pending) || pending.Sum is not { } sum)
        {
            return false;
        }

        if (edge.Node is { } shared && pending.Pass != this)
        {
            throw Occupied(shared);
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

    /// <summary>The first part of a leaf: the others are added to it, and the leaf sees the sum.</summary>
    private void StartSumOfParts(Tensor leaf, Tensor gradient)
    {
        gradient.Uses++;
        _leaves.Add(leaf, new PendingGradient { Sum = gradient, IsOwned = true });
    }

    /// <summary>Brings the leaves of which parts were used their gradients, when all parts have arrived.</summary>
    private void DeliverSumsOfParts()
    {
        foreach ((Tensor leaf, PendingGradient pending) in _leaves)
        {
            Tensor gradient = WithParts(leaf, pending.Sum!, leaf.Layout);
            // From here on the leaf's delivery counts.
            gradient.Uses--;
            DeliverToLeaf(leaf, gradient);
        }
    }
}
