using System.Numerics.Tensors;
using DeepLearning.Formats;

namespace DeepLearning.Pretrained;

/// <summary>
/// A matrix whose rows are quantized, [rows, columns]. Products are computed from its bytes as they are, by integer dot products with an
/// input that is rounded to 8 bits; nothing is decoded in advance. Results do not depend on the number of threads.
/// </summary>
public sealed class QuantizedMatrix
{
    private readonly Tensor _bytes;
    private readonly Tensor? _rowScales;
    private readonly GgufType? _type;

    private QuantizedMatrix(Tensor bytes, Tensor? rowScales, GgufType? type, int rows, int columns)
    {
        bytes.LeaveScope();
        rowScales?.LeaveScope();
        (_bytes, _rowScales, _type, Rows, Columns) = (bytes, rowScales, type, rows, columns);
    }

    /// <summary>The number of rows: of outputs.</summary>
    public int Rows { get; }

    /// <summary>The number of columns: of inputs.</summary>
    public int Columns { get; }

    /// <summary>How the numbers are stored: a type of GGUF, or <c>int8 rows</c>.</summary>
    public string Kind => _type?.ToString() ?? "int8 rows";

    /// <summary>The memory that the numbers take, in bytes.</summary>
    public long ByteLength => _bytes.Count + ((_rowScales?.Count ?? 0) * sizeof(float));

    /// <summary>Takes the blocks of a GGUF file as they are.</summary>
    /// <param name="blocks">uint8, [rows, bytes of a row], as <see cref="GgufFile.MapBlocks"/> gives them; not copied.</param>
    /// <param name="type">A quantized type that the library decodes.</param>
    /// <exception cref="ArgumentException">The bytes do not make a matrix of whole blocks, or the type is not decoded.</exception>
    public static QuantizedMatrix FromBlocks(Tensor blocks, GgufType type)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        if (!GgufBlocks.TryFind(type, out GgufBlocks? kind) || kind.Decode is null)
        {
            throw new ArgumentException($"QuantizedMatrix: the type {type} is not decoded.", nameof(type));
        }

