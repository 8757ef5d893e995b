namespace DeepLearning.Tests.Golden;

/// <summary>Cases whose operation the library does not have yet; to be empty when the API is complete.</summary>
internal static class GoldenPending
{
    public static readonly string[] Keys =
    [
        "ELU", "Embedding", "Flatten",
        "GELU", "LeakyReLU", "LogSoftmax", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh", "addmm",
        "arange", "baddbmm", "bce_with_logits", "bce_with_logits_pos_weight", "bce_with_logits_weight", "binary_cross_entropy",
        "binary_cross_entropy_weight", "bmm", "cholesky", "cholesky_solve", "clip_grad_norm", "clip_grad_value", "cross",
        "cross_entropy", "cross_entropy_weight", "det", "dot", "eigh", "eigvalsh", "einsum", "eye", "huber_loss", "inverse",
        "kron", "l1_loss", "linspace", "logspace", "lstsq", "matrix_power", "matrix_rank", "mse_loss", "network", "nll_loss",
        "nll_loss_weight", "outer", "pinv", "qr", "qr_wide", "slogdet", "solve", "svd", "svdvals", "tensordot", "tensordot_axes",
        "trace", "triangular_solve", "vdot",
    ];
}
