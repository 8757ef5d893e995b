using System.Globalization;
using DeepLearning.Layers;

namespace DeepLearning;

/// <summary>Makes a <see cref="Graph"/> of what was traced: leaves out what nothing depends on, and gives names.</summary>
internal sealed class GraphBuilder(Trace trace, Module? model)
{
    private readonly HashSet<string> _taken = [];

    public Graph Build(GraphValue[] inputs, GraphValue[] outputs)
    {
        HashSet<GraphNode> live = LiveNodes(outputs);
        List<GraphNode> nodes = [.. trace.Nodes.Where(live.Contains)];
        HashSet<GraphValue> read = [.. outputs];
        foreach (GraphNode node in nodes)
        {
            read.UnionWith(node.Inputs.OfType<GraphValue>());
        }

        Graph graph = new(
            nodes, inputs, outputs, [.. trace.Values.Where(v => v.Kind == GraphValueKind.Parameter && read.Contains(v))],
            [.. trace.Values.Where(v => v.Kind == GraphValueKind.Constant && read.Contains(v))]);
        Name(graph);
        return graph;
    }

    /// <summary>What the outputs depend on, and what changed a tensor from outside.</summary>
    private HashSet<GraphNode> LiveNodes(GraphValue[] outputs)
    {
        HashSet<GraphNode> live = [];
        Stack<GraphNode> open = new();
        foreach (GraphNode node in trace.Nodes.Where(static n => n.ChangesOutside).Concat(outputs.Select(static v => v.Producer!)))
        {
            if (node is not null && live.Add(node))
            {
                open.Push(node);
            }
        }

        while (open.TryPop(out GraphNode? node))
        {
            foreach (GraphValue? input in node.Inputs)
            {
                if (input?.Producer is { } producer && live.Add(producer))
                {
                    open.Push(producer);
                }
            }
        }

        return live;
    }

    private void Name(Graph graph)
    {
        Dictionary<Tensor, string> tensors = new(ReferenceEqualityComparer.Instance);
        Dictionary<Module, string> modules = new(ReferenceEqualityComparer.Instance);
        foreach ((string name, Parameter parameter) in model?.NamedParameters() ?? [])
        {
            tensors.TryAdd(parameter, name);
        }

        foreach ((string name, Tensor buffer) in model?.NamedBuffers() ?? [])
        {
            tensors.TryAdd(buffer, name);
        }

        foreach ((string name, Module module) in model?.NamedModules() ?? [])
        {
            modules.TryAdd(module, name);
        }

        foreach (GraphValue input in graph.Inputs)
        {
            input.Name = Free("input");
        }

        foreach (GraphValue value in graph.Parameters.Concat(graph.Constants))
        {
            value.Name = Free(tensors.GetValueOrDefault(
                value.Tensor!, value.Kind == GraphValueKind.Parameter ? "parameter" : "constant"));
        }

        foreach (GraphNode node in graph.Nodes)
        {
            node.Path = node.Module is { } module ? modules.GetValueOrDefault(module, "") : "";
            foreach (GraphValue output in node.Outputs)
            {
                output.Name = Free(string.Create(CultureInfo.InvariantCulture, $"%{output.Id}"));
            }
        }
    }

    private string Free(string name)
    {
        string free = name;
        for (int number = 1; !_taken.Add(free); number++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
        }

        return free;
    }
}
