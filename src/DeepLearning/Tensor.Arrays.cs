using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The elements of a matrix, converted to <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The element type of the array.</typeparam>
    /// <exception cref="ShapeException">The tensor is not of rank 2.</exception>
    public T[,] ToArray2D<T>()
        where T : unmanaged
    {
        this.CheckRank(2, nameof(ToArray2D));
        return Fill<T, T[,]>(new T[Size(0), Size(1)]);
    }

    /// <summary>The elements of a tensor of rank 3, converted to <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The element type of the array.</typeparam>
    /// <exception cref="ShapeException">The tensor is not of rank 3.</exception>
    public T[,,] ToArray3D<T>()
        where T : unmanaged
    {
        this.CheckRank(3, nameof(ToArray3D));
        return Fill<T, T[,,]>(new T[Size(0), Size(1), Size(2)]);
    }

    /// <summary>The elements of a tensor of rank 4, converted to <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The element type of the array.</typeparam>
    /// <exception cref="ShapeException">The tensor is not of rank 4.</exception>
    public T[,,,] ToArray4D<T>()
        where T : unmanaged
    {
        this.CheckRank(4, nameof(ToArray4D));
        return Fill<T, T[,,,]>(new T[Size(0), Size(1), Size(2), Size(3)]);
    }

    private TArray Fill<T, TArray>(TArray array)
        where T : unmanaged
        where TArray : class
    {
        Array target = (Array)(object)array;
        CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(target)), target.Length));
        return array;
    }
}
