namespace DeepLearning;

/// <summary>
/// One recorded operation: where its inputs came from, what it saved, and how a gradient of its output becomes gradients of its
/// inputs. Exists only where recording is on and an input requires a gradient.
/// </summary>
public abstract class Node
{
    private Edge[] _edges = [];
    private Tensor? _saved0;
    private Tensor? _saved1;
    private Tensor? _saved2;
    private Tensor?[]? _savedMore;
    private int _version0;
    private int _version1;
    private int _version2;
    private int[]? _versionsMore;
    private Layout? _output;
    private DType _outputDType;
    private bool _released;
    private string? _stack;

    private protected Node(NodeKind kind = NodeKind.Operation) => Kind = kind;

    /// <summary>The operation's name, as error messages give it.</summary>
    public virtual string Name =>
        GetType().Name.Split('`')[0] is var name && name.EndsWith("Node", StringComparison.Ordinal) ? name[..^4] : name;

    /// <summary>What the pass has to know of it, at the price of reading a field.</summary>
    internal NodeKind Kind { get; }

    /// <summary>Longest way down to a leaf; consumers are always deeper than what they consume, whatever thread made them.</summary>
    internal int Depth { get; private set; }

    /// <summary>The operation's name.</summary>
    public override string ToString() => Name;

    internal ReadOnlySpan<Edge> Edges => _edges;

    internal bool IsReleased => _released;

    internal string? Stack => _stack;

    /// <summary>What a running backward pass keeps here.</summary>
    internal PendingGradient Pending;

    /// <summary>Functions to run on the gradient of this node's output before it is used.</summary>
    internal List<Func<Tensor, Tensor?>>? Hooks { get; private set; }

    /// <summary>The output that asked to keep its gradient.</summary>
    internal Tensor? Retains { get; set; }

    internal Layout Output => _output!;

    internal DType OutputDType => _outputDType;

    /// <summary>
    /// Computes the gradients of the inputs from the gradient of the output: the vector-Jacobian product. Written with tensor
    /// operations, it can itself be differentiated. A gradient may have the output's broadcast shape: it is summed to the input's.
    /// </summary>
    /// <param name="gradient">The gradient of the output, of its shape. Not to be kept or written to.</param>
    /// <param name="gradients">Receives the gradient of each input; what stays null counts as zero.</param>
    protected internal abstract void Backward(Tensor gradient, Span<Tensor?> gradients);

    /// <summary>True when the gradient of an input is wanted.</summary>
    /// <param name="input">The input's position.</param>
    protected internal bool Needs(int input) => _edges[input].Target is { } target && BackwardPass.Wants(target);

    /// <summary>
    /// The type for the gradient of an input: that of the output's gradient, or where it is still to be summed to a smaller shape, the type
    /// that sums are computed in. 16-bit terms, rounded before they are summed, would give another sum.
    /// </summary>
    internal DType GradientType(int input, Tensor gradient)
    {
        DType dtype = gradient.DType;
        if (dtype.Compute() == dtype)
        {
            return dtype;
        }

        Layout? own = _edges[input].Node?.Output ?? _edges[input].Leaf?.Layout;
        return own is null || own.SameShape(gradient.Layout) ? dtype : dtype.Compute();
    }

    /// <summary>Keeps tensors for <see cref="Backward"/>; a later in-place change of one is detected there.</summary>
    /// <param name="first">The first tensor.</param>
    /// <param name="second">The second tensor.</param>
    /// <param name="third">The third tensor.</param>
    protected internal void Save(Tensor? first, Tensor? second = null, Tensor? third = null)
    {
        (_saved0, _version0) = (first, first?.Storage.Version ?? 0);
        (_saved1, _version1) = (second, second?.Storage.Version ?? 0);
        (_saved2, _version2) = (third, third?.Storage.Version ?? 0);
    }

    /// <summary>Keeps any number of tensors for <see cref="Backward"/>.</summary>
    /// <param name="tensors">The tensors.</param>
    protected internal void Save(ReadOnlySpan<Tensor?> tensors)
    {
        Save(tensors.Length > 0 ? tensors[0] : null, tensors.Length > 1 ? tensors[1] : null, tensors.Length > 2 ? tensors[2] : null);
        if (tensors.Length > 3)
        {
            _savedMore = tensors[3..].ToArray();
            _versionsMore = Array.ConvertAll(_savedMore, static t => t?.Storage.Version ?? 0);
        }
    }

