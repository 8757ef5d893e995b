namespace DeepLearning;

/// <summary>
/// What an operation is to whoever takes it down (<see cref="Recording"/>): its name, its attributes, its derivative. A small struct that
/// holds what the operation was told, so that describing one costs nothing where nothing listens.
/// </summary>
internal interface IOperation
{
    /// <summary>The name, which stays: error messages, traces and what reads them go by it.</summary>
    string Name { get; }

    /// <summary>
    /// Adds what the operation was told besides its tensors (axes, steps, eps …), and operands that never have a gradient.
    /// </summary>
    void Describe(OperationAttributes attributes)
    {
    }

    /// <summary>The node that computes the derivative; null for an operation without one.</summary>
    Node? CreateNode() => null;

    /// <summary>
    /// How to compute the operation again, of other operands of the same shapes and types; null where that is not known. It keeps none of
    /// this operation's tensors, and any number of threads may call it.
    /// </summary>
    Replay? CreateReplay() => null;

    /// <summary>As <see cref="CreateReplay"/>, with the result written over the first operand, which has its shape and type.</summary>
    Replay? CreateReplayInPlace() => null;

    /// <summary>What makes a stage of chains of the operation, if it is elementwise; it keeps none of this operation's tensors.</summary>
    CreateStage? CreateStage() => null;

    /// <summary>What lays the constant operands of a convolution or a linear map out for its kernel.</summary>
    PrepareProduct? CreatePreparation() => null;
}

/// <summary>Makes an elementwise operation a stage of chains; null where the device has none.</summary>
internal delegate ElementStage? CreateStage(Backend backend, DType dtype);

/// <summary>
/// Lays the constant operands of a product out for its kernel, for inputs of an example's shape; null where the device gains nothing by it.
/// </summary>
internal delegate PreparedProduct? PrepareProduct(Tensor x, Tensor weight, Tensor? bias);

/// <summary>Computes an operation again.</summary>
/// <param name="inputs">
/// The operands as they were recorded, those that were left out included; then those that never have a gradient.
/// </param>
/// <param name="outputs">Receives the results.</param>
internal delegate void Replay(ReadOnlySpan<Tensor?> inputs, Span<Tensor> outputs);

/// <summary>An operation that is its own derivative: what it was told is all that its backward direction needs.</summary>
internal interface IDerivative : IOperation
{
    /// <summary>As <see cref="Node.Backward"/>, for the node that holds this operation.</summary>
    void Backward(Node node, Tensor gradient, Span<Tensor?> gradients);
}

/// <summary>The node of an operation that is its own derivative.</summary>
internal sealed class OperationNode<TOp> : Node
    where TOp : struct, IDerivative
{
    private readonly TOp _operation;

    public OperationNode(TOp operation) => _operation = operation;

    public override string Name => _operation.Name;

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
        _operation.Backward(this, gradient, gradients);
}

/// <summary>An operation without a derivative, of which nothing is to be said but its name and one attribute at most.</summary>
internal readonly struct NamedOperation(string name, string? attribute = null, Scalar value = default) : IOperation
{
    public string Name => name;

    public void Describe(OperationAttributes attributes)
    {
        if (attribute is not null)
        {
            attributes.Add(attribute, value);
        }
    }
}
