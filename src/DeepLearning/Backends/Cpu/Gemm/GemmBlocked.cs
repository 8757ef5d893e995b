using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// The cache-blocked product: for each block of columns, k and rows, both operands are packed into panels (in parallel), then
/// the tiles of C are computed (in parallel) from the packed copies that all threads share. Block boundaries depend on the
/// sizes only and every element sums its blocks of k in order, so results do not depend on the number of threads.
/// </summary>
internal static unsafe class GemmBlocked<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>The most rows and columns packed at once.</summary>
    private const int MaximumRows = 2048;
    private const int MaximumColumns = 3072;

    /// <summary>
    /// Rows and panels of one parallel chunk where there is enough work: both operands' parts stay in the second-level cache.
    /// </summary>
    private const int ChunkRows = 128;
    private const int ChunkPanels = 8;

    /// <summary>Multiply-adds that are worth a chunk of their own: some µs.</summary>
    private const long ChunkWork = 1 << 18;

    /// <summary>Elements to pack that are worth a chunk of their own.</summary>
    private const int PackWork = 1 << 15;

    /// <summary>C = A · B, or C += A · B; then the epilogue. <paramref name="k"/> is at least 1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TA, TB, TEpilogue>(
        int m, int n, int k, in TA a, in TB b, T* c, long cRowStride, bool accumulate, in TEpilogue epilogue)
        where TA : struct, IGemmPacker<T>
        where TB : struct, IGemmPacker<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        Run(m, n, k, a, b, null, c, cRowStride, accumulate, epilogue);
    }

    /// <summary>Elements of all of B, packed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long PackedCount(int n, int k) => (n + TSimd.Count - 1) / TSimd.Count * TSimd.Count * (long)k;

    /// <summary>Packs all of B, block by block, as products of any number of rows read it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void PackAll<TB>(int n, int k, in TB b, T* to)
        where TB : struct, IGemmPacker<T>
    {
        var nSize = Gemm.Block(n, MaximumColumns, GemmPanels.MaximumVectors * TSimd.Count);
        var kSize = Gemm.BlockK(k);
        for (var n0 = 0; n0 < n; n0 += nSize)
        {
            var count = Math.Min(nSize, n - n0);
            var panels = new GemmPanels(count, TSimd.Count);
            for (var k0 = 0; k0 < k; k0 += kSize)
            {
                var kCount = Math.Min(kSize, k - k0);
                var block = to + Packed(n0, count, k, k0);
                for (var i = 0; i < panels.Count; i++)
                {
                    var column = panels.Start(i) * TSimd.Count;
                    var width = (panels.Start(i + 1) * TSimd.Count) - column;
                    b.Pack<V, TSimd>(block + ((long)column * kCount), width, n0 + column, Math.Min(width, count - column), k0, kCount);
                }
            }
        }
    }

    /// <summary>Where a block of a packed B begins: whole blocks of columns before it, and the k before it of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Packed(int n0, int columns, int k, int k0) =>
        ((long)n0 * k) + ((columns + TSimd.Count - 1) / TSimd.Count * TSimd.Count * (long)k0);

    /// <summary>As above; where <paramref name="packedB"/> is not null, it is B as <see cref="PackAll"/> packed it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TA, TB, TEpilogue>(
        int m, int n, int k, in TA a, in TB b, T* packedB, T* c, long cRowStride, bool accumulate, in TEpilogue epilogue)
        where TA : struct, IGemmPacker<T>
        where TB : struct, IGemmPacker<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        var mSize = Gemm.Block(m, MaximumRows, TSimd.TileRows);
        var nSize = Gemm.Block(n, MaximumColumns, GemmPanels.MaximumVectors * TSimd.Count);
        var kSize = Gemm.BlockK(k);
        var buffer = GemmScratch.Get<T>((long)kSize * (mSize + (packedB == null ? nSize : 0)));
        var job = new Job<TA, TB, TEpilogue>
        {
            A = a,
            B = b,
            Epilogue = epilogue,
            PackedA = buffer,
            PackedB = buffer + ((long)mSize * kSize),
            C = c,
            CStride = (nint)cRowStride,
        };
        for (var n0 = 0; n0 < n; n0 += nSize)
        {
            job.N0 = n0;
            job.N = Math.Min(nSize, n - n0);
            job.Panels = new GemmPanels(job.N, TSimd.Count);
            for (var k0 = 0; k0 < k; k0 += kSize)
            {
                job.K0 = k0;
                job.K = Math.Min(kSize, k - k0);
                job.Accumulate = accumulate || k0 > 0;
                job.Complete = k0 + job.K == k && !epilogue.IsIdentity;
                if (packedB != null)
                {
                    job.PackedB = packedB + Packed(n0, job.N, k, k0);
                }

                for (var m0 = 0; m0 < m; m0 += mSize)
                {
                    job.M0 = m0;
                    job.M = Math.Min(mSize, m - m0);
                    job.PackB = m0 == 0 && packedB == null;
                    job.RunPhases();
                }
            }
        }
    }

    /// <summary>One block of the product: first packing, then the tiles.</summary>
    private struct Job<TA, TB, TEpilogue>
        where TA : struct, IGemmPacker<T>
        where TB : struct, IGemmPacker<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        public TA A;
        public TB B;
        public TEpilogue Epilogue;
        public T* PackedA;
        public T* PackedB;
        public T* C;
        public nint CStride;
        public int M0;
        public int M;
        public int N0;
        public int N;
        public int K0;
        public int K;
        public GemmPanels Panels;
        public bool Accumulate;
        public bool Complete;
        public bool PackB;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void RunPhases()
        {
            var tiles = (M + TSimd.TileRows - 1) / TSimd.TileRows;
            var pack = new PackJob<TA, TB, TEpilogue> { Block = this };
            pack.ChunksB = PackB ? Math.Min(Panels.Count, Workers.Chunks((long)N * K, PackWork)) : 0;
            pack.ChunksA = Math.Min(tiles, Workers.Chunks((long)M * K, PackWork));
            if (((long)M + (PackB ? N : 0)) * K <= PackWork)
            {
                pack.ExecuteAll();
            }
            else
            {
                Workers.Run(pack.ChunksA + pack.ChunksB, in pack);
            }

            var compute = new ComputeJob<TA, TB, TEpilogue>
            {
                Block = this,
                RowGroups = Math.Max(1, tiles * TSimd.TileRows / ChunkRows),
                ColumnGroups = Math.Max(1, Panels.Count / ChunkPanels),
            };

            // Small products: as many chunks as are worth their cost, to give every thread some.
            var work = (long)M * N * K;
            while (compute.RowGroups * compute.ColumnGroups < 16 && work / (compute.RowGroups * compute.ColumnGroups) >= 2 * ChunkWork)
            {
                if (compute.RowGroups * 4 <= tiles)
                {
                    compute.RowGroups *= 2;
                }
                else if (compute.ColumnGroups * 2 <= Panels.Count)
                {
                    compute.ColumnGroups *= 2;
                }
                else
                {
                    break;
                }
            }

            Workers.Run(compute.RowGroups * compute.ColumnGroups, in compute);
        }
    }

    private struct PackJob<TA, TB, TEpilogue> : IJob
        where TA : struct, IGemmPacker<T>
        where TB : struct, IGemmPacker<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        public Job<TA, TB, TEpilogue> Block;
        public int ChunksA;
        public int ChunksB;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void ExecuteAll()
        {
            for (var i = 0; i < ChunksA + ChunksB; i++)
            {
                Execute(i);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            if (chunk < ChunksB)
            {
                var end = (int)((long)Block.Panels.Count * (chunk + 1) / ChunksB);
                for (var i = (int)((long)Block.Panels.Count * chunk / ChunksB); i < end; i++)
                {
                    var column = Block.Panels.Start(i) * TSimd.Count;
                    var width = (Block.Panels.Start(i + 1) * TSimd.Count) - column;
                    var panel = Block.PackedB + ((long)column * Block.K);
                    Block.B.Pack<V, TSimd>(panel, width, Block.N0 + column, Math.Min(width, Block.N - column), Block.K0, Block.K);
                }
            }
            else
            {
                chunk -= ChunksB;
                var tiles = (Block.M + TSimd.TileRows - 1) / TSimd.TileRows;
                var end = (int)((long)tiles * (chunk + 1) / ChunksA);
                for (var i = (int)((long)tiles * chunk / ChunksA); i < end; i++)
                {
                    var row = i * TSimd.TileRows;
                    var panel = Block.PackedA + ((long)row * Block.K);
                    Block.A.Pack<V, TSimd>(
                        panel, TSimd.TileRows, Block.M0 + row, Math.Min(TSimd.TileRows, Block.M - row), Block.K0, Block.K);
                }
            }
        }
    }

    private struct ComputeJob<TA, TB, TEpilogue> : IJob
        where TA : struct, IGemmPacker<T>
        where TB : struct, IGemmPacker<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        public Job<TA, TB, TEpilogue> Block;
        public int RowGroups;
        public int ColumnGroups;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var scratch = stackalloc T[8 * GemmPanels.MaximumVectors * TSimd.Count];
            var tiles = (Block.M + TSimd.TileRows - 1) / TSimd.TileRows;
            var rowGroup = chunk % RowGroups;
            var columnGroup = chunk / RowGroups;
            var firstTile = (int)((long)tiles * rowGroup / RowGroups);
            var endTile = (int)((long)tiles * (rowGroup + 1) / RowGroups);
            var firstPanel = (int)((long)Block.Panels.Count * columnGroup / ColumnGroups);
            var endPanel = (int)((long)Block.Panels.Count * (columnGroup + 1) / ColumnGroups);
            for (var tile = firstTile; tile < endTile; tile++)
            {
                for (var panel = firstPanel; panel < endPanel; panel++)
                {
                    var start = Block.Panels.Start(panel);
                    switch (Block.Panels.Start(panel + 1) - start)
                    {
                        case 1:
                            Tile<GemmRow1<T, V, TSimd>>(start * TSimd.Count, tile * TSimd.TileRows, scratch);
                            break;
                        case 2:
                            Tile<GemmRow2<T, V, TSimd>>(start * TSimd.Count, tile * TSimd.TileRows, scratch);
                            break;
                        default:
                            Tile<GemmRow3<T, V, TSimd>>(start * TSimd.Count, tile * TSimd.TileRows, scratch);
                            break;
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Tile<TRow>(int column, int row, T* scratch)
            where TRow : struct, IGemmRow<TRow, T, V>
        {
            var width = TRow.Vectors * TSimd.Count;
            var columns = Math.Min(width, Block.N - column);
            var rows = Math.Min(TSimd.TileRows, Block.M - row);
            var a = Block.PackedA + ((long)row * Block.K);
            var b = Block.PackedB + ((long)column * Block.K);
            var c = Block.C + ((Block.M0 + row) * Block.CStride) + Block.N0 + column;
            var whole = columns == width && rows == TSimd.TileRows;
            var to = whole ? c : scratch;
            var stride = whole ? Block.CStride : width;
            if (TSimd.TileRows == 8)
            {
                GemmTile<T, V, TSimd, TRow>.Packed8(Block.K, a, b, to, stride, whole && Block.Accumulate);
            }
            else
            {
                GemmTile<T, V, TSimd, TRow>.Packed4(Block.K, a, b, to, stride, whole && Block.Accumulate);
            }

            if (!whole || Block.Complete)
            {
                GemmMerge<T, V, TSimd, TEpilogue>.Run(
                    to, stride, c, Block.CStride, Block.M0 + row, rows, Block.N0 + column, columns,
                    !whole && Block.Accumulate, Block.Complete, Block.Epilogue);
            }
        }
    }
}