    /// <summary>A tensor kept by <see cref="Save(Tensor?, Tensor?, Tensor?)"/>.</summary>
    /// <param name="index">Its position there.</param>
    /// <exception cref="AutogradException">It was changed in place since.</exception>
    /// <exception cref="InvalidOperationException">Nothing was saved there.</exception>
    protected internal Tensor Saved(int index)
    {
        if (!HasSaved(index))
        {
            throw new InvalidOperationException($"{Name}: no tensor was saved at position {index}.");
        }

        (Tensor tensor, int version) = index switch
        {
            0 => (_saved0!, _version0),
            1 => (_saved1!, _version1),
            2 => (_saved2!, _version2),
            _ => (_savedMore![index - 3]!, _versionsMore![index - 3]),
        };
        if (tensor.Storage.Version != version)
        {
            throw new AutogradException(
                $"{Name}: a tensor {tensor.DType.Name()}{tensor.Shape} needed for its gradient was changed in place after it was used "
                + "(directly or through a view); use the out-of-place operation, or change a Clone().");
        }

        return tensor;
    }

    /// <summary>True when a tensor was saved at the position.</summary>
    /// <param name="index">The position.</param>
    protected internal bool HasSaved(int index) => index switch
    {
        0 => _saved0 is not null,
        1 => _saved1 is not null,
        2 => _saved2 is not null,
        _ => _savedMore is { } more && (uint)(index - 3) < (uint)more.Length && more[index - 3] is not null,
    };

    /// <summary>Enters this node into the record as the maker of <paramref name="output"/>.</summary>
    internal Tensor Attach(Tensor output, Tensor first)
    {
        Edge[] edges = [new Edge(first)];
        return Attach(output, edges);
    }

    /// <inheritdoc cref="Attach(Tensor, Tensor)"/>
    internal Tensor Attach(Tensor output, Tensor? first, Tensor? second)
    {
        Edge[] edges = [new Edge(first), new Edge(second)];
        return Attach(output, edges);
    }

    /// <inheritdoc cref="Attach(Tensor, Tensor)"/>
    internal Tensor Attach(Tensor output, Tensor? first, Tensor? second, Tensor? third)
    {
        Edge[] edges = [new Edge(first), new Edge(second), new Edge(third)];
        return Attach(output, edges);
    }

    /// <inheritdoc cref="Attach(Tensor, Tensor)"/>
    internal Tensor Attach(Tensor output, ReadOnlySpan<Tensor> inputs)
    {
        Edge[] edges = new Edge[inputs.Length];
        for (int i = 0; i < edges.Length; i++)
        {
            edges[i] = new Edge(inputs[i]);
        }

        return Attach(output, edges);
    }

    internal Tensor Attach(Tensor output, Edge[] edges)
    {
        _edges = edges;
        foreach (Edge edge in edges)
        {
            if (edge.Node is { } node)
            {
                Depth = Math.Max(Depth, node.Depth);
            }
        }

        Depth++;
        _output = output.Layout;
        _outputDType = output.DType;
        output.SetNode(this);
        if (Anomaly.IsOn)
        {
            _stack = Environment.StackTrace;
            Anomaly.CheckForward(this, output);
        }

        return output;
    }

    internal void AddHook(Func<Tensor, Tensor?> hook) => (Hooks ??= []).Add(hook);

    internal void RemoveHook(Func<Tensor, Tensor?> hook) => Hooks?.Remove(hook);

    /// <summary>Lets go of what was saved; a second backward pass through this node is then an error.</summary>
    internal virtual void Release()
    {
        _released = true;
        _saved0 = _saved1 = _saved2 = null;
        _savedMore = null;
    }

    /// <summary>Where an input came from: the node that made it, or the leaf itself; nothing when it needs no gradient.</summary>
    internal readonly struct Edge
    {
        public Edge(Tensor? input)
        {
            if (input is { RequiresGrad: true })
            {
                input.CheckHistory();
                Node = input.Node;
                Leaf = Node is null ? input : null;
            }
            else if (input is { IsInference: true })
            {
                throw new AutogradException(
                    "A tensor made under GradMode.Inference() cannot take part in a recorded operation; make it under NoGrad() "
                    + "instead, or pass a Clone() made outside.");
            }
        }

        public Node? Node { get; }

        public Tensor? Leaf { get; }

        public object? Target => (object?)Node ?? Leaf;
    }
}

/// <summary>The kinds of nodes that a backward pass treats in ways of their own.</summary>
internal enum NodeKind : byte
{
    /// <summary>Any other.</summary>
    Operation,

    /// <summary>A <see cref="PartNode"/>.</summary>
    Part,

    /// <summary>A <see cref="DeepLearning.Function"/>, which is code of a user's.</summary>
    Function,
}

/// <summary>The gradient that a running pass has gathered for a node so far.</summary>
internal struct PendingGradient
{
    public Tensor? Sum;
    public BackwardPass? Pass;

    /// <summary>True when <see cref="Sum"/> was made by adding, so that the next term may be added in place.</summary>
    public bool IsOwned;
}
