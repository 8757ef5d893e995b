namespace DeepLearning.Backends.Cpu;

/// <summary>A matrix in memory: strides in elements, of any sign, zero for a dimension that repeats.</summary>
internal readonly unsafe struct StridedMatrix<T>(T* data, long rowStride, long columnStride)
    where T : unmanaged
{
    public readonly T* Data = data;
    public readonly long RowStride = rowStride;
    public readonly long ColumnStride = columnStride;

    public StridedMatrix<T> Transposed => new(Data, ColumnStride, RowStride);
}
