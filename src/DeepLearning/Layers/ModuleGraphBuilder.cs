namespace DeepLearning.Layers;

/// <summary>Turns the record of a forward pass into the vertices of a <see cref="ModuleGraph"/>.</summary>
internal sealed class ModuleGraphBuilder
{
    private readonly string _root;
    private readonly Tensor _input;
    private readonly Dictionary<object, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _readsInput = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _taken = [];
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<ModuleGraph.Vertex> _vertices = [];

    public ModuleGraphBuilder(Module model, Tensor input, IReadOnlyList<LayerCall> calls)
    {
        (_root, _input) = (model.Kind, input);
        foreach ((string name, Parameter parameter) in model.NamedParameters())
        {
            _paths[parameter] = name;
        }

        Dictionary<Module, string> modules = new(ReferenceEqualityComparer.Instance);
        foreach ((string name, Module module) in model.NamedModules())
        {
            modules[module] = name;
        }

        foreach (LayerCall call in calls)
        {
            if (call.Output.Node is { } last && modules.TryGetValue(call.Module, out string? path))
            {
                Claim(last, (object?)call.Input.Node ?? call.Input, path);

                // An input of whole numbers has no gradient, so the record does not lead to it.
                if (!input.RequiresGrad && ReferenceEquals(call.Input, input))
                {
                    _readsInput.Add(last);
                }
            }
        }
    }

    public IReadOnlyList<ModuleGraph.Vertex> Build(Tensor output)
    {
        Add(_input, Name("input"), "Input", [], _input.Shape, _input.DType);
        List<string> last = [];
        if (output.Node is { } node)
        {
            foreach (object target in InOrder(node))
            {
                Add(target);
            }

            last.Add(_names[node]);
        }

        if (ReferenceEquals(output, _input))
        {
            last.Add(_names[_input]);
        }

        string name = Name("output");
        _vertices.Add(new ModuleGraph.Vertex(name, "Output", last, output.Shape, output.DType));
        return _vertices;
    }

    /// <summary>All that a node depends on and itself, each after those it reads; without recursion, as models may be deep.</summary>
    private static IEnumerable<object> InOrder(Node last)
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance) { last };
        List<object> found = [last];
        for (int i = 0; i < found.Count; i++)
        {
            foreach (object target in Targets(found[i]))
            {
                if (seen.Add(target))
                {
                    found.Add(target);
                }
            }
        }

        found.Reverse();
        return found.OrderBy(static t => t is Node node ? node.Depth : 0);
    }

    private static IEnumerable<object> Targets(object target) =>
        target is Node node ? [.. node.Edges.ToArray().Select(static e => e.Target).OfType<object>()] : [];

    /// <summary>Gives a layer the nodes between its output and its input that no layer inside it has.</summary>
    private void Claim(Node last, object input, string path)
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance) { input };
        Stack<object> open = new();
        open.Push(last);
        while (open.TryPop(out object? target))
        {
            if (target is Node node && seen.Add(node))
            {
                _paths.TryAdd(node, path);
                foreach (object below in Targets(node))
                {
                    open.Push(below);
                }
            }
        }
    }

    private void Add(object target)
    {
        if (target is Node node)
        {
            string path = _paths.GetValueOrDefault(node, "");
            List<string> inputs = [.. Targets(node).Select(t => _names[t])];
            if (_readsInput.Contains(node))
            {
                inputs.Add(_names[_input]);
            }

            string name = Name(path.Length == 0 ? node.Name : $"{path}.{node.Name}");
            Add(node, name, node.Name, inputs, node.Output.Shape, node.OutputDType);
        }
        else if (!_names.ContainsKey(target))
        {
            Tensor leaf = (Tensor)target;
            string name = _paths.GetValueOrDefault(leaf, "constant");
            Add(leaf, Name(name), leaf is Parameter ? "Parameter" : "Constant", [], leaf.Shape, leaf.DType);
        }
    }

    private void Add(object key, string name, string kind, IReadOnlyList<string> inputs, Shape shape, DType dtype)
    {
        _names[key] = name;
        _vertices.Add(new ModuleGraph.Vertex(name, kind, inputs, shape, dtype));
    }

    /// <summary>A path below the model's name, with slashes, that nothing else has.</summary>
    private string Name(string path)
    {
        string name = $"{_root}/{path.Replace('.', '/')}";
        string free = name;
        while (!_taken.Add(free))
        {
            // Counted on from the last one: an unrolled network has thousands of operations of one name.
            int number = _numbers.GetValueOrDefault(name) + 1;
            _numbers[name] = number;
            free = $"{name}_{number}";
        }

        return free;
    }
}
