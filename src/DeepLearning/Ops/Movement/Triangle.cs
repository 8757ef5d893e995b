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

        Tensor source = Contiguous();
        Tensor result = Allocate(Layout, DType, Device);
        Backend.Triangle(source, result, diagonal, lower);
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
}
