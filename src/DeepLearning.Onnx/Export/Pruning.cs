using DeepLearning.Onnx.Schema;

namespace DeepLearning.Onnx.Export;

/// <summary>Leaves out what nothing reads: an operation of several results may have been written in several nodes.</summary>
internal static class Pruning
{
    /// <summary>Removes nodes and initializers that no output depends on.</summary>
    public static void RemoveUnread(GraphProto graph)
    {
        HashSet<string> read = [.. graph.Output.Select(static output => output.Name)];
        List<NodeProto> kept = [];
        foreach (NodeProto node in graph.Node.Reverse())
        {
            if (node.Output.Any(read.Contains))
            {
                read.UnionWith(node.Input);
                foreach (AttributeProto attribute in node.Attribute.Where(static attribute => attribute.G is not null))
                {
                    // A body sees the names around it.
                    read.UnionWith(attribute.G.Node.SelectMany(static inner => inner.Input));
                    read.UnionWith(attribute.G.Output.Select(static output => output.Name));
                }

                kept.Add(node);
            }
        }

        kept.Reverse();
        graph.Node.Clear();
        graph.Node.AddRange(kept);
        List<TensorProto> tensors = [.. graph.Initializer.Where(tensor => read.Contains(tensor.Name))];
        graph.Initializer.Clear();
        graph.Initializer.AddRange(tensors);
    }
}
