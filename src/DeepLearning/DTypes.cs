using System.Runtime.CompilerServices;

namespace DeepLearning;

/// <summary>Facts about element types: sizes, categories and PyTorch's promotion rules.</summary>
public static class DTypes
{
    private static readonly int[] _sizes = [4, 8, 2, 2, 8, 4, 1, 1];
    private static readonly string[] _names = ["float32", "float64", "float16", "bfloat16", "int64", "int32", "uint8", "bool"];

    /// <summary>Bytes an element takes.</summary>
    /// <param name="dtype">The element type.</param>
    public static int Size(this DType dtype) => _sizes[(int)dtype];

    /// <summary>The name PyTorch gives the type, such as <c>float32</c>.</summary>
    /// <param name="dtype">The element type.</param>
    public static string Name(this DType dtype) => _names[(int)dtype];

    /// <summary>True for float32, float64, float16 and bfloat16: the types that can carry gradients.</summary>
    /// <param name="dtype">The element type.</param>
    public static bool IsFloatingPoint(this DType dtype) => dtype <= DType.BFloat16;

    /// <summary>True for int64, int32 and uint8.</summary>
    /// <param name="dtype">The element type.</param>
    public static bool IsInteger(this DType dtype) => dtype is DType.Int64 or DType.Int32 or DType.UInt8;

    /// <summary>
    /// The type of a result computed from tensors of both types (PyTorch's <c>promote_types</c>): the higher of the categories
    /// bool &lt; integer &lt; floating point; inside one category the wider type; float16 with bfloat16 gives float32.
    /// </summary>
    /// <param name="a">One element type.</param>
    /// <param name="b">The other.</param>
    public static DType Promote(DType a, DType b)
    {
        if (a == b)
        {
            return a;
        }

        int categoryA = Category(a), categoryB = Category(b);
        if (categoryA != categoryB)
        {
            return categoryA > categoryB ? a : b;
        }

        // The two 16-bit types have no common one of their size.
        return a.Size() == b.Size() ? DType.Float32 : a.Size() > b.Size() ? a : b;
    }

    /// <summary>The <see cref="DType"/> of a .NET element type.</summary>
    /// <typeparam name="T">float, double, Half, BFloat16, long, int, byte or bool.</typeparam>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not an element type.</exception>
    public static DType Of<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(float)) { return DType.Float32; }
        if (typeof(T) == typeof(double)) { return DType.Float64; }
        if (typeof(T) == typeof(long)) { return DType.Int64; }
        if (typeof(T) == typeof(int)) { return DType.Int32; }
        if (typeof(T) == typeof(byte)) { return DType.UInt8; }
        if (typeof(T) == typeof(bool)) { return DType.Bool; }
        if (typeof(T) == typeof(Half)) { return DType.Float16; }
        if (typeof(T) == typeof(BFloat16)) { return DType.BFloat16; }
        throw new DTypeException($"{typeof(T).Name} is no element type; use float, double, Half, BFloat16, long, int, byte or bool.");
    }

    /// <summary>
    /// The type of an elementwise result: tensors with dimensions decide; a zero-dimensional tensor, and after it a number, only
    /// where its category is higher (PyTorch's <c>result_type</c>).
    /// </summary>
    internal static DType ResultOf(Tensor a, Tensor b)
    {
        if (a.DType == b.DType)
        {
            return a.DType;
        }

        bool zeroA = a.Rank == 0, zeroB = b.Rank == 0;
        return zeroA == zeroB ? Promote(a.DType, b.DType) : zeroA ? Combine(b.DType, a.DType) : Combine(a.DType, b.DType);
    }

    /// <summary>As <see cref="ResultOf(Tensor, Tensor)"/>, of three operands.</summary>
    internal static DType ResultOf(Tensor a, Tensor b, Tensor c)
    {
        DType? dimensioned = null, zeroDimensional = null;
        foreach (Tensor x in new ReadOnlySpan<Tensor>([a, b, c]))
        {
            ref DType? kind = ref x.Rank == 0 ? ref zeroDimensional : ref dimensioned;
            kind = kind is { } other ? Promote(other, x.DType) : x.DType;
        }

        return dimensioned is { } high ? zeroDimensional is { } low ? Combine(high, low) : high : zeroDimensional!.Value;
    }

    internal static DType ResultOf(DType tensor, Scalar number) => Combine(tensor, number.DType);

    /// <summary>Whether an element of an integer type can be the number, a fraction cut off; any number can be of another type.</summary>
    internal static bool Holds(this DType dtype, Scalar number)
    {
        if (!dtype.IsInteger())
        {
            return true;
        }

        if (number.DType.IsFloatingPoint() && !(number.ToDouble() is >= -9223372036854775808.0 and < 9223372036854775808.0))
        {
            return false;
        }

        (long least, long most) = Range(dtype);
        return number.ToInt64() >= least && number.ToInt64() <= most;
    }

    /// <summary>The least and the greatest number of an integer type.</summary>
    internal static (long Least, long Most) Range(DType dtype) => dtype switch
    {
        DType.UInt8 => (byte.MinValue, byte.MaxValue),
        DType.Int32 => (int.MinValue, int.MaxValue),
        DType.Int64 => (long.MinValue, long.MaxValue),
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "is no integer type"),
    };

    /// <summary>Refuses a number that elements of an integer type cannot be: written there it would wrap around.</summary>
    internal static void CheckHolds(this DType dtype, Scalar number, string operation)
    {
        if (!dtype.Holds(number))
        {
            (long least, long most) = Range(dtype);
            throw new DTypeException(
                $"{operation}: the number {number} does not fit into a tensor of {dtype.Name()}, whose elements are {least} to {most}; use "
                + "a tensor of a wider type.");
        }
    }

    /// <summary>
    /// What a switch over element types throws for one that it does not name. None may stand for "all others": the code of another
    /// type would read and write past the elements.
    /// </summary>
    internal static DTypeException Unsupported(DType dtype, [CallerMemberName] string operation = "") =>
        new($"{operation}: not defined for {dtype.Name()} tensors; convert with To(DType.Float32), or another type that it takes.");

    /// <summary>The type in which elements are computed: 16-bit floats in float32, the others as they are.</summary>
    internal static DType Compute(this DType dtype) => dtype is DType.Float16 or DType.BFloat16 ? DType.Float32 : dtype;

    private static DType Combine(DType higher, DType lower) =>
        higher.IsFloatingPoint() || Category(higher) >= Category(lower) ? higher : Promote(higher, lower);

    private static int Category(DType dtype) => dtype.IsFloatingPoint() ? 2 : dtype == DType.Bool ? 0 : 1;
}