        return blocks.DType == DType.UInt8 && blocks.Rank == 2 && blocks.Size(1) % kind.Bytes == 0
            && (long)blocks.Size(1) / kind.Bytes * kind.Elements <= int.MaxValue
            ? new QuantizedMatrix(blocks.Contiguous(), null, type, blocks.Size(0), blocks.Size(1) / kind.Bytes * kind.Elements)
            : throw new ArgumentException(
                $"QuantizedMatrix: {blocks.DType.Name()}{blocks.Shape} is no matrix of bytes whose rows are blocks of "
                + $"{kind.Bytes}, as {type} has them.", nameof(blocks));
    }

    /// <summary>Quantizes a matrix.</summary>
    /// <param name="weight">[rows, columns], of finite floating-point numbers.</param>
    /// <param name="kind">How.</param>
    /// <exception cref="ArgumentException">The rows do not fit the blocks, or a number is not finite.</exception>
    public static QuantizedMatrix Of(Tensor weight, QuantizationKind kind)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 2 || !weight.DType.IsFloatingPoint())
        {
            throw new ArgumentException($"QuantizedMatrix: {weight.DType.Name()}{weight.Shape} is no matrix of floating-point numbers.",
                nameof(weight));
        }

        if (WhyNot(weight.Size(1), kind) is { } reason)
        {
            throw new ArgumentException($"QuantizedMatrix: {reason}", nameof(weight));
        }

        using GradMode.Region none = GradMode.NoGrad();
        Tensor numbers = weight.Detach().To(Device.Cpu, DType.Float32).Contiguous();
        return kind == QuantizationKind.Int8Rows ? OfRows(numbers) : FromBlocks(
            Gguf.Quantize(numbers, kind == QuantizationKind.Int8Blocks ? GgufType.Q8_0 : GgufType.Q4_0),
            kind == QuantizationKind.Int8Blocks ? GgufType.Q8_0 : GgufType.Q4_0);
    }

    /// <summary>The numbers that stand for the matrix, float32, [rows, columns].</summary>
    public Tensor Dequantize()
    {
        using GradMode.Region none = GradMode.NoGrad();
        return _type is { } type ? Gguf.Dequantize(_bytes, type) : SignedBytes(_bytes).To(DType.Float32) * _rowScales!.Unsqueeze(1);
    }

    /// <summary>The kind and the size, as in <c>Q4_0 [4096, 4096]</c>.</summary>
    public override string ToString() => $"{Kind} [{Rows}, {Columns}]";

    /// <summary>Why rows of that length cannot be stored so; null where they can.</summary>
    internal static string? WhyNot(int columns, QuantizationKind kind) => kind switch
    {
        QuantizationKind.Int8Rows => columns is > 0 and <= QuantizedKernels.LongestIntegerRow ? null
            : $"rows of {columns} numbers are not from 1 to {QuantizedKernels.LongestIntegerRow} long.",
        QuantizationKind.Int8Blocks or QuantizationKind.Int4Blocks => columns % 32 == 0 && columns > 0 ? null
            : $"rows of {columns} numbers are no multiple of 32; take Int8Rows.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of quantization."),
    };

    /// <summary>y = x Wᵀ + bias.</summary>
    internal Tensor Linear(Tensor input, Tensor? bias)
    {
        if (input.Rank == 0 || input.Size(-1) != Columns)
        {
            throw new ShapeException($"QuantizedMatrix: an input {input.Shape} does not end in an axis of length {Columns}.");
        }

        // A gradient has to get through to what stands before; the rounding of the input has none.
        if (GradMode.Enabled && input.RequiresGrad)
        {
            return input.Linear(Dequantize().To(input.DType), bias);
        }

        using GradMode.Region none = GradMode.NoGrad();
        Tensor x = input.To(DType.Float32).Contiguous();
        Tensor y = Tensor.Empty([.. x.Shape.ToArray()[..^1], Rows], DType.Float32);
        if (y.Count > 0)
        {
            QuantizedKernels.Multiply(x, _bytes, _rowScales, _type, y, Rows, Columns);
        }

        if (bias is not null)
        {
            y = y + bias.To(DType.Float32);
        }

        return y.To(input.DType);
    }

    /// <summary>The rows of numbers, decoded: [..] → [.., columns].</summary>
    internal Tensor Rows32(Tensor indices)
    {
        long[] wanted = indices.To(DType.Int64).ToArray<long>();
        foreach (long row in wanted)
        {
            if (row < 0 || row >= Rows)
            {
                throw new IndexException($"Table: {row} is no row of {Rows}.");
            }
        }

        Tensor bytes = _bytes.IndexSelect(0, Tensor.From(wanted));
        Tensor rows = _type is { } type ? Gguf.Dequantize(bytes, type)
            : SignedBytes(bytes).To(DType.Float32) * _rowScales!.IndexSelect(0, Tensor.From(wanted)).Unsqueeze(1);
        return rows.Reshape([.. indices.Shape.ToArray(), Columns]);
    }

    private static QuantizedMatrix OfRows(Tensor numbers)
    {
        int rows = numbers.Size(0), columns = numbers.Size(1);
        byte[] bytes = new byte[(long)rows * columns];
        float[] scales = new float[rows];
        ReadOnlySpan<float> all = numbers.ToArray<float>();
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<float> row = all.Slice(i * columns, columns);
            float most = TensorPrimitives.MaxMagnitude(row);
            most = float.IsFinite(most) ? Math.Abs(most)
                : throw new ArgumentException($"QuantizedMatrix: row {i} has a number that is not finite.", nameof(numbers));
            scales[i] = most / 127;
            float inverse = most > 0 ? 127 / most : 0;
            for (int j = 0; j < columns; j++)
            {
                bytes[((long)i * columns) + j] = (byte)(sbyte)MathF.Round(row[j] * inverse);
            }
        }

        return new QuantizedMatrix(Tensor.From(bytes, rows, columns), Tensor.From(scales), null, rows, columns);
    }

    private static Tensor SignedBytes(Tensor bytes)
    {
        Tensor wide = bytes.To(DType.Int32);
        return Tensor.Where(wide.Greater(127), wide - 256, wide);
    }
}
