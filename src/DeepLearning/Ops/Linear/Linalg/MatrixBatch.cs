using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// Matrices between a tensor [.., rows, columns] and the factorizations, which want each in an array of doubles, column by column.
/// float32 is computed in float64 and rounded once.
/// </summary>
internal sealed class MatrixBatch
{
    // [.., columns, rows], contiguous, on the host.
    private readonly Tensor _transposed;
    private readonly Device _device;

    /// <summary>A tensor's matrices, to read: the memory may be the tensor's own.</summary>
    public MatrixBatch(Tensor x)
        : this(x.Detach().To(DType.Float64).T.OnHost(), x.Device)
    {
    }

    private MatrixBatch(Tensor transposed, Device device) => (_transposed, _device) = (transposed, device);

    public int Rows => _transposed.Size(-1);

    public int Columns => _transposed.Size(-2);

    public ReadOnlySpan<int> Batch => _transposed.Layout.Lengths.AsSpan(0, _transposed.Rank - 2);

    public int Count => checked((int)Shape.CountOf(Batch));

    /// <summary>Room for results of the same batch, all zero, which go to where these matrices came from.</summary>
    public MatrixBatch Room(int rows, int columns) =>
        new(Tensor.Zeros([.. Batch, columns, rows], DType.Float64, Device.Cpu), _device);

    /// <summary>A copy of one matrix.</summary>
    public double[] Copy(int index)
    {
        using Lease<double> lease = new(_transposed);
        return Elements(lease, index).ToArray();
    }

    /// <summary>Sets one matrix of a result.</summary>
    public void Write(int index, ReadOnlySpan<double> columns)
    {
        using Lease<double> lease = new(_transposed);
        columns.CopyTo(Elements(lease, index));
    }

    public Tensor ToTensor(DType dtype) => _transposed.T.To(dtype).Contiguous().To(_device);

    /// <summary>Names one matrix: "the matrix", or "the matrix at [1, 0] of the batch".</summary>
    public string NameOf(int index)
    {
        int[] place = new int[Batch.Length];
        for (int axis = place.Length - 1; axis >= 0; axis--)
        {
            (index, place[axis]) = Math.DivRem(index, Batch[axis]);
        }

        return place.Length == 0 ? "the matrix" : $"the matrix at {Shape.Format(place)} of the batch";
    }

    private Span<double> Elements(in Lease<double> lease, int index)
    {
        int size = checked(Rows * Columns);
        return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref lease.First, (nint)index * size), size);
    }
}
