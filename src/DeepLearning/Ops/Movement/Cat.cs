using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Tensors joined along an axis they already have. Types are promoted; vectors of no elements count as nothing.</summary>
    /// <param name="tensors">The tensors, equal in all other axes.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ArgumentException">There is no tensor.</exception>
    /// <exception cref="ShapeException">The axis is out of range, or lengths of another axis differ.</exception>
    public static Tensor Cat(ReadOnlySpan<Tensor> tensors, int axis = 0)
    {
        (Tensor like, DType dtype) = CheckJoin(tensors, "Cat");
        if (like.Rank == 0)
        {
            throw new ShapeException("Cat: zero-dimensional tensors have no axis to join; use Stack.");
        }

        axis = Shape.Axis(axis, like.Rank, "Cat");
        int[] lengths = like.Layout.Lengths.AsSpan().ToArray();
        lengths[axis] = 0;
        int[] parts = new int[tensors.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            if (IsNothing(tensors[i]))
            {
                continue;
            }

            ReadOnlySpan<int> own = tensors[i].Layout.Lengths;
            for (int a = 0; a < Math.Max(own.Length, lengths.Length); a++)
            {
                if (own.Length != lengths.Length || (a != axis && own[a] != lengths[a]))
                {
                    throw new ShapeException(
                        $"Cat: tensor {i} of shape {tensors[i].Shape} does not fit one of shape {like.Shape} along axis {axis}: "
                        + "all other axes must be equal.");
                }
            }

            parts[i] = own[axis];
            lengths[axis] = Shape.AxisLength((long)lengths[axis] + own[axis], "Cat");
        }

        Tensor result = Allocate(lengths, dtype, like.Device);
        int start = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            if (!IsNothing(tensors[i]))
            {
                result.CopyPart(tensors[i], new NarrowRule(axis, start, parts[i], 1).Apply(result.Layout));
                start += parts[i];
            }
        }

        return Recording.Of(new CatOperation(axis, parts), result, tensors);
    }

    /// <summary>Tensors of one shape joined along a new axis. Types are promoted.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="axis">Where the new axis stands in the result; negative counts from the end.</param>
    /// <exception cref="ArgumentException">There is no tensor.</exception>
    /// <exception cref="ShapeException">The position is out of range, or the shapes differ.</exception>
    public static Tensor Stack(ReadOnlySpan<Tensor> tensors, int axis = 0)
    {
        (_, DType dtype) = CheckJoin(tensors, "Stack");
        Tensor first = tensors[0];
        int rank = first.Rank + 1;
        axis = Shape.Axis(axis, rank, "Stack");
        for (int i = 1; i < tensors.Length; i++)
        {
            if (!tensors[i].Layout.SameShape(first.Layout))
            {
                throw new ShapeException(
                    $"Stack: tensor {i} has the shape {tensors[i].Shape}, the first {first.Shape}; all must be equal.");
            }
        }

        ReadOnlySpan<int> lengths = first.Layout.Lengths;
        Tensor result = Allocate([.. lengths[..axis], tensors.Length, .. lengths[axis..]], dtype, first.Device);
        for (int i = 0; i < tensors.Length; i++)
        {
            result.CopyPart(tensors[i], new SelectRule(axis, i).Apply(result.Layout));
        }

        return Recording.Of(new StackOperation(axis, tensors.Length), result, tensors);
    }

    /// <summary>Tensors joined side by side: vectors end to end, others along axis 1.</summary>
    /// <param name="tensors">The tensors; numbers count as vectors of one element.</param>
    /// <exception cref="ArgumentException">There is no tensor.</exception>
    /// <exception cref="ShapeException">Lengths of another axis differ.</exception>
    public static Tensor HStack(params ReadOnlySpan<Tensor> tensors)
    {
        Tensor[] parts = new Tensor[tensors.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = NumberOperands.NotNull(tensors[i]).Rank == 0 ? tensors[i].Reshape(1) : tensors[i];
        }

        return Cat(parts, parts.Length > 0 && parts[0].Rank > 1 ? 1 : 0);
    }

    /// <summary>Tensors joined on top of each other along axis 0; vectors count as rows.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <exception cref="ArgumentException">There is no tensor.</exception>
    /// <exception cref="ShapeException">Lengths of another axis differ.</exception>
    public static Tensor VStack(params ReadOnlySpan<Tensor> tensors)
    {
        Tensor[] parts = new Tensor[tensors.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = NumberOperands.NotNull(tensors[i]).Rank < 2 ? tensors[i].Reshape(1, -1) : tensors[i];
        }

        return Cat(parts, 0);
    }

    private static (Tensor Like, DType DType) CheckJoin(ReadOnlySpan<Tensor> tensors, string operation)
    {
        if (tensors.Length == 0)
        {
            throw new ArgumentException($"{operation}: there is nothing to join; give at least one tensor.", nameof(tensors));
        }

        Tensor? like = null;
        DType dtype = NumberOperands.NotNull(tensors[0]).DType;
        foreach (Tensor tensor in tensors)
        {
            Broadcasting.CheckDevices(tensors[0], NumberOperands.NotNull(tensor), operation);
            dtype = DTypes.Promote(dtype, tensor.DType);
            like ??= IsNothing(tensor) ? null : tensor;
        }

        return (like ?? tensors[0], dtype);
    }

    /// <summary>A vector without elements joins with any shape, as in PyTorch.</summary>
    private static bool IsNothing(Tensor tensor) => tensor.Rank == 1 && tensor.Count == 0;
}

file readonly struct CatOperation(int axis, int[] parts) : IDerivative
{
    public string Name => "Cat";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis);

    public Node CreateNode() => new OperationNode<CatOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients)
    {
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            if (node.Needs(i) && parts[i] > 0)
            {
                gradients[i] = gradient.Narrow(axis, start, parts[i]);
            }

            start += parts[i];
        }
    }

    public Replay CreateReplay()
    {
        int along = axis;
        return (inputs, outputs) => outputs[0] = Tensor.Cat(Present(inputs), along);
    }

    /// <summary>The tensors that are joined: none is left out.</summary>
    public static ReadOnlySpan<Tensor> Present(ReadOnlySpan<Tensor?> inputs) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AsRef(in MemoryMarshal.GetReference(inputs))!, inputs.Length);
}

file readonly struct StackOperation(int axis, int count) : IDerivative
{
    public string Name => "Stack";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis);

    public Node CreateNode() => new OperationNode<StackOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients)
    {
        for (int i = 0; i < count; i++)
        {
            gradients[i] = node.Needs(i) ? gradient.Select(axis, i) : null;
        }
    }

    public Replay CreateReplay()
    {
        int along = axis;
        return (inputs, outputs) => outputs[0] = Tensor.Stack(CatOperation.Present(inputs), along);
    }
}
