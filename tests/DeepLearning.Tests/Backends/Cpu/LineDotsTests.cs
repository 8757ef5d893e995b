using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepLearning.Backends.Cpu;

namespace DeepLearning.Tests.Backends.Cpu;

/// <summary>Dot products of a vector with lines: the same bits at every width and wherever a line stands.</summary>
public sealed unsafe class LineDotsTests
{
    private const int Lines = 9;

    public static TheoryData<int> Lengths => [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 47, 63, 64, 65, 95, 97, 100, 129, 200];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Every_width_gives_the_same_bits_as_one_lane_at_a_time(int k)
    {
        Check<float, Vector128<float>, Simd128<float>, float, Simd1<float>>(k);
        Check<double, Vector128<double>, Simd128<double>, double, Simd1<double>>(k);
        if (Avx2.IsSupported && Fma.IsSupported)
        {
            Check<float, Vector256<float>, Simd256<float>, float, Simd1<float>>(k);
            Check<double, Vector256<double>, Simd256<double>, double, Simd1<double>>(k);
        }

        if (Avx512F.IsSupported)
        {
            Check<float, Vector512<float>, Simd512<float>, float, Simd1<float>>(k);
            Check<double, Vector512<double>, Simd512<double>, double, Simd1<double>>(k);
        }
    }

    private static void Check<T, V, TSimd, V1, TSimd1>(int k)
        where T : unmanaged, INumber<T>
        where V : struct
        where TSimd : struct, ISimd<T, V>
        where V1 : struct
        where TSimd1 : struct, ISimd<T, V1>
    {
        // Lines stand further apart than they are long; what lies between must not count.
        var stride = k + 3;
        var random = new Random(k);
        var data = Enumerable.Range(0, Lines * stride)
            .Select(i => i % stride < k ? T.CreateTruncating(random.NextDouble() - 0.5) : T.CreateTruncating(1e30)).ToArray();
        var x = Enumerable.Range(0, k).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5)).ToArray();
        fixed (T* lines = data, factors = x)
        {
            for (var count = 1; count <= Lines; count++)
            {
                T[] expected = new T[count], actual = new T[count];
                fixed (T* to = expected, too = actual)
                {
                    LineDots<T, V1, TSimd1>.Run(lines, stride, count, k, factors, to);
                    LineDots<T, V, TSimd>.Run(lines, stride, count, k, factors, too);
                }

                Assert.Equal(expected, actual);
            }

            var sum = Enumerable.Range(0, k).Sum(p => double.CreateTruncating(data[p]) * double.CreateTruncating(x[p]));
            var first = default(T);
            LineDots<T, V, TSimd>.Run(lines, stride, 1, k, factors, &first);
            Assert.Equal(sum, double.CreateTruncating(first), 1e-4);
        }
    }
}
