using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepLearning.Backends.Cpu;

namespace DeepLearning.Tests.Backends.Cpu;

[Collection("Thread setting")]
[Trait("Rerun", "Simd")]
public unsafe class GemmTests
{
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 31, 33, 48, 49, 63, 65, 95, 97, 130];

    public enum Storage
    {
        Rows,
        Columns,
        Spread,
        Reversed,
    }

    [Theory]
    [CombinatorialStorage]
    public void Small_products_equal_the_naive_loop(Storage a, Storage b)
    {
        var random = new Random(1);
        for (var i = 0; i < 150; i++)
        {
            int Size() => Sizes[random.Next(Sizes.Length)];
            Check<float>(new Case(Size(), Size(), Size(), a, b, i % 2 == 0, i % 3 == 0, i % 5 == 0), random);
            Check<double>(new Case(Size(), Size(), Size(), a, b, i % 2 == 1, i % 3 == 1, i % 5 == 1), random);
        }
    }

    [Theory]
    [InlineData(130, 200, 300)]
    [InlineData(257, 113, 259)]
    [InlineData(8, 1000, 600)]
    [InlineData(500, 17, 513)]
    [InlineData(67, 67, 1025)]
    public void Blocked_products_equal_the_naive_loop(int m, int n, int k)
    {
        var random = new Random(2);
        foreach (var a in Enum.GetValues<Storage>())
        {
            foreach (var b in Enum.GetValues<Storage>())
            {
                Check<float>(new Case(m, n, k, a, b, a == Storage.Columns, b == Storage.Rows, a == b), random);
            }
        }

        Check<double>(new Case(m, n, k, Storage.Rows, Storage.Columns, true, true, true), random);
        Check<double>(new Case(m, n, k, Storage.Columns, Storage.Rows, false, true, false), random);
    }

    [Fact]
    public void Products_over_no_terms_are_the_bias()
    {
        var random = new Random(3);
        foreach (var accumulate in new[] { false, true })
        {
            Check<float>(new Case(5, 19, 0, Storage.Rows, Storage.Rows, accumulate, true, true), random);
            Check<float>(new Case(5, 19, 0, Storage.Rows, Storage.Rows, accumulate, false, false), random);
            Check<double>(new Case(1, 1, 0, Storage.Rows, Storage.Rows, accumulate, true, false), random);
        }

        Check<float>(new Case(0, 19, 3, Storage.Rows, Storage.Rows, false, true, true), random);
        Check<float>(new Case(5, 0, 3, Storage.Rows, Storage.Rows, false, true, true), random);
    }

    [Fact]
    public void Every_vector_width_gives_the_product()
    {
        foreach (var (m, n, k) in new[] { (1, 37, 21), (37, 1, 21), (5, 7, 3), (13, 29, 31), (100, 130, 270), (70, 90, 65) })
        {
            if (Avx512F.IsSupported)
            {
                CheckWidth<float, Vector512<float>, Simd512<float>>(m, n, k);
                CheckWidth<double, Vector512<double>, Simd512<double>>(m, n, k);
            }

            if (Avx2.IsSupported && Fma.IsSupported)
            {
                CheckWidth<float, Vector256<float>, Simd256<float>>(m, n, k);
                CheckWidth<double, Vector256<double>, Simd256<double>>(m, n, k);
            }

            CheckWidth<float, Vector128<float>, Simd128<float>>(m, n, k);
            CheckWidth<double, Vector128<double>, Simd128<double>>(m, n, k);
            CheckWidth<float, float, Simd1<float>>(m, n, k);
            CheckWidth<double, double, Simd1<double>>(m, n, k);
        }
    }

    [Fact]
    public void Repeated_rows_and_columns_may_have_stride_zero()
    {
        float[] row = [1, 2, 3, 4, 5];
        var c = new float[4 * 5];
        fixed (float* p = row, q = c)
        {
            Gemm.Run(4, 5, 3, p, 0, 1, p, 1, 0, q, 5);
            Assert.All(c, value => Assert.Equal(14f, value));
            Gemm.Run(4, 5, 3, p, 0, 0, p, 0, 0, q, 5);
            Assert.All(c, value => Assert.Equal(3f, value));
            Gemm.Run(4, 5, 3, p, 0, 1, p, 0, 1, q, 5);
            Assert.Equal([6f, 12f, 18f, 24f, 30f, 6f, 12f, 18f, 24f, 30f, 6f, 12f, 18f, 24f, 30f, 6f, 12f, 18f, 24f, 30f], c);
        }
    }

    [Theory]
    [InlineData(300, 400, 500)]
    [InlineData(1, 5000, 300)]
    [InlineData(5000, 1, 300)]
    [InlineData(128, 512, 784)]
    [InlineData(33, 65, 900)]
    public void Any_number_of_threads_gives_the_same_bits(int m, int n, int k)
    {
        var random = new Random(4);
        var a = Random<float>(m * k, random);
        var b = Random<float>(k * n, random);
        float[]? expected = null;
        foreach (var threads in new[] { 1, 2, 3, 7 })
        {
            using var setting = new ThreadSetting(threads);
            var c = new float[m * n];
            fixed (float* pa = a, pb = b, pc = c)
            {
                Gemm.Run(m, n, k, pa, k, 1, pb, 1, k, pc, n);
            }

            expected ??= c;
            Assert.Equal(expected, c);
        }
    }

    [Fact]
    public void The_bits_of_an_element_do_not_depend_on_where_it_stands()
    {
        const int M = 101, N = 203, K = 300;
        var random = new Random(5);
        var row = Random<float>(K, random);
        var c = new float[M * N];
        fixed (float* p = row, pc = c)
        {
            Gemm.Run(M, N, K, p, 0, 1, p, 1, 0, pc, N);
        }

        Assert.All(c, value => Assert.Equal(c[0], value));
    }

    [Fact]
    public void Several_threads_may_multiply_at_once()
    {
        var random = new Random(6);
        var failures = 0;
        var threads = Enumerable.Range(0, 4).Select(i =>
        {
            var own = new Random(random.Next());
            return new Thread(() =>
            {
                for (var repeat = 0; repeat < 5; repeat++)
                {
                    try
                    {
                        Check<float>(new Case(90 + i, 150, 260, Storage.Rows, Storage.Columns, false, true, false), own);
                    }
                    catch (Exception)
                    {
                        Interlocked.Increment(ref failures);
                    }
                }
            });
        }).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, failures);
    }

    [Theory]
    [InlineData(64, 3, 5, 2)]
    [InlineData(3, 60, 70, 80)]
    [InlineData(12, 64, 64, 32)]
    public void A_batch_equals_its_single_products(int batches, int m, int n, int k)
    {
        var random = new Random(7);
        var a = Random<float>(batches * m * k, random);
        var b = Random<float>(k * n, random);
        var offsets = Enumerable.Range(0, batches).Select(i => (long)(batches - 1 - i) * m * k).ToArray();
        var expected = new float[batches * m * n];
        var strided = new float[batches * m * n];
        var indexed = new float[batches * m * n];
        fixed (float* pa = a, pb = b, pe = expected, ps = strided, pi = indexed)
        fixed (long* po = offsets)
        {
            for (var i = 0; i < batches; i++)
            {
                Gemm.Run(m, n, k, pa + (i * m * k), k, 1, pb, n, 1, pe + (i * m * n), n);
            }

            var left = new StridedMatrix<float>(pa, k, 1);
            var right = new StridedMatrix<float>(pb, n, 1);
            Gemm.RunBatch(
                batches, m, n, k, left, new BatchOffsets(m * k), right, new BatchOffsets(0), ps, new BatchOffsets(m * n), n, false,
                default(NoEpilogue<float>));
            Gemm.RunBatch(
                batches, m, n, k, left, new BatchOffsets(po), right, new BatchOffsets(0), pi, new BatchOffsets(m * n), n, false,
                default(NoEpilogue<float>));
        }

        Assert.Equal(expected, strided);
        for (var i = 0; i < batches; i++)
        {
            Assert.Equal(expected.AsSpan((batches - 1 - i) * m * n, m * n), indexed.AsSpan(i * m * n, m * n));
        }
    }

    private static T[] Random<T>(int count, Random random)
        where T : INumberBase<T>
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = T.CreateChecked(random.NextDouble() - 0.5);
        }

        return values;
    }

    /// <summary>Elements at the given strides in an array with guard values around them.</summary>
    private static (T[] Data, int Offset, int RowStride, int ColumnStride) Store<T>(int rows, int columns, Storage storage, Random random)
        where T : INumberBase<T>
    {
        var size = Math.Max(1, rows * columns);
        return storage switch
        {
            Storage.Rows => (Random<T>(size, random), 0, columns, 1),
            Storage.Columns => (Random<T>(size, random), 0, 1, rows),
            Storage.Spread => (Random<T>(size * 6, random), 1, (columns * 3) + 1, 2),
            _ => (Random<T>(size, random), size - 1, -columns, -1),
        };
    }

    private static void Check<T>(Case size, Random random)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Check<T>(size, random, (problem) => Gemm.Run(
            size.M, size.N, size.K, problem.A, problem.ARow, problem.ACol, problem.B, problem.BRow, problem.BCol,
            problem.C, problem.CRow, size.Accumulate, problem.PerColumn, problem.PerRow));

    private static void CheckWidth<T, V, TSimd>(int m, int n, int k)
        where T : unmanaged, IFloatingPointIeee754<T>
        where V : struct
        where TSimd : struct, ISimd<T, V>
    {
        foreach (var (a, b) in new[] { (Storage.Rows, Storage.Rows), (Storage.Columns, Storage.Columns), (Storage.Rows, Storage.Columns) })
        {
            var size = new Case(m, n, k, a, b, a != b, true, true);
            Check<T>(size, new Random(8), p => Gemm.Run<T, V, TSimd, BiasEpilogue<T>>(
                m, n, k, new StridedMatrix<T>(p.A, p.ARow, p.ACol), new StridedMatrix<T>(p.B, p.BRow, p.BCol), p.C, p.CRow, size.Accumulate,
                new BiasEpilogue<T>(p.PerColumn, p.PerRow)));
        }
    }

    private static void Check<T>(Case size, Random random, Product<T> product)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (m, n, k) = (size.M, size.N, size.K);
        var (a, aOffset, aRow, aCol) = Store<T>(m, k, size.A, random);
        var (b, bOffset, bRow, bCol) = Store<T>(k, n, size.B, random);
        var cRow = n + 3;
        var c = Random<T>((m * cRow) + 1, random);
        var before = c.ToArray();
        var perColumn = Random<T>(n + 1, random);
        var perRow = Random<T>(m + 1, random);
        fixed (T* pa = a, pb = b, pc = c, pColumn = perColumn, pRow = perRow)
        {
            product(new Problem<T>
            {
                A = pa + aOffset,
                ARow = aRow,
                ACol = aCol,
                B = pb + bOffset,
                BRow = bRow,
                BCol = bCol,
                C = pc,
                CRow = cRow,
                PerColumn = size.PerColumn ? pColumn : null,
                PerRow = size.PerRow ? pRow : null,
            });
        }

        var tolerance = typeof(T) == typeof(float) ? 2e-6 : 4e-15;
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < cRow; j++)
            {
                var at = (i * cRow) + j;
                if (j >= n)
                {
                    Assert.True(before[at] == c[at], $"{size}: wrote behind row {i}");
                    continue;
                }

                var sum = size.Accumulate ? double.CreateChecked(before[at]) : 0.0;
                for (var p = 0; p < k; p++)
                {
                    sum += double.CreateChecked(
                        a[aOffset + (i * aRow) + (p * aCol)]) * double.CreateChecked(b[bOffset + (p * bRow) + (j * bCol)]);
                }

                sum += size.PerColumn ? double.CreateChecked(perColumn[j]) : 0.0;
                sum += size.PerRow ? double.CreateChecked(perRow[i]) : 0.0;
                var difference = Math.Abs(sum - double.CreateChecked(c[at]));
                Assert.True(difference <= tolerance * (1 + Math.Sqrt(k)), $"{size}: at ({i}, {j}) {c[at]}, not {sum}");
            }
        }

        Assert.Equal(before[^1], c[^1]);
    }

    private delegate void Product<T>(Problem<T> problem)
        where T : unmanaged;

    private struct Problem<T>
        where T : unmanaged
    {
        public T* A;
        public long ARow;
        public long ACol;
        public T* B;
        public long BRow;
        public long BCol;
        public T* C;
        public long CRow;
        public T* PerColumn;
        public T* PerRow;
    }

    private sealed record Case(int M, int N, int K, Storage A, Storage B, bool Accumulate, bool PerColumn, bool PerRow);

    private sealed class CombinatorialStorageAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from a in Enum.GetValues<Storage>() from b in Enum.GetValues<Storage>() select new object[] { a, b };
    }
}
