using System.Numerics.Tensors;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace DeepLearning;

/// <summary>
/// Factorizations of one matrix, stored column by column, with the signs that they leave open chosen by rule. Those of Math.NET go to
/// its managed provider itself: the same on every machine, whatever provider the application has set.
/// </summary>
internal static class Factorization
{
    private static readonly ManagedLinearAlgebraProvider s_provider = ManagedLinearAlgebraProvider.Instance;

    /// <summary>
    /// P·A = L·U in place, with partial pivoting; the position of the first zero pivot, or −1. The library's own: column by column it runs
    /// along memory, some ten times as fast as Math.NET's at 512 rows.
    /// </summary>
    public static int Lu(Span<double> a, int n, Span<int> pivots)
    {
        int zero = -1;
        for (int k = 0; k < n; k++)
        {
            Span<double> column = a.Slice(k * n, n);
            int pivot = k + TensorPrimitives.IndexOfMaxMagnitude(column[k..]);
            pivots[k] = pivot;
            if (column[pivot] == 0)
            {
                zero = zero < 0 ? k : zero;
                continue;
            }

            for (int j = 0; j < n && pivot != k; j++)
            {
                (a[k + (j * n)], a[pivot + (j * n)]) = (a[pivot + (j * n)], a[k + (j * n)]);
            }

            Span<double> below = column[(k + 1)..];
            TensorPrimitives.Divide(below, column[k], below);
            for (int j = k + 1; j < n; j++)
            {
                Span<double> rest = a.Slice(j * n, n)[(k + 1)..];
                TensorPrimitives.MultiplyAdd(below, -a[k + (j * n)], rest, rest);
            }
        }

        return zero;
    }

    /// <summary>Solves with the factors of <see cref="Lu"/>; the columns of b become the solutions.</summary>
    public static void LuSolve(ReadOnlySpan<double> lu, int n, ReadOnlySpan<int> pivots, Span<double> b, int columns)
    {
        for (int j = 0; j < columns; j++)
        {
            Span<double> x = b.Slice(j * n, n);
            for (int i = 0; i < n; i++)
            {
                (x[i], x[pivots[i]]) = (x[pivots[i]], x[i]);
            }

            Substitute(lu, x, upper: false, unitriangular: true);
            Substitute(lu, x, upper: true, unitriangular: false);
        }
    }

    /// <summary>Solves a triangular system, column by column, so that each step runs along memory.</summary>
    public static void Substitute(ReadOnlySpan<double> matrix, Span<double> x, bool upper, bool unitriangular)
    {
        int n = x.Length;
        for (int step = 0; step < n; step++)
        {
            int i = upper ? n - 1 - step : step;
            if (!unitriangular && (x[i] != 0 || matrix[i * (n + 1)] != 0))
            {
                x[i] /= matrix[i * (n + 1)];
            }

            ReadOnlySpan<double> column = matrix.Slice(i * n, n);
            Span<double> rest = upper ? x[..i] : x[(i + 1)..];
            TensorPrimitives.MultiplyAdd(upper ? column[..i] : column[(i + 1)..], -x[i], rest, rest);
        }
    }

    /// <summary>
    /// The lower factor of A = L·Lᵀ in place, from the lower triangle. Returns 0, or the order of the first leading minor that is not
    /// positive.
    /// </summary>
    public static int Cholesky(double[] a, int n)
    {
        if (n == 0)
        {
            return 0;
        }

        double[] original = [.. a];
        try
        {
            s_provider.CholeskyFactor(a, n);
        }
        catch (ArgumentException)
        {
            return FailingMinor(original, n);
        }

        for (int j = 1; j < n; j++)
        {
            a.AsSpan(j * n, j).Clear();
        }

        return 0;
    }

    /// <summary>A = Q·R with R's diagonal not negative; Q [m, min] and R [min, n], or Q [m, m] and R [m, n] when complete.</summary>
    public static (double[] Q, double[] R) Qr(double[] a, int m, int n, bool complete)
    {
        int exponent = TakeScale(a);
        if (exponent != 0)
        {
            (double[] sameQ, double[] scaledR) = Qr(a, m, n, complete);
            return (sameQ, GiveScale(scaledR, exponent));
        }

        int k = complete ? m : Math.Min(m, n);
        double[] q, r;
        if (a.Length == 0)
        {
            return (IdentityOf(m, k), new double[k * n]);
        }

        double[] tau = new double[Math.Min(m, n)];
        if (k == n && m > n)
        {
            (q, r) = (a, new double[n * n]);
            s_provider.ThinQRFactor(q, m, n, r, tau);
        }
        else
        {
            (q, r) = (new double[m * m], a);
            s_provider.QRFactor(r, m, n, q, tau);
        }

        for (int j = 0; j < Math.Min(m, n); j++)
        {
            if (r[j + (j * k)] < 0)
            {
                Negate(q.AsSpan(j * m, m));
                for (int i = j; i < n; i++)
                {
                    r[j + (i * k)] = -r[j + (i * k)];
                }
            }
        }

        for (int j = 0; j < n; j++)
        {
            r.AsSpan(j * k, k)[Math.Min(j + 1, k)..].Clear();
        }

        return (q, r);
    }

