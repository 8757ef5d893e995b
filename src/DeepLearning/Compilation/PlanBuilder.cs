using DeepLearning.Layers;

namespace DeepLearning;

/// <summary>
/// Makes a <see cref="Plan"/> of what a model's operations were: computes what depends on constants alone, joins what one operation can do,
/// finds out when a value is last read, and compares what comes out with what the model gives.
/// </summary>
internal sealed class PlanBuilder(Module model, PlanConstants constants)
{
    private readonly Dictionary<GraphValue, Tensor> _constant = [];
    private readonly List<PlanNode> _nodes = [];

    public Plan Build(Func<Tensor[], Tensor[]> forward, Tensor[] inputs)
    {
        inputs = Array.ConvertAll(inputs, static input => input.Detach().Contiguous());
        Graph graph = Graph.Run(model, forward, inputs, keepsMade: true, out Tensor[] results, out var readings);
        CheckReadings(graph, readings);
        foreach (GraphValue value in graph.Parameters.Concat(graph.Constants))
        {
            _constant[value] = constants.Of(value.Tensor!, value.Name);
        }

        foreach (GraphNode node in graph.Nodes)
        {
            Add(node);
        }

        NormFolding.Run(_nodes, _constant, [.. graph.Outputs]);
        Plan plan = Schedule(graph, inputs);
        Compare(plan, inputs, results);
        Tensor[] others = Array.ConvertAll(inputs, static input => input.Count > 1 ? input.Roll(1) : input);
        Compare(plan, others, forward([.. others]));
        return plan;
    }

    /// <summary>The graph does not show what a program does with numbers that it reads.</summary>
    private void CheckReadings(Graph graph, IReadOnlyList<(GraphValue Value, Module? Module)> readings)
    {
        foreach ((GraphValue value, Module? module) in readings)
        {
            if (DependsOnInput(value, graph))
            {
                string what = value.Kind == GraphValueKind.Input ? "its input" : $"what {value.Producer!.Operation} computed";
                throw new CompilationException(
                    $"Compile: {Place(module)} reads numbers of {what}, {value.DType.Name()}{value.Shape}; what it does with them is not "
                    + "an operation of the graph. Express it by operations, such as Where.");
            }
        }
    }

    /// <summary>Whether a value is made of the inputs; it need not be in the graph, which leaves out what no output depends on.</summary>
    private static bool DependsOnInput(GraphValue value, Graph graph)
    {
        HashSet<GraphValue> seen = [];
        Stack<GraphValue> open = new([value]);
        while (open.TryPop(out GraphValue? next))
        {
            if (graph.Inputs.Contains(next))
            {
                return true;
            }

            foreach (GraphValue? input in next.Producer?.Inputs ?? [])
            {
                if (input is not null && seen.Add(input))
                {
                    open.Push(input);
                }
            }
        }

        return false;
    }

    private string Place(Module? module) => module is null || ReferenceEquals(module, model)
        ? model.GetType().Name
        : model.NamedModules().Where(named => ReferenceEquals(named.Module, module)).Select(static named => named.Name)
            .FirstOrDefault(module.GetType().Name);

    private void Add(GraphNode node)
    {
        if (node.ChangesOutside)
        {
            throw new CompilationException(
                $"Compile: {node.Operation} in {Place(node.Module)} writes into a tensor that is not its own, such as a buffer of the "
                + "model; a compiled model keeps nothing from one run to the next.");
        }

        if (node is { Made: { } made, Operation: "Full" or "Fill" or "Arange" or "Linspace" })
        {
            _constant[node.Outputs[0]] = made;
            return;
        }

        if (node.Replay is not { } replay)
        {
            throw new CompilationException(
                $"Compile: {node.Operation} in {Place(node.Module)} cannot be run again on its own"
                + (node.IsInPlace ? ", since it writes in place." : "."));
        }

        GraphValue?[] operands = Operands(node);
        if (operands.All(input => input is null || _constant.ContainsKey(input)))
        {
            Tensor[] results = new Tensor[node.Outputs.Count];
            replay([.. operands.Select(input => input is null ? null : _constant[input])], results);
            for (int i = 0; i < results.Length; i++)
            {
                _constant[node.Outputs[i]] = results[i];
            }

            return;
        }

        _nodes.Add(new PlanNode(node, operands) { Replay = replay });
    }

    /// <summary>The operands as the operation was given them: with those left out at the end.</summary>
    private static GraphValue?[] Operands(GraphNode node) =>
    [
        .. node.Inputs.Take(node.Present), .. Enumerable.Repeat<GraphValue?>(null, node.Given - node.Present),
        .. node.Inputs.Skip(node.Present),
    ];

