using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Backends;
using DeepLearning.Serialization;
using Microsoft.Win32.SafeHandles;

namespace DeepLearning.Data;

/// <summary>
/// A file of records of one shape, read by position and never loaded as a whole: for sets larger than memory. Its records come from
/// a plain file of numbers, an uncompressed IDX file, or a tensor of a safetensors file. Threads may share it.
/// </summary>
/// <remarks>
/// Records are read with positioned reads, which the system's file cache answers, and not through mapped memory: a mapped file that
/// another program makes shorter, or a disk that fails, ends the whole process, while here it is an exception. Neighboring records of
/// a batch are read at once.
/// </remarks>
public sealed class RecordFile : IBatchedDataset<Tensor, Tensor>, IDisposable
{
    private const int LongestRead = 1 << 30;

    private readonly SafeFileHandle _handle;
    private readonly RecordLayout _layout;
    private readonly long _storedBytes;
    private readonly int _elements;

    /// <summary>Opens a file that holds the numbers of the records one after the other, in the machine's byte order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dtype">The type of the numbers.</param>
    /// <param name="shape">The shape of one record; none for single numbers.</param>
    /// <param name="offset">Where the first record begins.</param>
    /// <param name="count">The number of records; as many as follow the offset when null, which must then be whole.</param>
    /// <exception cref="InvalidDataException">The file is too short for them, or does not end with a whole record.</exception>
    /// <exception cref="ShapeException">A length is not positive.</exception>
    public RecordFile(string path, DType dtype, ReadOnlySpan<int> shape, long offset = 0, int? count = null)
        : this(path, Layout(path, dtype, shape, offset, count))
    {
    }

    private RecordFile(string path, RecordLayout layout)
    {
        long elements = layout.Shape.Count, longest = Array.MaxLength / Math.Max(layout.DType.Size(), layout.StoredBytes);
        if (layout.Count > int.MaxValue || elements > longest)
        {
            throw new InvalidDataException($"{path}: {layout.Count} records of shape {layout.Shape}; up to {int.MaxValue} records of "
                + $"up to {longest} elements can be read.");
        }

        _layout = layout;
        _elements = (int)elements;
        _storedBytes = elements * layout.StoredBytes;
        FileName = path;
        _handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        long length = RandomAccess.GetLength(_handle);
        if (length - layout.Start < Count * _storedBytes)
        {
            _handle.Dispose();
            throw new InvalidDataException($"{path}: {layout.Count} records of {_storedBytes} bytes from byte {layout.Start} on need "
                + $"{layout.Start + (Count * (Int128)_storedBytes)} bytes, and the file has {length}.");
        }
    }

    /// <summary>The file.</summary>
    public string FileName { get; }

    /// <inheritdoc/>
    public override string ToString() => $"RecordFile {FileName}: {Count} records {DType.Name()}{Shape}";

    /// <summary>The number of records.</summary>
    public int Count => (int)_layout.Count;

    /// <summary>The shape of one record.</summary>
    public Shape Shape => _layout.Shape;

    /// <summary>The type of the numbers in tensors.</summary>
    public DType DType => _layout.DType;

    /// <summary>One record.</summary>
    /// <param name="index">Its position.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    /// <exception cref="InvalidDataException">The file has become shorter, or a truth value in it is neither 0 nor 1.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor this[int index] => GetBatch([index]).Reshape(Shape);

    /// <summary>Opens an uncompressed IDX file; a record is a place of its first axis.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is compressed, not an IDX file, or of another length than its header says.</exception>
    public static RecordFile OpenIdx(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new RecordFile(path, RecordLayout.OfIdx(path));
    }

    /// <summary>Opens a tensor of a safetensors file; a record is a place of its first axis.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="SafetensorsException">It is not a safetensors file.</exception>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="ShapeException">The tensor has no axes.</exception>
    public static RecordFile OpenSafetensors(string path, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new RecordFile(path, RecordLayout.OfSafetensors(path, name));
    }

