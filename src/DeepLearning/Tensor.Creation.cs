using System.Runtime.InteropServices;
using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A tensor of zeros, float32 on the CPU.</summary>
    /// <param name="shape">The length of each axis.</param>
    public static Tensor Zeros(params ReadOnlySpan<int> shape) => Full(shape, 0.0);

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The length of each axis.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">Where it lives; the CPU when null.</param>
    public static Tensor Zeros(ReadOnlySpan<int> shape, DType dtype, Device? device = null) => Full(shape, 0.0, dtype, device);

    /// <summary>A tensor of ones, float32 on the CPU.</summary>
    /// <param name="shape">The length of each axis.</param>
    public static Tensor Ones(params ReadOnlySpan<int> shape) => Full(shape, 1.0);

    /// <summary>A tensor of ones.</summary>
    /// <param name="shape">The length of each axis.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">Where it lives; the CPU when null.</param>
    public static Tensor Ones(ReadOnlySpan<int> shape, DType dtype, Device? device = null) => Full(shape, 1.0, dtype, device);

    /// <summary>A tensor of one number, repeated.</summary>
    /// <param name="shape">The length of each axis.</param>
    /// <param name="value">The number.</param>
    /// <param name="dtype">The element type; the number's own (float32, int64 or bool) when null.</param>
    /// <param name="device">Where it lives; the CPU when null.</param>
    /// <exception cref="ShapeException">A length is negative.</exception>
    /// <exception cref="DTypeException">The element type is an integer type that does not hold the number.</exception>
    public static Tensor Full(ReadOnlySpan<int> shape, Scalar value, DType? dtype = null, Device? device = null)
    {
        DType type = dtype ?? value.DType;
        type.CheckHolds(value, "Full");
        foreach (int length in shape)
        {
            if (length < 0)
            {
                throw new ShapeException($"Full: a length cannot be negative: {Shape.Format(shape)}.");
            }
        }

        return Filling.Filled(shape, value, type, device ?? Device.Cpu);
    }

    /// <summary>An uninitialized tensor: its elements are whatever the memory held.</summary>
    /// <param name="shape">The length of each axis.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">Where it lives; the CPU when null.</param>
    public static Tensor Empty(ReadOnlySpan<int> shape, DType dtype = DType.Float32, Device? device = null) =>
        Allocate(new Shape(shape), dtype, device ?? Device.Cpu);

    /// <summary>Zeros of another tensor's shape, type and device.</summary>
    /// <param name="like">The other tensor.</param>
    public static Tensor ZerosLike(Tensor like) => FullLike(like, 0.0);

    /// <summary>Ones of another tensor's shape, type and device.</summary>
    /// <param name="like">The other tensor.</param>
    public static Tensor OnesLike(Tensor like) => FullLike(like, 1.0);

    /// <summary>One number, repeated, of another tensor's shape, type and device.</summary>
    /// <param name="like">The other tensor.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="DTypeException">The other tensor's type is an integer type that does not hold the number.</exception>
    public static Tensor FullLike(Tensor like, Scalar value)
    {
        ArgumentNullException.ThrowIfNull(like);
        like.DType.CheckHolds(value, "FullLike");
        return Filling.Filled(like.Shape, value, like.DType, like.Device);
    }

    /// <summary>An uninitialized tensor of another tensor's shape, type and device.</summary>
    /// <param name="like">The other tensor.</param>
    public static Tensor EmptyLike(Tensor like)
    {
        ArgumentNullException.ThrowIfNull(like);
        return Allocate(like.Layout, like.DType, like.Device);
    }

    /// <summary>A one-dimensional tensor of the given numbers, copied.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The numbers.</param>
    public static Tensor From<T>(ReadOnlySpan<T> values)
        where T : unmanaged => From(values, [values.Length]);

    /// <summary>A tensor of the given numbers in row-major order, copied.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The numbers.</param>
    /// <param name="shape">The length of each axis; their product is the number of values.</param>
    /// <exception cref="ShapeException">The number of values does not fit the shape.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        Filling.CheckCount(values.Length, shape);
        Tensor result = Allocate(shape, DTypes.Of<T>(), Device.Cpu);
        using Lease<T> lease = new(result);
        values.CopyTo(lease.Span);
        return result;
    }

    /// <summary>A one-dimensional tensor of the given numbers, copied.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The numbers.</param>
    public static Tensor From<T>(T[] values)
        where T : unmanaged => From(new ReadOnlySpan<T>(values));

    /// <summary>A tensor of the given numbers in row-major order, copied.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The numbers.</param>
    /// <param name="shape">The length of each axis; their product is the number of values.</param>
    /// <exception cref="ShapeException">The number of values does not fit the shape.</exception>
    public static Tensor From<T>(T[] values, params ReadOnlySpan<int> shape)
        where T : unmanaged => From(new ReadOnlySpan<T>(values), shape);

    /// <summary>A matrix of the given numbers, copied.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The numbers.</param>
    public static Tensor From<T>(T[,] values)
        where T : unmanaged => FromArray<T>(values);

    /// <summary>A tensor of three axes from the given numbers, copied.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The numbers.</param>
    public static Tensor From<T>(T[,,] values)
        where T : unmanaged => FromArray<T>(values);

    /// <summary>A tensor of four axes from the given numbers, copied.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The numbers.</param>
    public static Tensor From<T>(T[,,,] values)
        where T : unmanaged => FromArray<T>(values);

    /// <summary>A zero-dimensional tensor of one number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="dtype">The element type; the number's own (float32, int64 or bool) when null.</param>
    /// <param name="device">Where it lives; the CPU when null.</param>
    /// <exception cref="DTypeException">The element type is an integer type that does not hold the number.</exception>
    public static Tensor FromScalar(Scalar value, DType? dtype = null, Device? device = null)
    {
        DType type = dtype ?? value.DType;
        type.CheckHolds(value, "FromScalar");
        return Filling.Filled([], value, type, device ?? Device.Cpu);
    }

    private static Tensor FromArray<T>(Array values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        int[] shape = new int[values.Rank];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = values.GetLength(axis);
        }

        ref T first = ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values));
        return From<T>(MemoryMarshal.CreateReadOnlySpan(ref first, values.Length), shape);
    }
}

/// <summary>Tensors of one number.</summary>
internal static class Filling
{
    public static Tensor Filled(ReadOnlySpan<int> shape, Scalar value, DType dtype, Device device)
    {
        Tensor result = Tensor.Allocate(shape, dtype, device);
        result.Backend.Fill(result, value);
        return Recording.Made(new FillOperation("Full", value), result);
    }

    /// <summary>
    /// A number as an operand of integer arithmetic, which goes on modulo the width of the type: a number that the type does not hold wraps
    /// as the result does.
    /// </summary>
    public static Tensor Wrapped(Scalar value, DType dtype, Device device) => Filling.Filled([], value, dtype, device);

    public static void CheckCount(long values, ReadOnlySpan<int> shape)
    {
        if (new Shape(shape).Count != values)
        {
            throw new ShapeException(
                $"From: {values} values do not fit the shape {Shape.Format(shape)}, which has {new Shape(shape).Count} elements.");
        }
    }
}