    /// <summary>Runs the operations once to see which results share memory, and decides when each value is given back.</summary>
    private Plan Schedule(Graph graph, Tensor[] inputs)
    {
        Dictionary<GraphValue, int> places = [];
        List<Tensor?> values = [.. inputs];
        for (int i = 0; i < inputs.Length; i++)
        {
            places[graph.Inputs[i]] = i;
        }

        int Place(GraphValue value)
        {
            if (!places.TryGetValue(value, out int place))
            {
                places[value] = place = values.Count;
                values.Add(_constant.GetValueOrDefault(value));
            }

            return place;
        }

        // The last step that reads each value; what comes out is read at the end.
        List<PlanDraft> steps = [];
        Dictionary<int, int> same = [];
        foreach (PlanNode node in _nodes)
        {
            int[] read = [.. node.Operands.Select(input => input is null ? -1 : same.GetValueOrDefault(Place(input), Place(input)))];
            int[] made = [.. node.Outputs.Select(Place)];
            Tensor[] results = new Tensor[made.Length];
            node.Replay([.. read.Select(place => place < 0 ? null : values[place])], results);
            bool isNothing = made.Length == 1;
            for (int i = 0; i < made.Length; i++)
            {
                values[made[i]] = results[i];
                int itself = read.FirstOrDefault(place => place >= 0 && ReferenceEquals(values[place], results[i]), -1);
                isNothing &= itself >= 0;
                if (itself >= 0)
                {
                    same[made[i]] = itself;
                }
            }

            if (!isNothing)
            {
                steps.Add(new PlanDraft(node.Name, node.Path, node.Replay)
                {
                    InPlace = node.InPlace,
                    Stage = node.Stage,
                    Prepare = node.Prepare,
                    FirstConstant = inputs.Length,
                    Inputs = read,
                    Outputs = made,
                });
            }
        }

        int[] outputs = [.. graph.Outputs.Select(value => same.GetValueOrDefault(Place(value), Place(value)))];
        new PlanFusion(steps, values, [.. outputs]).Run();
        Dictionary<int, int> last = [];
        for (int i = 0; i < steps.Count; i++)
        {
            foreach (int place in steps[i].Inputs.Concat(steps[i].Outputs))
            {
                last[place] = i;
            }
        }

        foreach (int output in outputs)
        {
            last[output] = int.MaxValue;
        }

        HashSet<int> ours = [.. steps.SelectMany(static step => step.Outputs)];
        PlanStep[] planned = new PlanStep[steps.Count];
        for (int i = 0; i < planned.Length; i++)
        {
            PlanDraft step = steps[i];
            (int[] read, int[] made) = (step.Inputs, step.Outputs);
            List<int> released = [.. read.Concat(made).Distinct().Where(place => ours.Contains(place) && last[place] == i)];
            Replay run = step.Run;
            bool inPlace = false;
            if (step.InPlace is { } inside && ours.Contains(read[0]) && last[read[0]] == i && !read.Skip(1).Contains(read[0])
                && values[read[0]] is { IsContiguous: true } x && values[made[0]] is { } y && x.DType == y.DType
                && x.Layout.SameShape(y.Layout) && IsAlone(read[0], i, values, last))
            {
                (run, inPlace) = (inside, true);
                released.Remove(read[0]);
            }

            planned[i] = new PlanStep(step.Name, step.Path, run, read, made, [.. released], inPlace);
        }

        // What runs compute is not kept: only constants are.
        Tensor?[] held = [.. values.Select((value, place) => place < inputs.Length || ours.Contains(place) ? null : value)];
        return new Plan(inputs, planned, held, outputs, constants);
    }

    /// <summary>Whether no other value that is read later, or that is not the plan's, lies in the same memory.</summary>
    private static bool IsAlone(int place, int step, List<Tensor?> values, Dictionary<int, int> last)
    {
        Storage storage = values[place]!.Storage;
        for (int other = 0; other < values.Count; other++)
        {
            if (other != place && values[other] is { } tensor && ReferenceEquals(tensor.Storage, storage)
                && (!last.TryGetValue(other, out int end) || end >= step))
            {
                return false;
            }
        }

        return true;
    }

    private void Compare(Plan plan, Tensor[] inputs, Tensor[] wanted)
    {
        Tensor[] got = plan.Run(inputs);
        for (int i = 0; i < wanted.Length; i++)
        {
            Tensor expected = wanted[i].Detach();
            if (got[i].DType != expected.DType || !got[i].Layout.SameShape(expected.Layout) || !AreClose(got[i], expected))
            {
                throw new CompilationException(
                    $"Compile: output {i} of {model.GetType().Name} comes out differently when its operations are run again: what the "
                    + "model does depends on its input's numbers, on random numbers, or on something from outside.");
            }
        }
    }

    /// <summary>Whether numbers differ by rounding alone, measured by the largest of them.</summary>
    private static bool AreClose(Tensor got, Tensor expected)
    {
        if (expected.Count == 0)
        {
            return true;
        }

        if (!expected.DType.IsFloatingPoint())
        {
            return got.EqualTo(expected).All().Item<bool>();
        }

        double tolerance = expected.DType switch
        {
            DType.Float64 => 1e-10,
            DType.Float32 => 1e-5,
            DType.Float16 or DType.BFloat16 => 1e-2,
            _ => throw DTypes.Unsupported(expected.DType),
        };
        Tensor x = got.To(DType.Float64), y = expected.To(DType.Float64);
        Tensor size = Tensor.Where(y.IsFinite(), y, Tensor.ZerosLike(y)).Abs().Max();
        Tensor isClose = (x - y).Abs().LessOrEqual(size * tolerance).LogicalOr(x.EqualTo(y)).LogicalOr(x.IsNaN().LogicalAnd(y.IsNaN()));
        return isClose.All().Item<bool>();
    }
}

/// <summary>An operation on its way into a plan.</summary>
internal sealed class PlanNode(GraphNode node, GraphValue?[] operands)
{
    public string Name { get; } = node.Operation;

    public string Path { get; } = node.Path;

    public OperationAttributes Attributes { get; } = node.Attributes;

    public GraphValue?[] Operands { get; } = operands;

    public List<GraphValue> Outputs { get; } = [.. node.Outputs];

    public required Replay Replay { get; init; }

    /// <summary>The same, written over its first operand.</summary>
    public Replay? InPlace { get; } = node.ReplayInPlace;

    /// <summary>As a stage of a chain.</summary>
    public CreateStage? Stage { get; } = node.Stage;

    /// <summary>With constant operands laid out for its kernel.</summary>
    public PrepareProduct? Prepare { get; } = node.Prepare;
}
