using DeepLearning.Onnx.Import;
using DeepLearning.Onnx.Schema;

namespace DeepLearning.Onnx.Export;

/// <summary>
/// Computes what depends on constants alone, so that whoever runs the file need not. The model's own tensors are no such constants: they
/// keep their names, and may be trained.
/// </summary>
internal static class Folding
{
    private const long MostElements = 1 << 12;

    /// <summary>Replaces nodes by tensors.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="opset">Its opset.</param>
    /// <param name="own">The names of the model's own tensors.</param>
    public static void Fold(GraphProto graph, int opset, IReadOnlySet<string> own)
    {
        Dictionary<string, Value> known = graph.Initializer.Where(tensor => !own.Contains(tensor.Name))
            .ToDictionary(static tensor => tensor.Name, static tensor => TensorCodec.Decode(tensor, null));
        HashSet<string> outputs = [.. graph.Output.Select(static output => output.Name)];
        List<NodeProto> kept = [];
        foreach (NodeProto node in graph.Node)
        {
            if (node.Output.Any(outputs.Contains) || Computed(node, opset, known) is not { } results)
            {
                kept.Add(node);
                continue;
            }

            for (int i = 0; i < results.Length; i++)
            {
                known[node.Output[i]] = results[i];
                graph.Initializer.Add(TensorCodec.Encode(results[i].Tensor, node.Output[i]));
            }
        }

        graph.Node.Clear();
        graph.Node.AddRange(kept);
    }

    /// <summary>What a node gives; null where it depends on more than constants, or gives too much to write down.</summary>
    private static Value[]? Computed(NodeProto node, int opset, Dictionary<string, Value> known)
    {
        bool isFixed = node.Input.All(name => name.Length == 0 || known.ContainsKey(name))
            && !node.OpType.StartsWith("Random", StringComparison.Ordinal)
            && node.Attribute.All(static attribute => attribute.G is null);
        if (!isFixed || !Operators.TryGet(node.OpType, opset, out Kernel? kernel))
        {
            return null;
        }

        Import.Step step = new(node, opset, node.Name);
        foreach (AttributeProto attribute in node.Attribute)
        {
            step.Attributes[attribute.Name] = attribute;
        }

        Value?[] operands = [.. node.Input.Select(name => name.Length == 0 ? null : known[name])];
        try
        {
            Value?[] results = kernel(new Call(step, operands, new Scope(null)));
            bool fits = results.Length >= node.Output.Count && results.Take(node.Output.Count).All(
                static value => value is { IsSequence: false } && value.Tensor.Count <= MostElements
                    && !ElementTypes.IsNarrow(value.Type));
            return fits ? [.. results.Take(node.Output.Count).Select(static value => value!)] : null;
        }
        catch (Exception e) when (e is OnnxException or ArgumentException)
        {
            // Then it fails where it runs, with what it is given there.
            return null;
        }
    }
}
