namespace DeepLearning;

/// <summary>Finds which part of a record a pass for the gradients of given inputs has to walk.</summary>
internal static class WantedTargets
{
    /// <summary>Every node and leaf from which one of the inputs can be reached, the inputs included.</summary>
    public static HashSet<object> Of(ReadOnlySpan<Tensor> roots, Tensor[] inputs)
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
                if (edge.Node is { } next && seen.Add(next))
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
}
