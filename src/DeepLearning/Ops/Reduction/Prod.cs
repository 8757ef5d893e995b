using DeepLearning.Backends;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The product of all elements, as a zero-dimensional tensor; integers and truth values multiply in int64.</summary>
    /// <param name="dtype">The type to multiply in and of the result.</param>
    public Tensor Prod(DType? dtype = null) => Prod([], false, dtype);

    /// <summary>The product along one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="keepDim">Keep the axis with length 1.</param>
    /// <param name="dtype">The type to multiply in and of the result.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor Prod(int axis, bool keepDim = false, DType? dtype = null) => Prod([axis], keepDim, dtype);

    /// <summary>The product over some axes. Its gradient, the product of the other elements, is right where elements are 0.</summary>
    /// <param name="axes">The axes; none means all.</param>
    /// <param name="keepDim">Keep the axes with length 1.</param>
    /// <param name="dtype">The type to multiply in and of the result.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice.</exception>
    public Tensor Prod(ReadOnlySpan<int> axes, bool keepDim = false, DType? dtype = null)
    {
        dtype = Autocast.SumType(this, dtype);
        Reduction reduction = Reduction.Of(this, axes, keepDim, "Prod");
        DType result = dtype ?? (DType.IsFloatingPoint() ? DType : DType.Int64);
        Tensor y = reduction.Allocate(result);
        Backend.Reduce(default(ProdOp), this, reduction.Axes, y, result);
        return Recording.Of(new ProdOperation(reduction, this, result), y, this);
    }
}

file readonly struct ProdOperation(Reduction reduction, Tensor x, DType dtype) : IOperation
{
    public string Name => "Prod";

    public void Describe(OperationAttributes attributes) => reduction.Describe(attributes);

    public Node CreateNode() => new ProdNode(reduction, x, dtype);

    public Replay CreateReplay()
    {
        DType type = dtype;
        return reduction.Replay((x, axes, keepDim) => x.Prod(axes, keepDim, type));
    }
}

file sealed class ProdNode : Node
{
    private readonly int[] _order;
    private readonly int[] _kept;
    private readonly int _reduced;
    private readonly DType _dtype;

    public ProdNode(Reduction reduction, Tensor x, DType dtype)
    {
        int[] axes = [.. Enumerable.Range(0, x.Rank)];
        _order = [.. axes.Where(axis => !reduction.Has(axis)), .. axes.Where(reduction.Has)];
        _reduced = axes.Count(reduction.Has);
        _kept = reduction.Kept();
        _dtype = dtype;
        Save(x);
    }

    public override string Name => "Prod";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        // The products of the others may be far outside a 16-bit type though their own product is not.
        Tensor x = Saved(0).To(_dtype.Compute());
        if (x.Count == 0)
        {
            gradients[0] = Tensor.ZerosLike(x);
            return;
        }

        // The reduced axes as one, last: each element's gradient is the product of those before it and those behind it.
        Tensor moved = x.Permute(_order);
        int[] lengths = [.. moved.Shape.AsSpan()[..(x.Rank - _reduced)], -1];
        Tensor rows = moved.Reshape(lengths);
        Tensor before = LinearScan.Of(LinearScan.Shifted(rows, 1, back: false), null, 1, false);
        Tensor behind = LinearScan.Of(LinearScan.Shifted(rows, 1, back: true), null, 1, true);
        int[] inverse = new int[_order.Length];
        for (int i = 0; i < inverse.Length; i++)
        {
            inverse[_order[i]] = i;
        }

        gradients[0] = (before * behind).Reshape(moved.Shape).Permute(inverse) * gradient.Reshape(_kept);
    }
}

file readonly struct ProdOp : IReduceOp<ProdOp>
{
    public static double Identity => 1;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => a * b;

    public R Map<R>(R x)
        where R : struct, IReal<R> => x;

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}
