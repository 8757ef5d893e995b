namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The lower triangle of each matrix; the elements above a diagonal are 0.</summary>
    /// <param name="diagonal">The last diagonal kept: 0 the main one, positive above it, negative below.</param>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor Tril(int diagonal = 0) => Triangle(diagonal, lower: true);

    /// <summary>The upper triangle of each matrix; the elements below a diagonal are 0.</summary>
    /// <param name="diagonal">The first diagonal kept: 0 the main one, positive above it, negative below.</param>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor Triu(int diagonal = 0) => Triangle(diagonal, lower: false);

    private Tensor Triangle(int diagonal, bool lower)
    {
        if (Rank < 2)
        {
            throw new ShapeException($"{(lower ? "Tril" : "Triu")}: a tensor {Shape} has no matrices; at least two axes are needed.");
        }

        Tensor result = Allocate(Layout, DType, Device);
        if (!Backend.TryTriangle(Detach().Contiguous(), result, diagonal, lower))
        {
            Tensor rows = Arange(0, Size(-2), device: Device), columns = Arange(0, Size(-1), device: Device);
            Tensor distance = columns - rows.Unsqueeze(-1);
            Tensor isKept = lower ? distance.LessOrEqual(diagonal) : distance.GreaterOrEqual(diagonal);
            result = Where(isKept, Detach(), FromScalar(0, DType, Device));
        }

        return Recording.Of(new TriangleOperation(diagonal, lower), result, this);
    }
}

file readonly struct TriangleOperation(int diagonal, bool lower) : IDerivative
{
    public string Name => lower ? "Tril" : "Triu";

    public void Describe(OperationAttributes attributes) => attributes.Add("diagonal", diagonal);

    public Node CreateNode() => new OperationNode<TriangleOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) =>
        gradients[0] = lower ? gradient.Tril(diagonal) : gradient.Triu(diagonal);

    public Replay CreateReplay()
    {
        (int first, bool isLower) = (diagonal, lower);
        return (inputs, outputs) => outputs[0] = isLower ? inputs[0]!.Tril(first) : inputs[0]!.Triu(first);
    }
}

internal abstract partial class Backend
{
    /// <summary>The matrices of a contiguous tensor with one triangle kept and the other set to 0.</summary>
    public virtual bool TryTriangle(Tensor x, Tensor y, int diagonal, bool lower) => false;
}
