namespace DeepLearning.Layers;

/// <summary>An orthogonal matrix made of any, times a fixed one.</summary>
internal sealed class OrthogonalParametrization : Parametrization
{
    private readonly OrthogonalMap _map;
    private readonly bool _hasBase;
    private readonly Generator? _generator;

    [Buffer]
    private Tensor? _base;

    public OrthogonalParametrization(Tensor weight, OrthogonalMap? map, bool useTrivialization, Generator? generator)
    {
        if (weight.Rank < 2)
        {
            throw new ShapeException($"Orthogonal: a weight has at least two axes, not {weight.Shape}.");
        }

        if (map is { } given && !Enum.IsDefined(given))
        {
            throw new ArgumentOutOfRangeException(nameof(map), given, $"Orthogonal: there is no map {given}.");
        }

        bool isSquare = weight.Size(-1) == weight.Size(-2);
        _map = map ?? (isSquare ? OrthogonalMap.MatrixExp : OrthogonalMap.Householder);
        (_hasBase, _generator) = (useTrivialization, generator);
    }

    protected internal override string Kind => "Orthogonal";

    protected internal override string Details => $"{_map}";

    protected internal override Tensor Compute(IReadOnlyList<Tensor> originals)
    {
        Tensor x = originals[0].To(originals[0].DType.Compute());
        bool isWide = x.Size(-2) < x.Size(-1);
        x = isWide ? x.Transpose(-2, -1) : x;
        Tensor q = _map switch
        {
            OrthogonalMap.Householder => OrthogonalMatrices.Householder(x),
            OrthogonalMap.Cayley => OrthogonalMatrices.Columns(OrthogonalMatrices.Cayley(OrthogonalMatrices.Antisymmetric(x)), x),
            _ => OrthogonalMatrices.Columns(OrthogonalMatrices.Exponential(OrthogonalMatrices.Antisymmetric(x)), x),
        };
        q = _base is { } fixedPart ? fixedPart.Detach().To(q.DType).MatMul(q) : q;
        return (isWide ? q.Transpose(-2, -1) : q).To(originals[0].DType);
    }

    protected internal override IReadOnlyList<Tensor>? RightInverse(Tensor value)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        Tensor q = value.To(value.DType.Compute());
        bool isWide = q.Size(-2) < q.Size(-1);
        q = isWide ? q.Transpose(-2, -1) : q;
        if (!_hasBase)
        {
            return _map == OrthogonalMap.Householder ? [Turned(OrthogonalMatrices.Reflections(q)).To(value.DType)] : null;
        }

        Tensor whole = OrthogonalMatrices.Complete(q, _generator).To(value.DType);
        if (_base is null)
        {
            _base = whole.Clone();
        }
        else
        {
            _base.CopyFrom(whole);
        }

        // Minus the identity: its diagonal holds the signs of the reflections, and all maps make the identity of it.
        Tensor start = Tensor.ZerosLike(value);
        start.Diagonal(0, -2, -1).FillInPlace(-1.0);
        return [start];

        Tensor Turned(Tensor x) => isWide ? x.Transpose(-2, -1) : x;
    }
}

/// <summary>Orthogonal matrices of others, [.., n, k] with n ≥ k, by operations that are differentiable.</summary>
internal static class OrthogonalMatrices
{
    /// <summary>Where 18 terms of the exponential's series are exact to the last bit (Bader, Blanes and Casas 2019).</summary>
    private const double SeriesReach = 1.09;

    /// <summary>1 / k!</summary>
    private static readonly double[] s_terms = Terms();

    /// <summary>L − Lᵀ, L the lower triangle, filled up with zeros to a square.</summary>
    public static Tensor Antisymmetric(Tensor x)
    {
        Tensor lower = x.Tril();
        int missing = x.Size(-2) - x.Size(-1);
        lower = missing == 0 ? lower : lower.Pad([0, missing]);
        return lower - lower.Transpose(-2, -1);
    }

    /// <summary>The first columns of a square matrix, as many as another has.</summary>
    public static Tensor Columns(Tensor q, Tensor like) => q.Size(-1) == like.Size(-1) ? q : q.Narrow(-1, 0, like.Size(-1));

    public static Tensor Cayley(Tensor a)
    {
        Tensor identity = Tensor.Eye(a.Size(-1), dtype: a.DType).To(a.Device);
        return Linalg.Solve(identity - (a * 0.5), (a * 0.5) + identity);
    }

