using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Workloads;

/// <summary>Counts the work of a step from the trace of its forward pass.</summary>
internal static class Counting
{
    /// <summary>
    /// Forward, backward and update. A product has a second one for each operand that leads to a parameter. Of a value's bytes it counts:
    /// written and read; where it leads to a parameter, its gradient too, and itself once more for the gradients of what it went into. Of a
    /// parameter's: read in both directions, its gradient written; and in the update parameter, gradient and states read, all but the
    /// gradient written. Of a table of embeddings only the rows that are used.
    /// </summary>
    public static Work Of(Training training)
    {
        // After a step the optimizers have their states.
        training.Step();
        Work work = default;
        HashSet<Tensor> whole = new(ReferenceEqualityComparer.Instance);
        double rows = 0;
        foreach (Func<Tensor[], Tensor> loss in training.Losses)
        {
            using TensorScope scope = new();
            Graph graph = Graph.Of(xs => [loss(xs)], [.. training.Inputs.Select(static i => i.Value)]);
            work += Passes(graph);
            foreach (GraphNode node in graph.Nodes)
            {
                foreach (GraphValue parameter in node.Inputs.OfType<GraphValue>().Where(static v => v.Kind == GraphValueKind.Parameter))
                {
                    if (node.Operation == "Embedding")
                    {
                        rows += node.Bytes;
                    }
                    else
                    {
                        whole.Add(parameter.Tensor!);
                    }
                }
            }
        }

        foreach (Optimizer optimizer in training.Optimizers)
        {
            double states = optimizer.StateDict()
                .Where(static s => s.Value.Rank > 0 && s.Key.StartsWith("state.", StringComparison.Ordinal))
                .Sum(static s => Bytes(s.Value));
            double[] parameters = [.. optimizer.ParameterGroups.SelectMany(static g => g.Parameters)
                .Where(p => states > 0 || whole.Contains(p)).Select(Bytes)];
            work += new Work(0, (3 * parameters.Sum()) + (2 * states) + (parameters.Length == 0 ? 3 * rows : 0));
        }

        return work;
    }

    /// <summary>A forward pass alone: each parameter read, each value written and read.</summary>
    public static Work Of(Module<Tensor, Tensor> model, Tensor input)
    {
        using TensorScope scope = new();
        Graph graph = Graph.Of(model, input);
        return new Work(
            2 * graph.Nodes.Sum(MultiplyAdds), Bytes(input) + graph.Parameters.Sum(static p => Bytes(p.Tensor!))
                + (2.0 * graph.Nodes.Sum(static n => n.Bytes)));
    }

    private static Work Passes(Graph graph)
    {
        HashSet<GraphValue> leading = [.. graph.Parameters];
        HashSet<GraphValue> gathered = [.. graph.Nodes.Where(static n => n.Operation == "Embedding").Select(static n => n.Inputs[0]!)];
        double products = 0, bytes = graph.Inputs.Sum(static v => v.Shape.Count * (double)v.DType.Size())
            + graph.Parameters.Where(p => !gathered.Contains(p)).Sum(static p => 3 * Bytes(p.Tensor!));
        foreach (GraphNode node in graph.Nodes)
        {
            bool leads = node.Inputs.Any(v => v is not null && leading.Contains(v));
            if (leads)
            {
                leading.UnionWith(node.Outputs);
            }

            products += MultiplyAdds(node) + BackwardMultiplyAdds(node, leading);
            bytes += (leads ? 5 : 2) * (double)node.Bytes;
        }

        return new Work(2 * products, bytes);
    }

    private static double MultiplyAdds(GraphNode node) =>
        node.Operation == "ScaledDotProductAttention" ? Attention(node) : node.MultiplyAdds;

    private static double BackwardMultiplyAdds(GraphNode node, HashSet<GraphValue> leading)
    {
        double forward = MultiplyAdds(node);
        if (forward == 0)
        {
            return 0;
        }

        bool Leads(int operand) => node.Inputs[operand] is { } value && leading.Contains(value);
        switch (node.Operation)
        {
            case "ScaledDotProductAttention":
                return 2 * forward; // four products where forward has two
            case "RNN" or "LSTM" or "GRU":
                double ofInput = (double)node.Inputs[0]!.Shape[0] * node.Inputs[1]!.Shape.Count;
                return forward + (forward - ofInput) + (Leads(0) ? ofInput : 0);
            default:
                return forward * ((Leads(0) ? 1 : 0) + (Leads(1) ? 1 : 0));
        }
    }

    /// <summary>Queries by keys, and weights by values; under a causal mask the half that it leaves.</summary>
    private static double Attention(GraphNode node)
    {
        Shape query = node.Inputs[0]!.Shape, key = node.Inputs[1]!.Shape, value = node.Inputs[2]!.Shape;
        double pairs = (double)query.Count / query[^1] * key[^2];
        bool isCausal = node.Attributes.TryGet("is_causal", out object? causal) && causal is true;
        return pairs * (query[^1] + value[^1]) * (isCausal ? (key[^2] + 1) / (2.0 * key[^2]) : 1);
    }

    private static double Bytes(Tensor tensor) => tensor.Count * (double)tensor.DType.Size();
}
