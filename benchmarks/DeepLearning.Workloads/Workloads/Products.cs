namespace DeepLearning.Workloads;

/// <summary>
/// Matrix products beside what the processor can do: on one thread beside its multiply-adds (square, transposed, odd sizes), and of few
/// rows, where a weight is read once for little work, beside its memory. <c>peers/torch_rows.py</c> has the same rows.
/// </summary>
internal static class Products
{
    /// <summary>Rows of the skinny products' weights: 2^24 numbers, as the operations on memory have.</summary>
    private const int Width = 4096;

    private static readonly string[] _forms = ["nn", "nt", "tn", "tt"];

    private static readonly string[] _skinnyForms = ["nt", "nn"];

    private static readonly int[] _sizes = [64, 256, 1024, 2048];

    private static readonly (int M, int K, int N)[] _odd =
        [(1000, 37, 513), (37, 513, 1000), (513, 1000, 37), (127, 129, 131), (1023, 1025, 1027)];

    private static readonly int[] _batches = [1, 2, 4, 8, 16];

    public static IEnumerable<(string Name, Func<Workload> Create)> OneThread() =>
        [
            .. _sizes.SelectMany(static n => _forms
                .Select(form => ($"gemm_{form}_{n}_1t", (Func<Workload>)(() => Gemm(n, n, n, form, 1))))),
            .. _odd.Select(static s => ($"gemm_{s.M}x{s.K}x{s.N}_1t", (Func<Workload>)(() => Gemm(s.M, s.K, s.N, "nn", 1)))),
        ];

    public static IEnumerable<(string Name, Func<Workload> Create)> Skinny() => _batches.SelectMany(static batch => _skinnyForms
        .Select(form => ($"skinny_{form}_{batch}", (Func<Workload>)(() => Skinny(batch, form)))));

    /// <summary>m×k by k×n; a t stands for an operand that is stored the other way round.</summary>
    public static Kernel Gemm(int m, int k, int n, string form, int? threads)
    {
        (Tensor a, Tensor b) = Operands(m, k, n, form);
        return new Kernel("gflops", WorkOf(m, k, n), () => a.MatMul(b), threads);
    }

    private static Kernel Skinny(int batch, string form)
    {
        (Tensor x, Tensor weight) = Operands(batch, Width, Width, form);
        return new Kernel("gb_per_s", WorkOf(batch, Width, Width), () => x.MatMul(weight));
    }

    private static (Tensor A, Tensor B) Operands(int m, int k, int n, string form) => (
        form[0] == 't' ? Tensor.Randn(k, m).Transpose(0, 1) : Tensor.Randn(m, k),
        form[1] == 't' ? Tensor.Randn(n, k).Transpose(0, 1) : Tensor.Randn(k, n));

    private static Work WorkOf(double m, double k, double n) => new(2 * m * k * n, 4 * ((m * k) + (k * n) + (m * n)));
}
