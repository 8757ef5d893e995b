namespace DeepLearning;

/// <summary>
/// Linear algebra over the last two axes, [.., m, n]; the axes before are a batch. Works in float32 and float64, computes in
/// float64, and is differentiable to any order where PyTorch's <c>torch.linalg</c> is.
/// </summary>
public static partial class Linalg
{
    /// <summary>The identity matrix.</summary>
    internal static Tensor Identity(int size, DType dtype, Device device) => Tensor.Ones([size], dtype, device).DiagEmbed();

    internal static void CheckMatrix(Tensor x, string operation)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 2)
        {
            throw new ShapeException($"{operation}: a matrix or a batch of them is needed, [.., m, n], not a tensor {x.Shape}.");
        }
    }

    internal static void CheckSquare(Tensor x, string operation)
    {
        CheckMatrix(x, operation);
        if (x.Size(-1) != x.Size(-2))
        {
            throw new ShapeException($"{operation}: the matrices must be square, [.., n, n], not {x.Shape}.");
        }
    }

    private static void CheckType(Tensor x, string operation)
    {
        if (x.DType is not (DType.Float32 or DType.Float64))
        {
            throw new DTypeException($"{operation}: needs float32 or float64, not {x.DType.Name()}; convert with To(DType.Float32).");
        }
    }

    private static void CheckSameType(Tensor a, Tensor b, string operation)
    {
        CheckType(a, operation);
        if (a.DType != b.DType)
        {
            throw new DTypeException(
                $"{operation}: operands of {a.DType.Name()} and {b.DType.Name()} do not fit; convert one with To(...).");
        }

        Broadcasting.CheckDevices(a, b, operation);
    }

    private static ReadOnlySpan<int> BatchOf(Tensor x) => x.Layout.Lengths.AsSpan(0, x.Rank - 2);

    /// <summary>Both operands over their common batch.</summary>
    private static (Tensor A, Tensor B) BroadcastBatches(Tensor a, Tensor b, string operation)
    {
        int[] batch = Shape.Broadcast(BatchOf(a), BatchOf(b), operation);
        return (a.Expand([.. batch, .. a.Layout.Lengths.AsSpan(a.Rank - 2)]), b.Expand([.. batch, .. b.Layout.Lengths.AsSpan(b.Rank - 2)]));
    }

    /// <summary>a / b with 0 / 0 = 0: what has no part in a result needs no derivative, and leaves the rest of a batch alone.</summary>
    private static Tensor Quotient(Tensor a, Tensor b)
    {
        Tensor isNothing = a.EqualTo(0).LogicalAnd(b.EqualTo(0));
        return a / Tensor.Where(isNothing, Tensor.FromScalar(1.0, b.DType, b.Device), b);
    }

    /// <summary>A number for each matrix, seen as a matrix of one element.</summary>
    private static Tensor AsMatrices(Tensor numbers) => numbers.Unsqueeze(-1).Unsqueeze(-1);
}
