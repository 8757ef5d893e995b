namespace DeepLearning.Tests.Golden;

/// <summary>Cases whose operation the library does not have yet; to be empty when the API is complete.</summary>
internal static class GoldenPending
{
    public static readonly string[] Keys =
    [
        "AdaptiveAvgPool2d", "AvgPool2d", "BatchNorm1d", "BatchNorm1d.steps", "BatchNorm2d", "Conv2d", "ELU", "Embedding", "Flatten",
        "GELU", "LayerNorm", "LeakyReLU", "LogSoftmax", "MaxPool2d", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh",
        "addmm", "all", "amax", "amin", "any", "arange", "argmax", "argmin", "argsort", "baddbmm", "bce_with_logits",
        "bce_with_logits_pos_weight", "bce_with_logits_weight", "binary_cross_entropy", "binary_cross_entropy_weight", "bincount",
        "bincount_weights", "bmm", "bucketize", "cholesky", "cholesky_solve", "clip_grad_norm", "clip_grad_value", "count_nonzero",
        "cross", "cross_entropy", "cross_entropy_weight", "cummax", "cummin", "cumprod", "cumsum", "cumsum_dtype", "det", "dot", "eigh",
        "eigvalsh", "einsum", "eye", "glu", "histc", "histogram", "huber_loss", "inverse", "kron", "kthvalue", "l1_loss", "linspace",
        "log_softmax", "logcumsumexp", "logspace", "logsumexp", "lstsq", "matrix_power", "matrix_rank", "max", "max_dim", "mean",
        "mean_dtype", "median", "median_dim", "min", "min_dim", "mse_loss", "nanmedian", "nansum", "network", "nll_loss",
        "nll_loss_weight", "norm", "outer", "pinv", "prod", "prod_dtype", "qr", "qr_wide", "quantile", "quantiles", "searchsorted",
        "slogdet", "softmax", "solve", "sort", "std", "svd", "svdvals", "tensordot", "tensordot_axes", "topk", "topk_values", "trace",
        "triangular_solve", "unique", "unique_consecutive", "unique_dim", "var", "var_mean", "vdot",
    ];
}
