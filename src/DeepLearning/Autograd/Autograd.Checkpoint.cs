namespace DeepLearning;

public static partial class Autograd
{
    /// <summary>
    /// Runs a part of a model without keeping its intermediate values, and runs it again when its gradient is needed: memory for time
    /// (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost"). Random numbers drawn from <see cref="Generator.Default"/> are
    /// the
    /// same in both runs. Gradients reach the inputs and every parameter that the part uses, to any order.
    /// </summary>
    /// <param name="function">The part: the same inputs must give the same output.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <returns>The part's output.</returns>
    public static Tensor Checkpoint(Func<Tensor[], Tensor> function, params ReadOnlySpan<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(function);
        Tensor[] given = inputs.ToArray();
        if (!GradMode.Enabled)
        {
            return function(given);
        }

        // Recorded once to learn which parameters take part; that record is dropped at once.
        GeneratorState state = Generator.Default.State;
        Tensor traced = function(Detached(given));
        Tensor[] sources = [.. given, .. Leaves(traced, given.Length == 0 ? [] : given)];
        Tensor output = traced.Detach();
        return GradMode.Records(sources) ? new CheckpointNode(function, sources, given.Length, state).Attach(output, sources) : output;
    }

    /// <summary>As <see cref="Checkpoint(Func{Tensor[], Tensor}, ReadOnlySpan{Tensor})"/>, for a part of one input.</summary>
    /// <param name="function">The part: the same input must give the same output.</param>
    /// <param name="input">Its input.</param>
    /// <returns>The part's output.</returns>
    public static Tensor Checkpoint(Func<Tensor, Tensor> function, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Checkpoint(xs => function(xs[0]), [input]);
    }

    private static Tensor[] Detached(Tensor[] inputs) => Array.ConvertAll(inputs, static x =>
    {
        Tensor detached = x.Detach();
        detached.RequiresGrad = x.RequiresGrad;
        return detached;
    });

    /// <summary>The leaves that a value was computed from, but for those over the memory of the part's own inputs.</summary>
    private static List<Tensor> Leaves(Tensor output, Tensor[] inputs)
    {
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        List<Tensor> leaves = [];
        Stack<Node> open = new();
        if (output.Node is { } root)
        {
            open.Push(root);
        }

        while (open.TryPop(out Node? node))
        {
            foreach (Node.Edge edge in node.Edges)
            {
                if (edge.Target is null || !seen.Add(edge.Target))
                {
                    continue;
                }

                if (edge.Target is Node next)
                {
                    open.Push(next);
                }
                else if (edge.Target is Tensor leaf && !Array.Exists(inputs, x => IsDetachedFrom(leaf, x)))
                {
                    leaves.Add(leaf);
                }
            }
        }

        return leaves;
    }

    private static bool IsDetachedFrom(Tensor leaf, Tensor input) =>
        !ReferenceEquals(leaf, input) && ReferenceEquals(leaf.Storage, input.Storage) && ReferenceEquals(leaf.Layout, input.Layout);

    private sealed class CheckpointNode : Node
    {
        private readonly Func<Tensor[], Tensor> _function;
        private readonly int _inputs;
        private readonly int _sources;
        private readonly GeneratorState _state;

        public CheckpointNode(Func<Tensor[], Tensor> function, Tensor[] sources, int inputs, GeneratorState state)
        {
            _function = function;
            _inputs = inputs;
            _sources = sources.Length;
            _state = state;
            Save(sources);
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            bool createGraph = GradMode.Enabled;
            Tensor[] given = new Tensor[_inputs];
            for (int i = 0; i < given.Length; i++)
            {
                given[i] = Saved(i);
            }

            // Through aliases, so that the pass inside this one ends at the inputs.
            Tensor[] inputs = createGraph ? Array.ConvertAll(given, static x => x.Alias()) : Detached(given);
            Tensor output = Again(inputs);
            List<Tensor> wanted = [];
            List<int> positions = [];
            for (int i = 0; i < _sources; i++)
            {
                if (Needs(i))
                {
                    wanted.Add(i < _inputs ? inputs[i] : Saved(i));
                    positions.Add(i);
                }
            }

            // Values that the part captured from outside keep their record for the pass around this one.
            Tensor?[] found = GradOrNull([output], wanted.ToArray(), [gradient], retainGraph: true, createGraph);
            for (int i = 0; i < found.Length; i++)
            {
                gradients[positions[i]] = found[i];
            }
        }

        private Tensor Again(Tensor[] inputs)
        {
            GeneratorState now = Generator.Default.State;
            Generator.Default.State = _state;
            try
            {
                using (GradMode.EnableGrad())
                {
                    return _function(inputs);
                }
            }
            finally
            {
                Generator.Default.State = now;
            }
        }
    }
}
