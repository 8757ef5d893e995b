using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Backends;
using static System.Buffers.Binary.BinaryPrimitives;

namespace DeepLearning.Formats;

/// <summary>Makes quantized blocks of numbers, bit by bit as the reference (the Python package gguf).</summary>
internal static class GgufEncoders
{
    private const int BlockLength = 32;
    private const int Half = BlockLength / 2;

    /// <exception cref="ArgumentException">The type is not encoded, the rows do not fit, or a number is not finite.</exception>
    public static Tensor Encode(Tensor tensor, GgufType type, string what)
    {
        if (type is not (GgufType.Q4_0 or GgufType.Q8_0))
        {
            throw new ArgumentException($"{what}: the type {type} is not encoded; Q8_0 and Q4_0 are.", nameof(type));
        }

        if (!tensor.DType.IsFloatingPoint() || tensor.Rank == 0 || tensor.Size(-1) % BlockLength != 0)
        {
            throw new ArgumentException(
                $"{what}: a tensor {tensor.DType.Name()}{tensor.Shape} has no rows of a multiple of {BlockLength} floating-point numbers, "
                + $"as {type} needs them.", nameof(tensor));
        }

        using GradMode.Region region = GradMode.NoGrad();
        GgufBlocks blocks = GgufBlocks.Of(type);
        int[] lengths = tensor.Shape.ToArray();
        lengths[^1] = checked(lengths[^1] / BlockLength * blocks.Bytes);
        Tensor result = Tensor.Empty(lengths, DType.UInt8, Device.Cpu);
        using TensorScope scope = new();
        Tensor numbers = tensor.OnHost(DType.Float32);
        using Lease<float> from = new(numbers);
        using Lease<byte> to = new(result);
        long count = numbers.Count / BlockLength;
        for (long block = 0; block < count; block++)
        {
            ReadOnlySpan<float> x = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref from.First, (nint)(block * BlockLength)),
                BlockLength);
            Span<byte> bytes = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref to.First, (nint)(block * blocks.Bytes)), blocks.Bytes);
            bool fits = type == GgufType.Q8_0 ? TryQ8_0(x, bytes) : TryQ4_0(x, bytes);
            if (!fits)
            {
                throw new ArgumentException(
                    $"{what}: a number from the element {block * BlockLength} on is not finite, or too large for the scale of {type}, "
                        + "which is a float16.",
                    nameof(tensor));
            }
        }

        return scope.Keep(result);
    }

    /// <exception cref="ArgumentException">The type is not decoded, or the bytes are not whole blocks.</exception>
    public static Tensor Decode(Tensor bytes, GgufType type)
    {
        GgufBlocks blocks = GgufBlocks.Of(type);
        if (blocks.Decode is not { } decode)
        {
            throw new ArgumentException($"Dequantize: the type {type} is not decoded.", nameof(type));
        }

        if (bytes.DType != DType.UInt8 || bytes.Rank == 0 || bytes.Size(-1) % blocks.Bytes != 0)
        {
            throw new ArgumentException($"Dequantize: {bytes.DType.Name()}{bytes.Shape} are no rows of uint8 in whole blocks of "
                + $"{blocks.Bytes}.",
                nameof(bytes));
        }

        int[] lengths = bytes.Shape.ToArray();
        lengths[^1] = checked(lengths[^1] / blocks.Bytes * blocks.Elements);
        Tensor result = Tensor.Empty(lengths, DType.Float32, Device.Cpu);
        using TensorScope scope = new();
        Tensor host = bytes.OnHost();
        using Lease<byte> from = new(host);
        using Lease<float> to = new(result);
        for (long block = 0; block < host.Count / blocks.Bytes; block++)
        {
            decode(
                MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref from.First, (nint)(block * blocks.Bytes)), blocks.Bytes),
                MemoryMarshal.CreateSpan(ref Unsafe.Add(ref to.First, (nint)(block * blocks.Elements)), blocks.Elements));
        }

        return scope.Keep(result);
    }

    /// <summary>q = round(x / d) with halves away from zero, d = the largest magnitude / 127.</summary>
    private static bool TryQ8_0(ReadOnlySpan<float> x, Span<byte> bytes)
    {
        float most = TensorPrimitives.MaxMagnitude(x), d = Math.Abs(most) / 127;
        if (!TryWriteScale(bytes, d) || !float.IsFinite(most))
        {
            return false;
        }

        float inverse = d == 0 ? 0 : 1 / d;
        for (int i = 0; i < x.Length; i++)
        {
            bytes[2 + i] = (byte)(sbyte)MathF.Round(x[i] * inverse, MidpointRounding.AwayFromZero);
        }

        return true;
    }

    /// <summary>q = x / d + 8 rounded, d = the number of the largest magnitude, the first of them, / −8.</summary>
    private static bool TryQ4_0(ReadOnlySpan<float> x, Span<byte> bytes)
    {
        float most = 0;
        foreach (float number in x)
        {
            if (!float.IsFinite(number))
            {
                return false;
            }

            if (Math.Abs(number) > Math.Abs(most))
            {
                most = number;
            }
        }

        float d = most / -8;
        if (!TryWriteScale(bytes, d))
        {
            return false;
        }

        float inverse = d == 0 ? 0 : 1 / d;
        for (int i = 0; i < Half; i++)
        {
            bytes[2 + i] = (byte)(Nibble(x[i], inverse) | (Nibble(x[i + Half], inverse) << 4));
        }

        return true;
    }

    // The product is exact, and the sum is rounded to float32 at its end.
    private static int Nibble(float x, float inverse) => Math.Min((int)(float)(((double)x * inverse) + 8.5), 15);

    private static bool TryWriteScale(Span<byte> bytes, float d)
    {
        System.Half scale = (System.Half)d;
        WriteHalfLittleEndian(bytes, scale);
        return System.Half.IsFinite(scale);
    }
}
