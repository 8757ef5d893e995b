using DeepLearning.Layers;

namespace DeepLearning;

/// <summary>
/// Takes down the operations of this thread, in their order, while it runs: what becomes a <see cref="Graph"/>. Operations come from
/// <see cref="Recording"/>. What a value was made from is known by the tensor that holds it, and by its memory where an in-place write or
/// an unrecorded view stands between.
/// </summary>
internal sealed class Trace : IDisposable
{
    private static int s_running;

    [ThreadStatic]
    private static Trace? s_current;

    private readonly Trace? _outer;
    private readonly bool _keepsMade;
    private readonly Dictionary<Tensor, Held> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Storage, Memory> _memories = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Storage> _outside = new(ReferenceEqualityComparer.Instance);
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphValue> _all = [];
    private readonly Stack<Module> _modules = new();
    private readonly List<(GraphValue Value, Module? Module)> _readings = [];

    /// <param name="keepsMade">Whether to keep what operations without operands made.</param>
    public Trace(bool keepsMade = false)
    {
        _keepsMade = keepsMade;
        _outer = s_current;
        s_current = this;
        Interlocked.Increment(ref s_running);
    }

    /// <summary>Whether any thread traces: one plain read, so that operations that nobody traces pay no more than that.</summary>
    public static bool IsAnyOn => s_running > 0;

    /// <summary>The trace of this thread.</summary>
    public static Trace? Current => s_running > 0 ? s_current : null;

    /// <summary>The operations so far.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>The values whose numbers were read, and the layer in which.</summary>
    public IReadOnlyList<(GraphValue Value, Module? Module)> Readings => _readings;

    /// <summary>All values so far, in the order in which they were first seen.</summary>
    public IReadOnlyList<GraphValue> Values => _all;

    /// <summary>Takes an operation down, if this thread traces.</summary>
    public static void Add<TOp>(TOp operation, ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor?> inputs, Replay? replay = null)
        where TOp : struct, IOperation
    {
        if (s_current is { } trace)
        {
            OperationAttributes attributes = new();
            operation.Describe(attributes);
            GraphNode node = trace.Add(operation.Name, attributes, outputs, inputs);
            node.Replay = replay ?? operation.CreateReplay();
            node.ReplayInPlace = operation.CreateReplayInPlace();
            node.Stage = operation.CreateStage();
            node.Prepare = operation.CreatePreparation();
        }
    }

    /// <summary>Notes that numbers were read out of a tensor: what is done with them, the graph does not show.</summary>
    public static void Read(Tensor tensor)
    {
        if (s_current is { } trace)
        {
            trace.AddReading(tensor);
        }
    }

    /// <summary>
    /// Takes nothing down on this thread until the result is disposed: what a device without a kernel composes an operation of is not a
    /// part of the graph.
    /// </summary>
    public static Suspension Suspend() => new(s_current);

    /// <summary>A tensor that is given to what is traced.</summary>
    public GraphValue Given(Tensor tensor, GraphValueKind kind) =>
        Hold(tensor, NewValue(tensor, kind, null, kind == GraphValueKind.Input ? null : tensor));

    /// <summary>The value that a tensor holds now; one that no operation made is a constant.</summary>
    public GraphValue ValueOf(Tensor tensor)
    {
        int version = tensor.Storage.Version;
        if (_values.TryGetValue(tensor, out Held held))
        {
            return held.Version == version ? held.Value : Again(tensor, held.Value);
        }

        if (_memories.TryGetValue(tensor.Storage, out Memory? memory) && memory.IsStill(tensor.Storage))
        {
            // The same elements as another tensor's, such as by Detach, are the same value.
            foreach (Tensor other in memory.Tensors)
            {
                if (ReferenceEquals(other.Layout, tensor.Layout) && other.DType == tensor.DType && _values[other].Version == version)
                {
                    return Hold(tensor, _values[other].Value);
                }
            }

            return Again(tensor, null);
        }

        return Hold(tensor, NewValue(tensor, tensor is Parameter ? GraphValueKind.Parameter : GraphValueKind.Constant, null, tensor));
    }

    /// <summary>From here on operations belong to a module.</summary>
    public void Enter(Module module) => _modules.Push(module);

