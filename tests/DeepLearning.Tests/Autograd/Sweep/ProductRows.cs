using DeepLearning.Tests.Infrastructure;
using static DeepLearning.Tests.AutogradTests.Sweep.StructureRows;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>Products, linear algebra, convolution, pooling and normalization.</summary>
internal static class ProductRows
{
    public static readonly SweepRow[] Products =
    [
        Some("MatMul", static x => x[0].MatMul(x[1]), [2, 3], [3, 4]),
        Some("MatMul:batch", static x => x[0].MatMul(x[1]), [2, 1, 2, 3], [3, 3, 2]),
        Some("MatMul:vector", static x => x[0].MatMul(x[1]), [2, 3], [3]),
        Some("MatMul:vectors", static x => x[0].MatMul(x[1]), [3], [3]),
        Some("MatMul:empty", static x => x[0].MatMul(x[1]), [2, 0], [0, 3]),
        Some("MatMul:empty in a batch", static x => x[0].MatMul(x[1]), [2, 2, 0], [0, 3]),
        Some("Mm", static x => x[0].Mm(x[1]), [2, 3], [3, 1]),
        Some("Mv", static x => x[0].Mv(x[1]), [2, 3], [3]),
        Some("Bmm", static x => x[0].Bmm(x[1]), [2, 1, 3], [2, 3, 2]),
        Some("Addmm", static x => x[0].Addmm(x[1], x[2], 0.7, 1.3), [2], [3, 2], [2, 2]),
        Some("Addmv", static x => x[0].Addmv(x[1], x[2], 0.7, 1.3), [3], [3, 2], [2]),
        Some("Baddbmm", static x => x[0].Baddbmm(x[1], x[2], 0.7, 1.3), [2, 1, 2], [2, 3, 2], [2, 2, 2]),
        Some("Dot", static x => x[0].Dot(x[1]), [3], [3]),
        Some("Inner", static x => x[0].Inner(x[1]), [2, 3], [4, 3]),
        Some("Outer", static x => x[0].Outer(x[1]), [2], [3]),
        Some("Kron", static x => x[0].Kron(x[1]), [2, 2], [1, 3]),
        Some("Cross", static x => x[0].Cross(x[1]), [2, 3], [2, 3]),
        Some("Cdist", static x => x[0].Cdist(x[1]), [2, 3], [4, 3]),
        One("Pdist", [4, 3], static x => x.Pdist()),
        One("Pdist:one", [4, 3], static x => x.Pdist(1)),
        Some("Cdist:one", static x => x[0].Cdist(x[1], 1), [2, 3], [2, 3]),
        Some("Einsum", static x => Tensor.Einsum("bij,bjk->bik", x), [2, 2, 3], [2, 3, 2]),
        Some("Einsum:diagonal", static x => Tensor.Einsum("ii,ij,j->i", x), [3, 3], [3, 2], [2]),
        Some("Tensordot", static x => x[0].Tensordot(x[1], 1), [2, 3], [3, 2]),
        One("MatrixPower", [3, 3], static x => x.MatrixPower(3)),
        One("Trace", [3, 3], static x => x.Trace()),
        Some("Linear", static x => x[0].Linear(x[1], x[2]), [4, 3], [2, 3], [2]),
        Some("Linear:many axes", static x => x[0].Linear(x[1], x[2]), [2, 2, 3], [2, 3], [2]),
        Some("Linear:no bias", static x => x[0].Linear(x[1]), [2, 3], [2, 3]),
        Some("Bilinear", static x => x[0].Bilinear(x[1], x[2], x[3]), [2, 3], [2, 2], [2, 3, 2], [2]),
        Some("Linear:empty batch", static x => x[0].Linear(x[1], x[2]), [0, 3], [2, 3], [2]),
    ];