    /// <summary>e^A: a series of A / 2ˢ, squared s times.</summary>
    public static Tensor Exponential(Tensor a)
    {
        double size = a.Count == 0 ? 0 : a.Detach().Abs().Sum(-2).Max().Item<double>();
        int squarings = size > SeriesReach && double.IsFinite(size) ? (int)Math.Ceiling(Math.Log2(size / SeriesReach)) : 0;
        Tensor x = a * Math.ScaleB(1.0, -squarings), square = x.MatMul(x), cube = square.MatMul(x);
        Tensor identity = Tensor.Eye(a.Size(-1), dtype: a.DType).To(a.Device), y = identity * s_terms[18];
        for (int k = 15; k >= 0; k -= 3)
        {
            y = cube.MatMul(y) + (identity * s_terms[k]) + (x * s_terms[k + 1]) + (square * s_terms[k + 2]);
        }

        for (int i = 0; i < squarings; i++)
        {
            y = y.MatMul(y);
        }

        return y;
    }

    /// <summary>
    /// The first k columns of H₁ ⋯ Hₖ, Hᵢ the reflection along column i of x below its diagonal and 1 on it, times the diagonal of x, the
    /// signs.
    /// </summary>
    public static Tensor Householder(Tensor x)
    {
        int n = x.Size(-2), k = x.Size(-1);
        Tensor below = x.Tril(-1), start = Tensor.Eye(n, k, dtype: x.DType).To(x.Device);
        Tensor vectors = below + start, scales = 2.0 / (below.Square().Sum(-2) + 1.0), q = start;
        for (int i = k - 1; i >= 0; i--)
        {
            Tensor v = vectors.Narrow(-1, i, 1), scale = scales.Narrow(-1, i, 1).Unsqueeze(-1);
            q -= (v * scale).MatMul(v.Transpose(-2, -1).MatMul(q));
        }

        return q * x.Detach().Diagonal(0, -2, -1).Trunc().Unsqueeze(-2);
    }

    /// <summary>The x of which <see cref="Householder"/> makes the orthogonal part of a matrix, as LAPACK's geqrf lays it out.</summary>
    public static Tensor Reflections(Tensor q)
    {
        int n = q.Size(-2), k = q.Size(-1);
        double[] all = q.To(DType.Float64).ToArray<double>();
        for (int matrix = 0; matrix < all.Length; matrix += n * k)
        {
            for (int i = 0; i < k; i++)
            {
                Reflect(all.AsSpan(matrix, n * k), n, k, i);
            }
        }

        return Tensor.From(all, [.. q.Shape]).To(q.DType).To(q.Device);
    }

    /// <summary>A square orthogonal matrix whose first columns span those given; the given one itself where it is one.</summary>
    public static Tensor Complete(Tensor q, Generator? generator)
    {
        int n = q.Size(-2), k = q.Size(-1);
        if (n > k)
        {
            Tensor rest = Tensor.Normal(0, 1, [.. q.Shape[..^1], n - k], q.DType, generator).To(q.Device);
            return Orthonormal(Tensor.Cat([q, rest], -1));
        }

        double close = 10.0 * n * (q.DType == DType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1f) - 1);
        Tensor identity = Tensor.Eye(n, dtype: q.DType).To(q.Device);
        return q.Transpose(-2, -1).MatMul(q).AllClose(identity.Expand(q.Shape), absolute: close) ? q : Orthonormal(q);
    }

    private static Tensor Orthonormal(Tensor a)
    {
        (Tensor q, Tensor r) = Linalg.Qr(a);
        return q * r.Diagonal(0, -2, -1).Sign().Unsqueeze(-2);
    }

    /// <summary>One step of the decomposition into reflections; the diagonal becomes the sign that belongs to its column.</summary>
    private static void Reflect(Span<double> a, int n, int k, int i)
    {
        double first = a[(i * k) + i], rest = 0;
        for (int row = i + 1; row < n; row++)
        {
            rest = double.Hypot(rest, a[(row * k) + i]);
        }

        if (rest == 0)
        {
            a[(i * k) + i] = -Math.Sign(first);
            return;
        }

        double length = first < 0 || double.IsNegative(first) ? double.Hypot(first, rest) : -double.Hypot(first, rest);
        double scale = (length - first) / length;
        for (int row = i + 1; row < n; row++)
        {
            a[(row * k) + i] /= first - length;
        }

        for (int column = i + 1; column < k; column++)
        {
            double dot = a[(i * k) + column];
            for (int row = i + 1; row < n; row++)
            {
                dot += a[(row * k) + i] * a[(row * k) + column];
            }

            a[(i * k) + column] -= scale * dot;
            for (int row = i + 1; row < n; row++)
            {
                a[(row * k) + column] -= scale * dot * a[(row * k) + i];
            }
        }

        a[(i * k) + i] = Math.Sign(length);
    }

    private static double[] Terms()
    {
        double[] terms = new double[19];
        terms[0] = 1;
        for (int k = 1; k < terms.Length; k++)
        {
            terms[k] = terms[k - 1] / k;
        }

        return terms;
    }
}
