namespace DeepLearning;

/// <summary>
/// A custom operation with its own derivative. Derive, implement both directions, and apply a new instance each time:
/// <c>new MyFunction().Apply(x)</c>. When <see cref="Node.Backward"/> is written with tensor operations, the operation has derivatives of
/// every order. For elementwise formulas, <see cref="Tensor.Map{TOp}(TOp)"/> needs less code and runs faster.
/// </summary>
public abstract class Function : Node
{
    private bool _applied;

    /// <summary>Makes the operation; <see cref="Apply"/> runs it.</summary>
    protected Function()
        : base(NodeKind.Function)
    {
    }

    /// <inheritdoc/>
    public override string Name => GetType().Name;

    /// <summary>
    /// Computes the output. Runs without recording; call <see cref="Node.Save(Tensor?, Tensor?, Tensor?)"/> for what the gradient
    /// needs.
    /// </summary>
    /// <param name="inputs">The tensors given to <see cref="Apply"/>.</param>
    /// <returns>The output: a new tensor, not one of the inputs.</returns>
    protected abstract Tensor Forward(ReadOnlySpan<Tensor> inputs);

    /// <summary>Computes the output and records the operation where an input requires a gradient.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <returns>The output.</returns>
    /// <exception cref="AutogradException">This instance was applied before, or returned one of its inputs.</exception>
    public Tensor Apply(params ReadOnlySpan<Tensor> inputs)
    {
        if (_applied)
        {
            throw new AutogradException($"{Name}: an instance can be applied once; make a new one for each call.");
        }

        _applied = true;
        Tensor output;
        using (GradMode.NoGrad())
        {
            output = Forward(inputs);
        }

        if (!GradMode.Records(inputs))
        {
            Release();
            return Recording.Of(new FunctionOperation(this), output, inputs);
        }

        foreach (Tensor input in inputs)
        {
            if (ReferenceEquals(input, output))
            {
                throw new AutogradException($"{Name}: Forward returned its input; return a new tensor, such as input.Clone().");
            }
        }

        return Recording.Of(new FunctionOperation(this), output, inputs);
    }
}

file readonly struct FunctionOperation(Function function) : IOperation
{
    public string Name => function.Name;

    public Node CreateNode() => function;
}
