namespace DeepLearning.Tests.Properties;

/// <summary>Algebraic laws on random shapes and numbers.</summary>
[Trait("Rerun", "Simd")]
public class AlgebraTests
{
    private static readonly DType[] s_types =
        [DType.Bool, DType.UInt8, DType.Int32, DType.Int64, DType.Float16, DType.BFloat16, DType.Float32, DType.Float64];

    [Fact]
    public void Sums_and_products_commute() => Case.Holds(static c =>
    {
        Tensor a = c.Normal(), b = c.Normal(1);
        Laws.Same(a + b, b + a);
        Laws.Same(a * b, b * a);
        Laws.Same(a.Maximum(b), b.Maximum(a));
        Laws.Same(a - b, -(b - a));
    });

    [Fact]
    public void Multiplication_distributes_over_addition() => Case.Holds(static c =>
    {
        Tensor a = c.Normal(), b = c.Normal(1), s = c.Normal(2);
        Laws.Near((a + b) * s, (a * s) + (b * s));
        Laws.Near(a + b + s, a + (b + s));
        Laws.Near(a.Lerp(b, 0.25), (a * 0.75) + (b * 0.25));
    });

    [Fact]
    public void Inverse_functions_cancel() => Case.Holds(static c =>
    {
        Tensor x = c.Normal(), positive = x.Exp();
        Laws.Near(positive.Log(), x);
        Laws.Near(positive.Sqrt().Square(), positive);
        Laws.Near(x.Tanh().Atanh(), x, 1e-6);
        Laws.Near(x.Sinh().Asinh(), x);
        Laws.Near(x.Sigmoid().Logit(), x);
        Laws.Near(x.Expm1().Log1p(), x);
        Laws.Near(x.Sin().Square() + x.Cos().Square(), Tensor.OnesLike(x));
        Laws.Same((x * 0.9).Floor() + 1.0, -((-(x * 0.9) - 1.0).Ceil()));
    });

    [Fact]
    public void Matrix_products_associate_distribute_and_transpose() => Case.Holds(static c =>
    {
        int m = c.Integer(0, 20), k = c.Integer(0, 20, 1), n = c.Integer(0, 40, 2), p = c.Integer(0, 9, 3);
        Tensor a = c.Normal([m, k]), b = c.Normal([k, n], 1), b2 = c.Normal([k, n], 2), d = c.Normal([n, p], 3);
        Laws.Near(a.MatMul(b).MatMul(d), a.MatMul(b.MatMul(d)));
        Laws.Near(a.MatMul(b + b2), a.MatMul(b) + a.MatMul(b2));
        Laws.Near(a.MatMul(b).T, b.T.MatMul(a.T));
        Laws.Near(a.MatMul(Tensor.Eye(k, dtype: DType.Float64)), a);
        Laws.Near(Tensor.Einsum("ij,jk->ik", a, b), a.MatMul(b));
        Laws.Near(Tensor.Einsum("ij,kj->ik", a, b.T), a.MatMul(b));
        Laws.Near((a.Unsqueeze(2) * b.Unsqueeze(0)).Sum(1), a.MatMul(b));
        Laws.Near(a.Linear(b.T), a.MatMul(b));
    });

    [Fact]
    public void A_batch_of_products_is_the_products_of_the_batch() => Case.HoldsWhereFilled(static c =>
    {
        int batch = c.Integer(1, 5), m = c.Integer(1, 12, 1), k = c.Integer(1, 12, 2), n = c.Integer(1, 12, 3);
        Tensor a = c.Normal([batch, m, k]), b = c.Normal([batch, k, n], 1);
        Tensor[] each = [.. a.Unbind().Zip(b.Unbind(), static (x, y) => x.MatMul(y))];
        Laws.Near(a.MatMul(b), Tensor.Stack(each));
        Laws.Near(a.MatMul(b.Select(0, 0)), Tensor.Stack([.. a.Unbind().Select(x => x.MatMul(b.Select(0, 0)))]));
    });

    [Fact]
    public void Reductions_of_parts_are_parts_of_reductions() => Case.HoldsWhereFilled(static c =>
    {
        Tensor x = c.Normal();
        int axis = c.Axis();
        Laws.Near(x.Sum(axis).Sum(), x.Sum());
        Laws.Near(x.Mean(axis, keepDim: true).Squeeze(axis), x.Mean(axis));
        Laws.Same(x.Amax(axis).Amax(), x.Amax());
        Laws.Same(-x.Amax(axis), (-x).Amin(axis));
        Laws.Near(x.Var(axis, correction: 0), x.Square().Mean(axis) - x.Mean(axis).Square());
        Laws.Near(x.LogSumExp(axis), x.Exp().Sum(axis).Log());
        Laws.Near(x.Norm(2, [axis]).Square(), x.Square().Sum(axis));
        Laws.Near(x.Prod(axis), x.CumProd(axis).Select(axis, -1));
    });

    [Fact]
    public void Softmax_sums_to_one_and_ignores_a_shift() => Case.HoldsWhereFilled(static c =>
    {
        Tensor x = c.Normal() * 5;
        int axis = c.Axis();
        Tensor y = x.Softmax(axis);
        Laws.Near(y.Sum(axis), Tensor.OnesLike(x.Sum(axis)));
        Laws.Near((x + 1000.0).Softmax(axis), y, 1e-9);
        Laws.Near(x.LogSoftmax(axis).Exp(), y);
    });

    [Fact]
    public void Differences_undo_cumulative_sums() => Case.HoldsWhereFilled(static c =>
    {
        Tensor x = c.Normal();
        int axis = c.Axis();
        Tensor first = x.Narrow(axis, 0, 1), sums = x.CumSum(axis);
        Laws.Near(Tensor.Cat([first, sums.Diff(axis: axis)], axis), x);
        Laws.Near(sums.Select(axis, -1), x.Sum(axis));
        Laws.Near(x.LogCumSumExp(axis), x.Exp().CumSum(axis).Log());
        Laws.Same(x.CumMax(axis).Values.Select(axis, -1), x.Amax(axis));
    });

    [Fact]
    public void Promotion_commutes_and_its_result_promotes_no_further()
    {
        foreach (DType a in s_types)
        {
            foreach (DType b in s_types)
            {
                DType result = Promote(a, b);
                Assert.Equal(result, Promote(b, a));
                Assert.Equal(result, Promote(result, a));
                Assert.Equal(result, Promote(result, b));
                foreach (DType d in s_types)
                {
                    Assert.Equal(Promote(result, d), Promote(a, Promote(b, d)));
                }
            }
        }
    }

    private static DType Promote(DType a, DType b) => (Tensor.Zeros([1], a) * Tensor.Zeros([1], b)).DType;
}