    /// <summary>Writes records one after the other into a plain file, as the constructor opens it.</summary>
    /// <param name="path">The file; one that exists is replaced when the new one is complete.</param>
    /// <param name="records">The records, all of one shape and type; only one at a time is needed in memory.</param>
    /// <returns>The number of records.</returns>
    /// <exception cref="ShapeException">A record has another shape or type than the first.</exception>
    public static int Write(string path, IEnumerable<Tensor> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        int count = 0;
        AtomicFile.Write(path, stream =>
        {
            (Shape Shape, DType DType)? first = null;
            foreach (Tensor record in records)
            {
                first ??= (record.Shape, record.DType);
                if (first != (record.Shape, record.DType))
                {
                    throw new ShapeException($"RecordFile.Write: record {count} is {record.DType.Name()}{record.Shape}, the first is "
                        + $"{first.Value.DType.Name()}{first.Value.Shape}.");
                }

                Tensor packed = record.OnHost();
                using Lease<byte> lease = Lease<byte>.Bytes(packed);
                stream.Write(MemoryMarshal.CreateReadOnlySpan(ref lease.First, checked((int)(packed.Count * packed.DType.Size()))));
                count = checked(count + 1);
            }
        });
        return count;
    }

    /// <summary>Some records, stacked along a new first axis.</summary>
    /// <param name="indices">Their positions.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    /// <exception cref="InvalidDataException">The file has become shorter, or a truth value in it is neither 0 nor 1.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor GetBatch(ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)Count)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"{FileName} has {Count} records, from 0.");
            }
        }

        Tensor result = Tensor.Empty([indices.Length, .. Shape], DType, Device.Cpu);
        using Lease<byte> lease = Lease<byte>.Bytes(result);
        long bytes = (long)_elements * DType.Size();
        for (int at = 0; at < indices.Length;)
        {
            int run = Run(indices[at..]);
            Read(indices[at], MemoryMarshal.CreateSpan(ref Unsafe.Add(ref lease.First, (nint)(at * bytes)), (int)(run * bytes)));
            at += run;
        }

        return result;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private static RecordLayout Layout(string path, DType dtype, ReadOnlySpan<int> shape, long offset, int? count)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count ?? 0, nameof(count));
        Shape record = new(shape);
        if (record.Count == 0)
        {
            throw new ShapeException($"RecordFile: records of shape {record} have no elements.");
        }

        long following = Math.Max(new FileInfo(path).Length - offset, 0);
        Int128 bytes = (Int128)record.Count * dtype.Size();
        if (count is null && following % bytes != 0)
        {
            throw new InvalidDataException(
                $"{path}: the {following} bytes from byte {offset} on are not whole records of {bytes} bytes, {dtype.Name()}{record}.");
        }

        return new RecordLayout(offset, count ?? (long)(following / bytes), record, dtype, dtype.Size());
    }

    /// <summary>How many of the positions follow each other, as far as one read goes.</summary>
    private int Run(ReadOnlySpan<int> indices)
    {
        int run = 1;
        long longest = LongestRead / Math.Max(1, Math.Max(_storedBytes, (long)_elements * DType.Size()));
        while (run < indices.Length && run < longest && indices[run] == indices[0] + run)
        {
            run++;
        }

        return run;
    }

    private void Read(int record, Span<byte> to)
    {
        if (_layout.Conversion is null)
        {
            Fill(record, to);
            if (DType == DType.Bool && to.ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                throw new InvalidDataException($"{FileName}: from record {record} on there is a truth value that is neither 0 nor 1.");
            }

            return;
        }

        int stored = to.Length / DType.Size() * _layout.StoredBytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(stored);
        try
        {
            Fill(record, buffer.AsSpan(0, stored));
            _layout.Conversion(buffer.AsSpan(0, stored), to);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException(
                $"{FileName}: from record {record} on there is a number that does not fit into {DType.Name()}.", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Fill(int record, Span<byte> bytes)
    {
        long position = _layout.Start + (record * _storedBytes);
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(_handle, bytes[done..], position + done);
            if (read == 0)
            {
                throw new InvalidDataException($"{FileName}: the file has become shorter since it was opened: it ends at byte "
                    + $"{position + done}, inside record {record + (done / Math.Max(_storedBytes, 1))}.");
            }

            done += read;
        }
    }
}
