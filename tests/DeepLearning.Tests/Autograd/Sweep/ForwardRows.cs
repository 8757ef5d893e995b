using DeepLearning.Layers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>The members without a derivative, whose values are compared between the element types alone.</summary>
internal static class ForwardRows
{
    private static readonly Tensor s_edges = Tensor.From([0L, 1L, 2L, 4L]);

    public static readonly SweepRow[] All =
    [
        One("All", static x => x.All(1)),
        One("Any", static x => x.Any([0])),
        One("ArgMax", static x => x.ArgMax(1)),
        One("ArgMax:all", static x => x.ArgMax()),
        One("ArgMin", static x => x.ArgMin(0)),
        One("ArgSort", static x => x.ArgSort(1, descending: true)),
        One("BinCount", static x => x.Square().Reshape(-1).BinCount()),
        One("BitwiseNot", static x => x.BitwiseNot() & 1),
        One("Bucketize", static x => x.Bucketize(s_edges.Here().To(x.DType == DType.Bool ? DType.Int64 : x.DType))),
        One("Ceil", static x => x.Ceil()),
        One("CountNonZero", static x => x.CountNonZero(1)),
        One("FillInPlace", static x => x.Clone().FillInPlace(3)),
        One("Floor", static x => x.Floor()),
        One("FullLike", static x => Tensor.FullLike(x, 1)),
        One("HistC", static x => x.HistC(4, -2, 2)),
        One("Histogram", static x => x.Histogram(4).Counts),
        One("IsFinite", static x => x.IsFinite()),
        One("IsInf", static x => x.IsInf()),
        One("IsNaN", static x => x.IsNaN()),
        One("IsNegInf", static x => x.IsNegInf()),
        One("IsPosInf", static x => x.IsPosInf()),
        One("Linalg.MatrixRank", static x => Linalg.MatrixRank(x)),
        One("Layers.Sign", static x => new Sign().Forward(x)),
        One("Layers.Step", static x => new Step().Forward(x)),
        One("LogicalNot", static x => x.LogicalNot()),
        One("NonZero", static x => x.NonZero()),
        One("NonZeroAsTuple", static x => Tensor.Stack(x.NonZeroAsTuple())),
        One("OneHot", static x => x.Square().OneHot()),
        One("OnesLike", static x => Tensor.OnesLike(x)),
        One("Round", static x => x.Round()),
        One("Round:decimals", static x => x.Round(1)),
        One("SearchSorted", static x => s_edges.Here().To(x.DType == DType.Bool ? DType.Int64 : x.DType).SearchSorted(x, right: true)),
        One("Sgn", static x => x.Sgn()),
        One("Sign", static x => x.Sign()),
        One("SignBit", static x => x.SignBit()),
        One("Step", static x => x.Step()),
        One("Trunc", static x => x.Trunc()),
        One("Unique", static x => x.Unique().Values),
        One("Unique:counts", static x => x.Unique().Counts),
        One("UniqueConsecutive", static x => x.UniqueConsecutive().Values),
        One("ZeroInPlace", static x => x.Clone().ZeroInPlace()),
        One("ZerosLike", static x => Tensor.ZerosLike(x)),
        One("Arange", static x => Tensor.Arange(1, 9, 2, x.DType)),
        One("Eye", static x => Tensor.Eye(3, 2, x.DType)),
        One("Full", static x => Tensor.Full([2, 2], 1, x.DType)),
        One("Linspace", static x => Tensor.Linspace(0, 6, 4, x.DType)),
        One("Logspace", static x => Tensor.Logspace(0, 2, 3, 2, x.DType)),
        One("Ones", static x => Tensor.Ones([2], x.DType)),
        One("Zeros", static x => Tensor.Zeros([2], x.DType)),
        One("RandPerm:sorted", static x => Tensor.RandPerm(9, x.DType, new Generator(3)).Sort().Values),
        Two("BitwiseAnd", static (a, b) => a.BitwiseAnd(b)),
        Two("BitwiseLeftShift", static (a, b) => a.BitwiseLeftShift(b)),
        Two("BitwiseOr", static (a, b) => a.BitwiseOr(b)),
        Two("BitwiseRightShift", static (a, b) => a.BitwiseRightShift(b)),
        Two("BitwiseXor", static (a, b) => a.BitwiseXor(b)),
        Two("EqualTo", static (a, b) => a.EqualTo(b)),
        Two("FloorDivide", static (a, b) => a.FloorDivide(b)),
        Two("Greater", static (a, b) => a.Greater(b)),
        Two("GreaterOrEqual", static (a, b) => a.GreaterOrEqual(b)),
        Two("Heaviside", static (a, b) => a.Heaviside(b)),
        Two("IsClose", static (a, b) => a.IsClose(b, 0.5)),
        Two("Less", static (a, b) => a.Less(b)),
        Two("LessOrEqual", static (a, b) => a.LessOrEqual(b)),
        Two("LogicalAnd", static (a, b) => a.LogicalAnd(b)),
        Two("LogicalOr", static (a, b) => a.LogicalOr(b)),
        Two("LogicalXor", static (a, b) => a.LogicalXor(b)),
        Two("NotEqualTo", static (a, b) => a.NotEqualTo(b)),
        Two("TruncDivide", static (a, b) => a.TruncDivide(b)),
        Two("op_BitwiseAnd", static (a, b) => a & b),
        Two("op_BitwiseOr", static (a, b) => a | b),
        Two("op_ExclusiveOr", static (a, b) => a ^ b),
        Two("op_GreaterThan", static (a, b) => a > b),
        Two("op_GreaterThanOrEqual", static (a, b) => a >= b),
        Two("op_LeftShift", static (a, b) => a << b),
        Two("op_LessThan", static (a, b) => a < b),
        Two("op_LessThanOrEqual", static (a, b) => a <= b),
        Two("op_OnesComplement", static (a, b) => ~(a & b) & 3),
        Two("op_RightShift", static (a, b) => a >> b),
    ];

    private static SweepRow One(string name, Func<Tensor, Tensor> function) =>
        new(name, ins => function(ins[0]), new SweepInput(Draw.Real, 2, 3)) { MoreShapes = [[[1, 5]], [[3, 1]]] };

    private static SweepRow Two(string name, Func<Tensor, Tensor, Tensor> function) =>
        new(name, ins => function(ins[0], ins[1]), new(Draw.Real, 2, 3), new(Draw.AboveOne, 2, 3)) { MoreShapes = [[[4], [4]]] };
}
