using DeepLearning.Numerics;

namespace DeepLearning.Backends;

internal abstract partial class Backend
{
    /// <summary>y = scale · Σ op(a, b) over all elements; a and b have one shape, y one element.</summary>
    public virtual void BinarySum<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor y)
        where TOp : struct, IBinaryOp<TOp>
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor terms = Tensor.Allocate(a.Layout, y.DType.Compute(), y.Device);
        Binary(in op, a, b, terms);
        Copy(terms.Sum() * scale, y);
    }

    /// <summary>The gradients of a and b, where not null, of <see cref="BinarySum"/> from the gradient dy of its one element.</summary>
    public virtual void BinarySumBackward<TOp>(in TOp op, Tensor a, Tensor b, double scale, Tensor dy, Tensor? da, Tensor? db)
        where TOp : struct, IBinaryOp<TOp>
    {
        using GradMode.Region region = GradMode.NoGrad();
        BinaryBackward(in op, a, b, null, (dy.Detach().To(dy.DType.Compute()) * scale).Expand(a.Shape), da, db);
    }

    /// <summary>
    /// The cross-entropy of each row of logits x [M, C] against a class of target [M] (int64): losses [M]; the rows' log Σ exp in logSums
    /// [2, M], the greatest logit and the logarithm of the sum relative to it, for added up the second would lose its digits; and the
    /// weight of each row's class in rowWeights [M] (1 without weight [C]). Rows whose target is <paramref name="ignoreIndex"/> get 0
    /// and 0.
    /// </summary>
    /// <exception cref="IndexException">A target is no class.</exception>
    public virtual void CrossEntropy(
        Tensor x, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor losses, Tensor logSums, Tensor rowWeights)
    {
        using GradMode.Region region = GradMode.NoGrad();
        int classes = x.Shape[1];
        (Tensor own, Tensor uniform, Tensor valid) = CrossEntropyTargets(x, target, weight, ignoreIndex);
        Tensor counted = Tensor.Where(valid.Reshape(-1), target, Tensor.Zeros([], DType.Int64, x.Device));
        Losses.ClassTargets.CheckRange(counted, classes, ignoreIndex, "CrossEntropy");
        Tensor shift = Tensor.Allocate([x.Shape[0], 1], x.DType, x.Device);
        Reduce(default(RowMaxOp), x, 2, shift, x.DType);
        Tensor logSum = (x - shift).Exp().Sum(1, keepDim: true).Log();
        Tensor surprise = logSum + (shift - x);
        Tensor terms = (surprise * own * (1 - smoothing)) + (surprise * uniform * (smoothing / classes));
        Copy(Tensor.Where(valid, terms, Tensor.Zeros([], x.DType, x.Device)).Sum(1), losses);
        Copy(shift.Reshape(-1), logSums[0]);
        Copy(logSum.Reshape(-1), logSums[1]);
        Copy(own.Sum(1), rowWeights);
    }

    /// <summary>The gradient dx of logits x from the gradient [M] of the losses; the other arguments as <see cref="CrossEntropy"/> had and
    /// gave them.</summary>
    public virtual void CrossEntropyBackward(
        Tensor x, Tensor logSums, Tensor target, Tensor? weight, long ignoreIndex, double smoothing, Tensor gradient, Tensor dx)
    {
        using GradMode.Region region = GradMode.NoGrad();
        (Tensor own, Tensor uniform, Tensor valid) = CrossEntropyTargets(x, target, weight, ignoreIndex);
        Tensor wanted = (own * (1 - smoothing)) + (uniform * (smoothing / x.Shape[1]));
        Tensor probabilities = (x - logSums[0].Reshape(-1, 1) - logSums[1].Reshape(-1, 1)).Exp();
        Tensor full = gradient.Reshape(-1, 1) * ((probabilities * wanted.Sum(1, keepDim: true)) - wanted);
        Copy(Tensor.Where(valid, full, Tensor.Zeros([], x.DType, x.Device)), dx);
    }

    /// <summary>The weights of the target classes, [M, C] with one entry a row; of all classes, [M, C]; and which rows count, [M,
    /// 1].</summary>
    internal static (Tensor Own, Tensor Uniform, Tensor Valid) CrossEntropyTargets(Tensor x, Tensor target, Tensor? weight,
        long ignoreIndex)
    {
        int classes = x.Shape[1];
        Tensor column = target.Reshape(-1, 1);
        Tensor valid = column.NotEqualTo(ignoreIndex);
        Tensor weights = weight is null ? Tensor.Ones([1, classes], x.DType, x.Device) : weight.Detach().To(x.DType).Reshape(1, classes);
        Tensor isOwn = column.EqualTo(Tensor.Arange(0, classes, device: x.Device)).LogicalAnd(valid);
        Tensor zero = Tensor.Zeros([], x.DType, x.Device);
        return (Tensor.Where(isOwn, weights, zero), Tensor.Where(valid, weights, zero), valid);
    }

    internal static IndexException NoClass(string operation, long target, long row, int classes, long ignoreIndex) => new(
        $"{operation}: the target {target} of row {row} is no class: there are {classes}, so targets are 0 to {classes - 1}, "
        + $"or the ignoreIndex {ignoreIndex} for rows to leave out.");

    private readonly struct RowMaxOp : IReduceOp<RowMaxOp>
    {
        public static double Identity => double.NegativeInfinity;

        public static R Combine<R>(R a, R b)
            where R : struct, IReal<R> => R.Max(a, b);

        public R Map<R>(R x)
            where R : struct, IReal<R> => x;

        public R Finish<R>(R total)
            where R : struct, IReal<R> => total;
    }
}