    public static readonly SweepRow[] LinearAlgebra =
    [
        One("Linalg.Cholesky", [3, 3], static x => Linalg.Cholesky(Positive(x))) with { Roundings = 64 },
        One("Linalg.CholeskySolve", [2, 2], static x => Linalg.CholeskySolve(x, Linalg.Cholesky(Positive(x)))) with { Roundings = 64 },
        One("Linalg.Cond", [2, 2], static x => Linalg.Cond(x)),
        One("Linalg.Det", [2, 3, 3], static x => Linalg.Det(x)),
        One("Linalg.SlogDet", [3, 3], static x => Linalg.SlogDet(x).LogAbsDet),
        One("Linalg.Eigh", [3, 3], static x => Linalg.Eigh(x + x.T) is var (w, v) ? w * v.Square() : x),
        One("Linalg.EigvalsH", [3, 3], static x => Linalg.EigvalsH(x + x.T)),
        One("Linalg.Inverse", [2, 2, 2], static x => Linalg.Inverse(Positive(x))) with { Roundings = 64 },
        Some("Linalg.Lstsq", static x => Linalg.Lstsq(x[0], x[1]).Solution, [4, 2], [4, 1]),
        One("Linalg.MatrixNorm", [2, 3], static x => Linalg.MatrixNorm(x)),
        One("Linalg.MatrixNorm:nuclear", [2, 3], static x => Linalg.MatrixNorm(x, MatrixNormKind.Nuclear)),
        Some("Linalg.MultiDot", static x => Linalg.MultiDot(x), [2, 3], [3, 1], [1, 4]),
        One("Linalg.Pinv", [3, 2], static x => Linalg.Pinv(x)),
        One("Linalg.Qr", [3, 2], static x => Linalg.Qr(x) is var (q, r) ? q.MatMul(r * r) : x),
        Some("Linalg.Solve", static x => Linalg.Solve(Positive(x[0]), x[1]), [2, 2], [2, 3]) with { Roundings = 64 },
        Some("Linalg.SolveTriangular", static x => Linalg.SolveTriangular(Positive(x[0]), x[1], upper: true), [2, 2], [2, 3])
            with { Roundings = 64 },
        One("Linalg.Svd", [3, 2], static x => Linalg.Svd(x, fullMatrices: false) is var (u, s, v) ? u.Square().MatMul(s * v.Square()) : x),
        One("Linalg.SvdVals", [2, 3], static x => Linalg.SvdVals(x)),
    ];

    public static readonly SweepRow[] Images =
    [
        Some("Conv2d", static x => x[0].Conv2d(x[1], x[2]), [2, 2, 3, 4], [2, 2, 2, 3], [2]),
        Some("Conv2d:strided", static x => x[0].Conv2d(x[1], x[2], stride: (2, 1), padding: (1, 2)), [1, 2, 4, 3], [2, 2, 3, 2], [2]),
        Some("Conv2d:dilated", static x => x[0].Conv2d(x[1], dilation: 2, padding: Padding.Same), [1, 1, 3, 4], [2, 1, 2, 2]),
        Some("Conv2d:groups", static x => x[0].Conv2d(x[1], x[2], groups: 2), [1, 4, 2, 3], [2, 2, 2, 2], [2]),
        Some("Conv2d:depthwise", static x => x[0].Conv2d(x[1], padding: 1, groups: 2), [2, 2, 2, 3], [2, 1, 3, 3]),
        Some("Conv2d:one point", static x => x[0].Conv2d(x[1], x[2]), [1, 3, 2, 2], [2, 3, 1, 1], [2]),
        Some("Conv2d:empty batch", static x => x[0].Conv2d(x[1], x[2]), [0, 2, 3, 3], [1, 2, 2, 2], [1]),
        One("AvgPool2d", [1, 2, 4, 5], static x => x.AvgPool2d(2), [0, 1, 2, 2], [1, 3, 3]),
        One("AvgPool2d:padded", [1, 1, 4, 5], static x => x.AvgPool2d((3, 2), 2, 1, ceilMode: true, countIncludePad: false)),
        One("AdaptiveAvgPool2d", [1, 2, 3, 4], static x => x.AdaptiveAvgPool2d(2, 3), [2, 2, 3]),
        One("MaxPool2d", [1, 2, 4, 4], static x => x.MaxPool2d(2), [0, 1, 2, 2], [1, 3, 3]),
        One("MaxPool2d:padded", [1, 1, 4, 5], static x => x.MaxPool2d(3, 2, 1, ceilMode: true)),
        One("MaxPool2dWithIndices", [1, 2, 3, 3], static x => x.MaxPool2dWithIndices(2, 1, 0, 1).Values),
        One("AdaptiveMaxPool2d", [1, 2, 3, 4], static x => x.AdaptiveMaxPool2d(2)),
        Some("LayerNorm", static x => x[0].LayerNorm([4], x[1], x[2]), [3, 4], [4], [4]),
        Some("LayerNorm:two axes", static x => x[0].LayerNorm([2, 3], x[1], x[2]), [2, 2, 3], [2, 3], [2, 3]),
        Some("LayerNorm:empty", static x => x[0].LayerNorm([3], x[1], x[2]), [0, 3], [3], [3]),
        Some("BatchNorm", static x => x[0].BatchNorm(null, null, x[1], x[2], training: true), [3, 2, 2], [2], [2]),
        Some("BatchNorm:running", static x => x[0].BatchNorm(Tensor.From([0.3, -1]).Here(), Tensor.From([0.5, 2.0]).Here(), x[1], x[2]),
            [3, 2], [2], [2]),
        One("Dropout", [2, 6], static x => x.Dropout(0.4, true, new Generator(5)), [0, 2]),
        One("Glu", [2, 4], static x => x.Glu(), [2, 0]),
    ];

    // Well conditioned for any x.
    private static Tensor Positive(Tensor x) => x.MatMul(x.T) + Tensor.Eye(x.Size(-1), dtype: DType.Float64, device: x.Device);
}
