namespace DeepLearning.Tests.Golden;

/// <summary>Cases whose operation the library does not have yet; to be empty when the API is complete.</summary>
internal static class GoldenPending
{
    public static readonly string[] Keys =
    [
        "AdaptiveAvgPool2d", "AvgPool2d", "BatchNorm1d", "BatchNorm1d.steps", "BatchNorm2d", "Conv2d", "ELU", "Embedding",
        "Flatten", "GELU", "LayerNorm", "LeakyReLU", "Linear", "LogSoftmax", "MaxPool2d", "ReLU", "SiLU", "Sigmoid", "Softmax",
        "Softplus", "Tanh", "acosh", "add_alpha", "addcdiv", "addcmul", "addmm", "all", "allclose", "amax", "amin", "any",
        "arange", "argmax", "argmin", "argsort", "asinh", "atanh", "baddbmm", "bce_with_logits", "bce_with_logits_pos_weight",
        "bce_with_logits_weight", "binary_cross_entropy", "binary_cross_entropy_weight", "bincount", "bincount_weights",
        "bitwise_and", "bitwise_and_scalar", "bitwise_left_shift", "bitwise_left_shift_scalar", "bitwise_not", "bitwise_or",
        "bitwise_or_scalar", "bitwise_right_shift", "bitwise_right_shift_scalar", "bitwise_xor", "bitwise_xor_scalar", "bmm",
        "bucketize", "celu", "cholesky", "cholesky_solve", "clamp", "clamp_inplace", "clamp_tensor", "clip_grad_norm",
        "clip_grad_value", "copysign", "count_nonzero", "cross", "cross_entropy", "cross_entropy_weight", "cummax", "cummin",
        "cumprod", "cumsum", "cumsum_dtype", "deg2rad", "det", "div_mode", "dot", "eigh", "eigvalsh", "einsum", "elu", "equal",
        "exp2", "eye", "floor_divide", "floor_divide_scalar", "fmax", "fmin", "fmod", "fmod_inplace", "fmod_scalar", "gelu", "glu",
        "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "heaviside", "histc", "histogram", "huber_loss", "hypot", "inverse",
        "isclose", "isfinite", "isinf", "isneginf", "isposinf", "kron", "kthvalue", "l1_loss", "leaky_relu", "lerp", "lerp_scalar",
        "linspace", "log_softmax", "logaddexp", "logaddexp2", "logcumsumexp", "logit", "logsigmoid", "logspace", "logsumexp",
        "lstsq", "matrix_power", "matrix_rank", "max", "max_dim", "mean", "mean_dtype", "median", "median_dim", "min", "min_dim",
        "mish", "mse_loss", "nan_to_num", "nanmedian", "nansum", "network", "nll_loss", "nll_loss_weight", "norm", "outer", "pinv",
        "pow_scalar", "prelu", "prod", "prod_dtype", "qr", "qr_wide", "quantile", "quantiles", "rad2deg", "relu", "relu6",
        "remainder", "remainder_inplace", "remainder_scalar", "round_decimals", "scalar_pow", "searchsorted", "selu", "signbit",
        "silu", "sinc", "slogdet", "softmax", "softplus", "softshrink", "softsign", "solve", "sort", "std", "sub_alpha", "svd",
        "svdvals", "tanhshrink", "tensordot", "tensordot_axes", "threshold", "topk", "topk_values", "trace", "triangular_solve",
        "unique", "unique_consecutive", "unique_dim", "var", "var_mean", "vdot", "xlog1py", "xlogy",
    ];
}