    /// <summary>
    /// A = U·diag(s)·Vᵀ, s falling; the element of largest magnitude in each column of U is positive. U is [m, min] and Vᵀ [min, n], or
    /// square when full. Null when the iteration does not converge.
    /// </summary>
    public static (double[] U, double[] S, double[] Vt)? Svd(double[] a, int m, int n, bool full, bool vectors)
    {
        int exponent = TakeScale(a);
        if (exponent != 0)
        {
            return Svd(a, m, n, full, vectors) is var (sameU, scaledS, sameVt)
                ? (sameU, GiveScale(scaledS, exponent), sameVt)
                : null;
        }

        if (m < n)
        {
            if (Svd(Transposed(a, m, n), n, m, full, vectors) is not var (v, values, ut))
            {
                return null;
            }

            return vectors ? FixSigns(Transposed(ut, m, m), values, Transposed(v, n, full ? n : m), m, n) : ([], values, []);
        }

        // A tall matrix is reduced to a small square one first: the iteration would otherwise work on all m rows, and on an [m, m] U.
        (double[] q, double[] r) = m > n ? Qr(a, m, n, full && vectors) : ([], a);
        int stride = m > n && full && vectors ? m : n;
        double[] square = new double[n * n], s = new double[n], u = new double[n * n], vt = new double[n * n];
        for (int j = 0; j < n; j++)
        {
            r.AsSpan(j * stride, n).CopyTo(square.AsSpan(j * n));
        }

        try
        {
            if (n > 0)
            {
                s_provider.SingularValueDecomposition(vectors, square, n, n, s, u, vt);
            }
        }
        catch (NonConvergenceException)
        {
            return null;
        }

        if (!vectors)
        {
            return ([], s, []);
        }

        if (m > n)
        {
            Rotate(q, u, m, n);
            u = q;
        }

        return FixSigns(u, s, vt, m, n);
    }

    /// <summary>
    /// Eigenvalues, rising, and orthonormal eigenvectors, the columns, of a symmetric matrix, of which the lower triangle is read. The
    /// element of largest magnitude in each vector is positive. Null when the iteration does not converge.
    /// </summary>
    public static (double[] Values, double[] Vectors)? Eigh(double[] a, int n)
    {
        int exponent = TakeScale(a);
        if (exponent != 0)
        {
            return Eigh(a, n) is var (scaledValues, sameVectors) ? (GiveScale(scaledValues, exponent), sameVectors) : null;
        }

        double[] vectors = new double[n * n], diagonal = new double[n * n], values = new double[n];
        if (n == 0)
        {
            return (values, vectors);
        }

        for (int j = 0; j < n; j++)
        {
            for (int i = j + 1; i < n; i++)
            {
                a[j + (i * n)] = a[i + (j * n)];
            }
        }

        try
        {
            s_provider.EigenDecomp(true, n, a, vectors, new System.Numerics.Complex[n], diagonal);
        }
        catch (NonConvergenceException)
        {
            return null;
        }

        for (int j = 0; j < n; j++)
        {
            values[j] = diagonal[j + (j * n)];
            Span<double> vector = vectors.AsSpan(j * n, n);
            if (vector[TensorPrimitives.IndexOfMaxMagnitude(vector)] < 0)
            {
                Negate(vector);
            }
        }

        return (values, vectors);
    }

    /// <summary>
    /// Takes a power of 2 out of a matrix whose elements' squares would leave the range; its exponent, 0 where they do not.
    /// </summary>
    private static int TakeScale(double[] a)
    {
        double greatest = 0;
        foreach (double x in a)
        {
            greatest = Math.Max(greatest, Math.Abs(x));
        }

        if (greatest is 0 or (> 1e-120 and < 1e120) || !double.IsFinite(greatest))
        {
            return 0;
        }

        int exponent = Math.ILogB(greatest);
        GiveScale(a, -exponent);
        return exponent;
    }

    private static double[] GiveScale(double[] a, int exponent)
    {
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = Math.ScaleB(a[i], exponent);
        }

        return a;
    }

    /// <summary>The first n columns of q times u [n, n], in place.</summary>
    private static void Rotate(double[] q, double[] u, int m, int n)
    {
        double[] rotated = new double[m * n];
        for (int j = 0; j < n; j++)
        {
            Span<double> column = rotated.AsSpan(j * m, m);
            for (int i = 0; i < n; i++)
            {
                TensorPrimitives.MultiplyAdd(q.AsSpan(i * m, m), u[i + (j * n)], column, column);
            }
        }

        rotated.CopyTo(q, 0);
    }

    private static (double[] U, double[] S, double[] Vt) FixSigns(double[] u, double[] s, double[] vt, int m, int n)
    {
        int rows = n == 0 ? 0 : vt.Length / n;
        for (int j = 0; j < s.Length; j++)
        {
            Span<double> column = u.AsSpan(j * m, m);
            if (column[TensorPrimitives.IndexOfMaxMagnitude(column)] < 0)
            {
                Negate(column);
                for (int i = 0; i < n; i++)
                {
                    vt[j + (i * rows)] = -vt[j + (i * rows)];
                }
            }
        }

        return (u, s, vt);
    }

    private static int FailingMinor(double[] a, int n)
    {
        for (int j = 0; j < n; j++)
        {
            for (int i = j; i < n; i++)
            {
                for (int k = 0; k < j; k++)
                {
                    a[i + (j * n)] -= a[i + (k * n)] * a[j + (k * n)];
                }
            }

            double pivot = a[j + (j * n)];
            if (!(pivot > 0))
            {
                return j + 1;
            }

            for (int i = j; i < n; i++)
            {
                a[i + (j * n)] /= Math.Sqrt(pivot);
            }
        }

        return n;
    }

    private static double[] Transposed(double[] a, int m, int n)
    {
        double[] t = new double[a.Length];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n && t.Length > 0; j++)
            {
                t[j + (i * n)] = a[i + (j * m)];
            }
        }

        return t;
    }

    public static double[] IdentityOf(int m, int n)
    {
        double[] identity = new double[m * n];
        for (int i = 0; i < Math.Min(m, n); i++)
        {
            identity[i + (i * m)] = 1;
        }

        return identity;
    }

    private static void Negate(Span<double> values) => TensorPrimitives.Negate(values, values);
}
