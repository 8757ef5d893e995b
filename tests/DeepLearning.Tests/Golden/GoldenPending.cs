namespace DeepLearning.Tests.Golden;

/// <summary>Cases whose operation the library does not have yet; to be empty when the API is complete.</summary>
internal static class GoldenPending
{
    public static readonly string[] Keys =
    [
        "addmm", "baddbmm", "bmm", "cholesky", "cholesky_solve", "cross", "det", "dot", "eigh", "eigvalsh", "einsum", "inverse",
        "kron", "lstsq", "matrix_power", "matrix_rank", "outer", "pinv", "qr", "qr_wide", "slogdet", "solve", "svd", "svdvals",
        "tensordot", "tensordot_axes", "trace", "triangular_solve", "vdot",
    ];
}