    /// <summary>The end of <see cref="Enter"/>.</summary>
    public void Leave() => _modules.Pop();

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.Decrement(ref s_running);
        s_current = _outer;
    }

    private GraphNode Add(string name, OperationAttributes attributes, ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor?> inputs)
    {
        List<GraphValue?> read = [];
        foreach (Tensor? input in inputs)
        {
            read.Add(input is null ? null : ValueBefore(input, outputs));
        }

        while (read.Count > 0 && read[^1] is null)
        {
            // An operand that was left out leaves a hole only where another follows.
            read.RemoveAt(read.Count - 1);
        }

        int present = read.Count;
        foreach (Tensor operand in attributes.Operands)
        {
            read.Add(ValueOf(operand));
        }

        Module? module = _modules.TryPeek(out Module? top) ? top : null;
        GraphNode node = new(name, attributes, read, module) { Present = present, Given = inputs.Length };
        if (_keepsMade && inputs.IsEmpty && outputs.Length == 1)
        {
            // A copy: what is made may be written to later on.
            using Suspension suspension = Suspend();
            node.Made = outputs[0].Detach().Clone();
        }

        foreach (Tensor output in outputs)
        {
            bool isWrite = false;
            foreach (Tensor? input in inputs)
            {
                isWrite |= ReferenceEquals(input, output);
            }

            node.IsView |= !isWrite && SharesMemory(output, inputs.Length > 0 ? inputs[0] : null);
            node.ChangesOutside |= _outside.Contains(output.Storage) && _values.ContainsKey(output);
            node.AddOutput(Hold(output, NewValue(output, GraphValueKind.Computed, node, null), !node.IsView), isWrite);
        }

        _nodes.Add(node);
        return node;
    }

    private void AddReading(Tensor tensor)
    {
        if (_values.TryGetValue(tensor, out Held held))
        {
            _readings.Add((held.Value, _modules.TryPeek(out Module? top) ? top : null));
        }
    }

    private static bool SharesMemory(Tensor output, Tensor? first) => first is not null && ReferenceEquals(first.Storage, output.Storage);

    /// <summary>The value of an operand; of one that was written to, the value before that.</summary>
    private GraphValue ValueBefore(Tensor input, ReadOnlySpan<Tensor> outputs)
    {
        foreach (Tensor output in outputs)
        {
            if (ReferenceEquals(input, output))
            {
                return _values.TryGetValue(input, out Held held) ? held.Value : ValueOf(input);
            }
        }

        return ValueOf(input);
    }

    /// <summary>A tensor whose memory another one wrote to, or that lies in another's memory without a record of how.</summary>
    private GraphValue Again(Tensor tensor, GraphValue? before)
    {
        if (!_memories.TryGetValue(tensor.Storage, out Memory? memory) || ReferenceEquals(memory.Writer, tensor)
            || !_values.TryGetValue(memory.Writer, out Held written) || written.Version != tensor.Storage.Version)
        {
            // Written to from outside, such as through a span.
            return Hold(tensor, NewValue(tensor, GraphValueKind.Constant, null, tensor));
        }

        OperationAttributes attributes = new();
        attributes.Add("lengths", tensor.Layout.Lengths).Add("strides", tensor.Layout.Strides)
            .Add("offset", tensor.Layout.Offset - memory.Writer.Layout.Offset).Add("of_strides", memory.Writer.Layout.Strides);
        List<GraphValue?> read = before is null ? [written.Value] : [written.Value, before];
        GraphNode node = new("AsStrided", attributes, read, _modules.TryPeek(out Module? top) ? top : null);
        GraphValue value = NewValue(tensor, GraphValueKind.Computed, node, null);
        node.AddOutput(value, false);
        _nodes.Add(node);
        return Hold(tensor, value);
    }

    /// <summary>From here on a tensor holds a value.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="value">The value.</param>
    /// <param name="isWritten">Whether its memory has just been written through it.</param>
    private GraphValue Hold(Tensor tensor, GraphValue value, bool isWritten = false)
    {
        _values[tensor] = new Held(value, tensor.Storage.Version);
        if (!_memories.TryGetValue(tensor.Storage, out Memory? memory) || !memory.IsStill(tensor.Storage))
        {
            _memories[tensor.Storage] = memory = new Memory(tensor);
        }

        memory.Writer = isWritten ? tensor : memory.Writer;
        memory.Tensors.Add(tensor);
        return value;
    }

    private GraphValue NewValue(Tensor tensor, GraphValueKind kind, GraphNode? producer, Tensor? constant)
    {
        GraphValue value = new(_all.Count, kind, tensor.Shape, tensor.DType, producer, constant);
        _all.Add(value);
        if (kind != GraphValueKind.Computed)
        {
            _outside.Add(tensor.Storage);
        }

        return value;
    }

    /// <summary>A stretch of code that is not traced.</summary>
    internal readonly ref struct Suspension
    {
        private readonly Trace? _trace;

        public Suspension(Trace? trace)
        {
            _trace = trace;
            s_current = null;
        }

        public void Dispose() => s_current = _trace;
    }

    private readonly record struct Held(GraphValue Value, int Version);

    /// <summary>The tensors over one memory. A returned one may have left it to others.</summary>
    private sealed class Memory(Tensor writer)
    {
        public Tensor Writer { get; set; } = writer;

        public HashSet<Tensor> Tensors { get; } = new(ReferenceEqualityComparer.Instance);

        public bool IsStill(Storage storage)
        {
            Tensors.RemoveWhere(tensor => tensor.IsReturned || !ReferenceEquals(tensor.Storage, storage));
            return Tensors.Contains(Writer);
        }
    }
}
