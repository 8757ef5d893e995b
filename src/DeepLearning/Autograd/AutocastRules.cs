using System.Collections.Frozen;

namespace DeepLearning;

/// <summary>In which type an operation computes in a region of <see cref="Autocast"/>.</summary>
internal enum AutocastRule
{
    /// <summary>In that of its operands, as outside: it is not in the table.</summary>
    Own,

    /// <summary>In the region's 16-bit type.</summary>
    Low,

    /// <summary>In float32, which is the type of its result.</summary>
    Float32,

    /// <summary>In float32, with a result of the input's type.</summary>
    InFloat32,

    /// <summary>In the widest type of its operands.</summary>
    Widest,
}

/// <summary>
/// The table: operations by their rule. It is PyTorch's for its GPUs, but for batch and instance normalization, where that mixes types in
/// one kernel, and for linear algebra, CTC and quantiles, which it has on the processor alone; "Linalg" and "Loss" stand for all of theirs.
/// What is not here computes in the type of its operands; an elementwise operation of several promotes them as always.
/// </summary>
internal static class AutocastRules
{
    private static readonly FrozenDictionary<string, AutocastRule> s_rules = Table();

    /// <summary>The operations of the table.</summary>
    public static IReadOnlyDictionary<string, AutocastRule> All => s_rules;

    /// <summary>The rule of an operation.</summary>
    public static AutocastRule Of(string operation) => s_rules.GetValueOrDefault(operation);

    private static FrozenDictionary<string, AutocastRule> Table()
    {
        Dictionary<string, AutocastRule> rules = [];
        Add(AutocastRule.Low,
            "MatMul Addmm Addmv Baddbmm Einsum MultiDot Linear Prelu ScaledDotProductAttention RNN LSTM GRU "
            + "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d");
        Add(AutocastRule.Float32,
            "Acos Asin Cosh ErfInv Exp Expm1 Log Log10 Log1p Log2 Pow Reciprocal Rsqrt Sinh Softplus Square Tan "
            + "Sum Prod CumSum CumProd Norm Normalize LogSumExp Softmax LogSoftmax Quantile Cdist Pdist PairwiseDistance CosineSimilarity "
            + "LayerNorm GroupNorm LocalResponseNorm Interpolate Linalg Loss");
        Add(AutocastRule.InFloat32, "BatchNorm InstanceNorm");
        Add(AutocastRule.Widest, "Bilinear Cross Dot GridSample IndexCopy IndexPut RmsNorm ScatterAdd Tensordot");
        return rules.ToFrozenDictionary();

        void Add(AutocastRule rule, string operations)
        {
            foreach (string operation in operations.Split(' '))
            {
                rules.Add(operation, rule);
            }
        }
    }

    /// <summary>What the table says of a formula.</summary>
    public static class Formula<TOp>
    {
        /// <summary>Whether it is computed in float32.</summary>
        public static readonly bool IsWide = Of(OpName<TOp>.Value) == AutocastRule.Float32;
    }
}
