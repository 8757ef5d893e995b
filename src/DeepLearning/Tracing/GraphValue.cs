namespace DeepLearning;

/// <summary>Where a value of a <see cref="Graph"/> comes from.</summary>
public enum GraphValueKind
{
    /// <summary>It is given anew for each run.</summary>
    Input,

    /// <summary>A parameter of the model, frozen or not.</summary>
    Parameter,

    /// <summary>A tensor that no traced operation made: a buffer of the model, or one from outside.</summary>
    Constant,

    /// <summary>An operation's result.</summary>
    Computed,
}

/// <summary>One value of a <see cref="Graph"/>: what a tensor held at one time. An in-place write makes a new value.</summary>
public sealed class GraphValue
{
    internal GraphValue(int id, GraphValueKind kind, Shape shape, DType dtype, GraphNode? producer, Tensor? tensor)
    {
        Id = id;
        Kind = kind;
        Shape = shape;
        DType = dtype;
        Producer = producer;
        Tensor = tensor;
    }

    /// <summary>A number of its own within the graph.</summary>
    public int Id { get; }

    /// <summary>A name of its own within the graph: a parameter's or buffer's is the model's, an operation's <c>%7</c>.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>Where it comes from.</summary>
    public GraphValueKind Kind { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape { get; }

    /// <summary>Its element type.</summary>
    public DType DType { get; }

    /// <summary>The operation that makes it; null unless it is computed.</summary>
    public GraphNode? Producer { get; }

    /// <summary>The tensor behind a parameter or a constant.</summary>
    public Tensor? Tensor { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {DType.Name()}{Shape}";
}
