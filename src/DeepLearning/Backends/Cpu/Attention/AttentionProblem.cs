namespace DeepLearning.Backends.Cpu;

/// <summary>The matrices of a batch: where each starts, and their strides in elements.</summary>
internal readonly unsafe struct HeadMatrices<T>(T* data, long* starts, long rowStride, long columnStride)
    where T : unmanaged
{
    public readonly nint RowStride = (nint)rowStride;
    public readonly nint ColumnStride = (nint)columnStride;

    public bool Exists => data != null;

    /// <summary>The first element of a row of a matrix.</summary>
    public T* Row(int head, int row) => data + starts[head] + (row * rowStride);
}

/// <summary>An attention over raw memory. A head is one matrix of the batch, whatever axes that has.</summary>
/// <remarks>
/// The kernels go over blocks of <see cref="BlockQueries"/> queries and <see cref="BlockKeys"/> keys, whose products they keep with the
/// keys as rows and the queries side by side in the lanes: maxima, sums and factors of a query are then elements of vectors.
/// </remarks>
internal unsafe struct AttentionProblem<T>
    where T : unmanaged
{
    public const int BlockQueries = 64;
    public const int BlockKeys = 32;

    public int Heads;
    public int Queries;
    public int Keys;
    public int Width;
    public int ValueWidth;
    public AttentionOptions Options;
    public HeadMatrices<T> Q;
    public HeadMatrices<T> K;
    public HeadMatrices<T> V;
    public HeadMatrices<T> Y;
    public HeadMatrices<byte> Visible;
    public HeadMatrices<T> Added;

    /// <summary>For each query what its exponents are shifted by.</summary>
    public T* Shifts;

    /// <summary>For each query the reciprocal of the sum of its exponentials.</summary>
    public T* Inverses;

    public readonly int QueryBlocks => (Queries + BlockQueries - 1) / BlockQueries;

    /// <summary>Lanes that the queries of a block take: whole vectors of any width.</summary>
    public static int Lanes(int queries) => Padded(queries, 64 / sizeof(T));

    /// <summary>A length in whole units.</summary>
    public static int Padded(int length, int unit) => (length + unit - 1) / unit * unit;

    /// <summary>The end of the keys that a block of queries may see.</summary>
    public readonly int EndOfKeys(int firstQuery, int queries) =>
        Options.IsCausal ? Math.Min(Keys, firstQuery + queries) : Keys;

    /// <summary>The first lane of a block of queries that may see any key of a block.</summary>
    public readonly int FirstLane(int firstQuery, int firstKey) => Options.IsCausal ? Math.Max(firstKey - firstQuery, 0) : 0;
}
