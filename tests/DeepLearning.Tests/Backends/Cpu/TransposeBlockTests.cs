using DeepLearning.Backends.Cpu;

namespace DeepLearning.Tests.Backends.Cpu;

/// <summary>Small transposed copies: every element to its place, and nothing beside.</summary>
[Trait("Rerun", "Simd")]
public unsafe class TransposeBlockTests
{
    private const int Guard = -7;

    [Fact]
    public void Every_size_is_copied_and_nothing_beside_it_is_written()
    {
        foreach (int lines in (int[])[0, 1, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 23])
        {
            foreach (int length in (int[])[0, 1, 3, 4, 5, 7, 8, 9, 11, 12, 15, 16, 17, 31])
            {
                Check<float>(lines, length);
                Check<double>(lines, length);
                Check<int>(lines, length);
                Check<short>(lines, length);
            }
        }
    }

    private static void Check<T>(int lines, int length)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        int sourceStride = length + 2, destinationStride = lines + 3;
        T[] source = [.. Enumerable.Range(0, (lines * sourceStride) + 1).Select(static i => T.CreateTruncating(i))];
        T[] destination = new T[(length * destinationStride) + 2], expected = new T[destination.Length];
        destination.AsSpan().Fill(T.CreateTruncating(Guard));
        expected.AsSpan().Fill(T.CreateTruncating(Guard));
        for (int p = 0; p < length; p++)
        {
            for (int j = 0; j < lines; j++)
            {
                expected[1 + (p * destinationStride) + j] = source[1 + (j * sourceStride) + p];
            }
        }

        fixed (T* from = source, to = destination)
        {
            TransposeBlock.Run(from + 1, sourceStride, lines, length, to + 1, destinationStride);
        }

        Assert.Equal(expected, destination);
    }
}
