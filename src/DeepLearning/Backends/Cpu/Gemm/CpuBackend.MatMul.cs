using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void MatMul(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y)
    {
        if (y.DType is DType.Float16 or DType.BFloat16)
        {
            // Summed in float32 and rounded once.
            Tensor wide = Tensor.Allocate(y.Layout, DType.Float32, y.Device);
            MatMul(Converted(a, DType.Float32), transposeA, Converted(b, DType.Float32), transposeB, wide);
            Copy(wide, y);
            return;
        }

        MatMulWork work = new(a, transposeA, b, transposeB, y);
        if (y.DType.IsFloatingPoint())
        {
            ElementTypes.Floats(y.DType, work);
            return;
        }

        ElementTypes.Integers(y.DType != DType.Bool ? y.DType : throw DTypes.Unsupported(y.DType), work);
    }

    public override bool TryLinear(Tensor x, Tensor weight, Tensor? bias, Tensor y)
    {
        if (y.DType is DType.Float16 or DType.BFloat16)
        {
            // Summed in float32 and rounded once, after the bias.
            Tensor wide = Tensor.Allocate(y.Layout, DType.Float32, y.Device);
            Tensor? wideBias = bias is null ? null : Converted(bias, DType.Float32);
            TryLinear(Converted(x, DType.Float32), Converted(weight, DType.Float32), wideBias, wide);
            Copy(wide, y);
            return true;
        }

        ElementTypes.Floats(y.DType, new LinearWork(x, weight, bias, y));
        return true;
    }

    private static void Linear<T>(Tensor x, Tensor weight, Tensor? bias, Tensor y)
        where T : unmanaged, INumberBase<T>
    {
        using Lease<T> lx = new(x), lw = new(weight), ly = new(y), lb = bias is null ? default : new(Packed(bias));
        fixed (T* px = lx, pw = lw, py = ly, pb = lb)
        {
            int[] lengths = weight.Layout.Lengths;
            long[] xs = x.Layout.Strides, ws = weight.Layout.Strides;
            Gemm.Run(x.Size(0), lengths[0], lengths[1], px, xs[0], xs[1], pw, ws[1], ws[0], py, lengths[0], false, pb);
        }
    }

    private static void MatMul<T>(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y)
        where T : unmanaged, INumberBase<T>
    {
        int m = y.Size(-2), n = y.Size(-1), k = a.Size(transposeA ? -2 : -1);
        (long aRow, long aColumn) = MatrixStrides(a, transposeA);
        (long bRow, long bColumn) = MatrixStrides(b, transposeB);
        using Lease<T> la = new(a), lb = new(b), ly = new(y);
        fixed (T* pa = la, pb = lb, py = ly)
        {
            if (y.Rank == 2)
            {
                Gemm.Run(m, n, k, pa, aRow, aColumn, pb, bRow, bColumn, py, n);
                return;
            }

            int batches = (int)(y.Count / Math.Max((long)m * n, 1));
            if (batches == 0)
            {
                return;
            }

            long[] aStarts = BatchStarts(a, y, batches), bStarts = BatchStarts(b, y, batches);
            fixed (long* aOffsets = aStarts, bOffsets = bStarts)
            {
                Gemm.RunBatch(
                    batches, m, n, k, new StridedMatrix<T>(pa, aRow, aColumn), new BatchOffsets(aOffsets),
                    new StridedMatrix<T>(pb, bRow, bColumn), new BatchOffsets(bOffsets), py, new BatchOffsets((long)m * n), n, false,
                    default(NoEpilogue<T>));
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MatMulInteger<T>(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y)
        where T : unmanaged, INumberBase<T>
    {
        int m = y.Size(-2), n = y.Size(-1), k = a.Size(transposeA ? -2 : -1);
        (long aRow, long aColumn) = MatrixStrides(a, transposeA);
        (long bRow, long bColumn) = MatrixStrides(b, transposeB);
        int batches = (int)(y.Count / Math.Max((long)m * n, 1));
        long[] aStarts = BatchStarts(a, y, batches), bStarts = BatchStarts(b, y, batches);
        using Lease<T> la = new(a), lb = new(b), ly = new(y);
        fixed (T* pa = la, pb = lb, py = ly)
        {
            T* target = py;
            for (int batch = 0; batch < batches; batch++)
            {
                for (int i = 0; i < m; i++)
                {
                    for (int j = 0; j < n; j++)
                    {
                        T* left = pa + aStarts[batch] + (i * aRow), right = pb + bStarts[batch] + (j * bColumn);
                        T sum = T.Zero;
                        for (int l = 0; l < k; l++, left += aColumn, right += bRow)
                        {
                            sum += *left * *right;
                        }

                        *target++ = sum;
                    }
                }
            }
        }
    }

    private static (long Row, long Column) MatrixStrides(Tensor x, bool transpose)
    {
        long[] strides = x.Layout.Strides;
        return transpose ? (strides[^1], strides[^2]) : (strides[^2], strides[^1]);
    }

    /// <summary>Where each matrix of the result's batch finds its operand.</summary>
    private static long[] BatchStarts(Tensor x, Tensor y, int batches)
    {
        long[] starts = new long[batches];
        int axes = y.Rank - 2, missing = axes - (x.Rank - 2);
        Span<int> index = stackalloc int[axes];
        for (int batch = 0; batch < batches; batch++)
        {
            for (int axis = missing; axis < axes; axis++)
            {
                if (x.Size(axis - missing) != 1)
                {
                    starts[batch] += index[axis] * x.Layout.Strides[axis - missing];
                }
            }

            for (int axis = axes - 1; axis >= 0 && ++index[axis] == y.Size(axis); axis--)
            {
                index[axis] = 0;
            }
        }

        return starts;
    }

    private Tensor Converted(Tensor x, DType dtype)
    {
        Tensor result = Tensor.Allocate(x.Layout, dtype, x.Device);
        Copy(x, result);
        return result;
    }

    private readonly struct MatMulWork(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y) : IFloatWork, IIntegerWork
    {
        void IFloatWork.Run<T>() => MatMul<T>(a, transposeA, b, transposeB, y);

        void IIntegerWork.Run<T>() => MatMulInteger<T>(a, transposeA, b, transposeB, y);
    }

    private readonly struct LinearWork(Tensor x, Tensor weight, Tensor? bias, Tensor y) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Linear<T>(x, weight, bias, y);
    }
}
