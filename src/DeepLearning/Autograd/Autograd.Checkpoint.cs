namespace DeepLearning;

public static partial class Autograd
{
    [ThreadStatic]
    private static int s_recomputing;

    /// <summary>
    /// Whether this thread runs a part of a model again for its gradient (<see cref="Checkpoint(Func{Tensor, Tensor}, Tensor)"/>). A
    /// module that counts or averages over its calls leaves that out then: the call has been counted.
    /// </summary>
    public static bool IsRecomputing => s_recomputing > 0;

    /// <summary>
    /// Runs a part of a model without keeping its intermediate values, and runs it again when its gradient is needed: memory for time
    /// (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost"). Random numbers are the same in both runs, from whatever
    /// generator the part draws them on its thread, and so is the precision (<see cref="Autocast"/>); running statistics of batch
    /// normalization count the first run only (<see cref="IsRecomputing"/>). Gradients reach the inputs and every parameter that the part
    /// uses, to any order.
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
        Generator random = Generator.Default;
        using GeneratorRecord record = GeneratorRecord.Start();
        Tensor traced = function(Detached(given));
        Tensor[] sources = [.. given, .. Leaves(traced, given.Length == 0 ? [] : given)];
        Tensor output = traced.Detach();
        return Recording.Of(new CheckpointOperation(function, sources, given.Length, record, random), output, sources);
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
    internal static List<Tensor> Leaves(Tensor output, Tensor[] inputs)
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

                if (edge.Node is { } next)
                {
                    open.Push(next);
                }
                else if (edge.Leaf is { } leaf && !Array.Exists(inputs, x => IsDetachedFrom(leaf, x)))
                {
                    leaves.Add(leaf);
                }
            }
        }

        return leaves;
    }

    private static bool IsDetachedFrom(Tensor leaf, Tensor input) =>
        !ReferenceEquals(leaf, input) && ReferenceEquals(leaf.Storage, input.Storage) && ReferenceEquals(leaf.Layout, input.Layout);

    private readonly struct CheckpointOperation(
        Func<Tensor[], Tensor> function, Tensor[] sources, int inputs, GeneratorRecord record, Generator random) : IOperation
    {
        public string Name => "Checkpoint";

        public Node CreateNode() => new CheckpointNode(function, sources, inputs, record, random);
    }

    private sealed class CheckpointNode : Node
    {
        private readonly Func<Tensor[], Tensor> _function;
        private readonly int _inputs;
        private readonly int _sources;
        private readonly GeneratorRecord _record;
        private readonly Generator _default;
        private readonly DType? _precision = Autocast.LowType;

        public CheckpointNode(
            Func<Tensor[], Tensor> function, Tensor[] sources, int inputs, GeneratorRecord record, Generator random)
        {
            _function = function;
            _inputs = inputs;
            _sources = sources.Length;
            _record = record;
            _default = random;
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

        /// <summary>Runs the part as the first time, on whatever thread and under whatever default generator this is.</summary>
        private Tensor Again(Tensor[] inputs)
        {
            using Generator.DefaultRegion region = _default.AsDefault();
            using GeneratorRecord.Replay replay = _record.Again();
            using Autocast.Region precision = Autocast.Resume(_precision);
            s_recomputing++;
            try
            {
                using (GradMode.EnableGrad())
                {
                    return _function(inputs);
                }
            }
            finally
            {
                s_recomputing--;
            }
        }
    }
}
