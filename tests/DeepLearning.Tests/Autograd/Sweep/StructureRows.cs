using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>Movement, indexing and reductions.</summary>
internal static class StructureRows
{
    private static readonly Tensor s_places = Tensor.From([2L, 0L, 2L]);
    private static readonly Tensor s_grid = Tensor.From([1L, 0L, 2L, 2L], 2, 2);
    private static readonly Tensor s_mask = Tensor.From([true, false, true, false, true, true], 2, 3);

    public static readonly SweepRow[] Movement =
    [
        One("BroadcastTo", [2, 1], static x => x.BroadcastTo(3, 2, 4), [1], []),
        One("Chunk", [2, 5], static x => Each(x.Chunk(3, 1)), [0, 5]) with { Roundings = 8 },
        One("Detach:beside the value", [2, 3], static x => x * x.Detach().Exp().Detach().Sign()),
        One("Diag", [2, 3], static x => x.Diag(1), [3], [3, 3]),
        One("DiagEmbed", [2, 3], static x => x.DiagEmbed(-1), [3], [0, 2]),
        One("Diagonal", [2, 3, 4], static x => x.Diagonal(1, 0, 2), [0, 2, 2], [1, 1, 1]),
        One("Expand", [2, 1], static x => x.Expand(3, 2, 4), [1], []),
        One("ExpandAs", [2, 1], static x => x.ExpandAs(Tensor.Zeros(3, 2, 4).Here()), [1], []),
        One("Flatten", [2, 3, 2], static x => x.Flatten(1), [0, 2, 2]),
        One("Flip", [2, 3], static x => x.Flip(0, 1), [0, 3], [1, 1]),
        One("FlipLR", [2, 3], static x => x.FlipLR(), [2, 0]),
        One("FlipUD", [2, 3], static x => x.FlipUD(), [0, 2]),
        One("MoveAxis", [2, 3, 4], static x => x.MoveAxis(0, 2), [0, 2, 1]),
        One("Narrow", [2, 4], static x => x.Narrow(1, 1, 2), [0, 3]),
        One("Pad", [2, 3], static x => x.Pad([1, 2, 0, 1], PadMode.Constant, 3), [0, 3], [1, 1]),
        One("Pad:crop", [2, 4], static x => x.Pad([-1, 2], PadMode.Constant, 3)),
        One("Pad:reflect", [2, 3], static x => x.Pad([2, 1], PadMode.Reflect), [0, 3]),
        One("Pad:replicate", [2, 3], static x => x.Pad([2, 1], PadMode.Replicate), [1, 1]),
        One("Pad:circular", [2, 3], static x => x.Pad([2, 3], PadMode.Circular), [1, 3]),
        One("Permute", [2, 3, 2], static x => x.Permute(2, 0, 1), [0, 1, 2]),
        One("Repeat", [2, 3], static x => x.Repeat(2, 1, 3), [0, 2], [1], []),
        One("RepeatInterleave", [2, 3], static x => x.RepeatInterleave(2, 1), [2, 1]),
        One("RepeatInterleave:tensor", [2, 3], static x => x.RepeatInterleave(Tensor.From([2L, 0L, 1L]).Here(), 1), [0, 3]),
        One("Reshape", [2, 6], static x => x.Reshape(3, -1), [0, 6], [1, 3]),
        One("Roll", [2, 3], static x => x.Roll(2, 1), [0, 3], [1, 1]),
        One("Roll:flat", [2, 3], static x => x.Roll(1)),
        One("Rot90", [2, 3], static x => x.Rot90(), [0, 3]),
        One("Select", [2, 3], static x => x.Select(1, -1), [0, 2]),
        One("Split", [5, 2], static x => Each(x.Split(2)), [5, 0]) with { Roundings = 8 },
        One("Split:sizes", [5, 2], static x => Each(x.Split([1, 0, 4]))) with { Roundings = 8 },
        One("Squeeze", [2, 1, 3], static x => x.Squeeze(), [1, 1, 1], [1, 0]),
        One("SwapAxes", [2, 3], static x => x.SwapAxes(0, 1), [0, 3]),
        One("Tile", [2, 3], static x => x.Tile(2, 2), [1, 0]),
        One("Transpose", [2, 3], static x => x.Transpose(0, 1), [0, 3]),
        One("Tril", [3, 4], static x => x.Tril(1), [0, 3], [1, 1]),
        One("Triu", [3, 4], static x => x.Triu(-1), [3, 0]),
        One("Unbind", [2, 3], static x => Each(x.Unbind(1)), [0, 2]) with { Roundings = 8 },
        One("Unflatten", [2, 6], static x => x.Unflatten(1, 2, 3), [0, 6]),
        One("Unfold", [2, 5], static x => x.Unfold(1, 3, 1), [0, 3]),
        One("Unsqueeze", [2, 3], static x => x.Unsqueeze(-1), [0], []),
        One("View", [2, 6], static x => x.Contiguous().View(4, 3)),
        Some("Cat", static x => Tensor.Cat(x, 1), [2, 3], [2, 1], [2, 0]),
        Some("Stack", static x => Tensor.Stack(x, 1), [2, 3], [2, 3]),
        Some("HStack", static x => Tensor.HStack(x), [2, 3], [2, 1]),
        Some("VStack", static x => Tensor.VStack(x), [2, 3], [1, 3]),
        Some("MeshGrid", static x => Each(Tensor.MeshGrid(x)), [2], [3]) with { Roundings = 8 },
    ];

    public static readonly SweepRow[] Indexing =
    [
        One("get_Part", [3, 4], static x => x[^1, 1..3], [1, 3]),
        One("get_Part:new axis and ellipsis", [2, 3, 4], static x => x[1, null, .., ^2]),
        One("get_Part:tensor", [3, 2], static x => x[s_places.Here()], [3, 0]),
        One("get_Part:two tensors", [3, 3], static x => x[s_places.Here(), Tensor.From([1L, 1L, 0L]).Here()]),
        One("get_Part:mask", [2, 3], static x => x[s_mask.Here()]),
        One("Embedding", [3, 2], static x => Tensor.Embedding(x, s_grid.Here())),
        One("EmbeddingBag", [3, 2], static x => Tensor.EmbeddingBag(x, s_grid.Here())),
        One("EmbeddingBag:offsets", [3, 2], static x => Tensor.EmbeddingBag(x, s_places.Here(), Tensor.From([0L, 1L]).Here(), BagMode.Sum)),
        One("Gather", [2, 3], static x => x.Gather(1, s_grid.Here())),
        One("IndexSelect", [2, 3], static x => x.IndexSelect(1, s_places.Here()), [0, 3]),
        One("IndexFill", [2, 3], static x => x.IndexFill(1, s_places.Here(), 2), [0, 3]),
        One("MaskedFill:number", [2, 3], static x => x.MaskedFill(s_mask.Here(), 2)),
        One("MaskedSelect", [2, 3], static x => x.MaskedSelect(s_mask.Here())),
        One("Scatter:number", [2, 3], static x => x.Scatter(1, s_grid.Here(), 2)),
        One("get_T", [2, 3], static x => x.T, [0, 3]),
        One("Take", [2, 3], static x => x.Take(s_grid.Here())),
        One("TakeAlongDim", [2, 3], static x => x.TakeAlongDim(s_grid.Here(), 1)),
        Some("IndexAdd", static x => x[0].IndexAdd(1, s_places.Here(), x[1], 0.7), [2, 3], [2, 3]),
        Some("IndexCopy", static x => x[0].IndexCopy(1, Tensor.From([2L, 0L]).Here(), x[1]), [2, 3], [2, 2]),
        Some("IndexPut", static x => x[0].IndexPut([1, 0..2], x[1]), [2, 3], [2]),
        Some("IndexPut:stretched", static x => x[0].IndexPut([Range.All, 1..3], x[1]), [2, 3], [2, 1]),
        Some("IndexPut:accumulated", static x => x[0].IndexPut([s_places.Here()], x[1], accumulate: true), [3, 2], [3, 2]),
        Some("IndexPut:mask", static x => x[0].IndexPut([s_mask.Here()], x[1]), [2, 3], [4]),
        Some("MaskedFill", static x => x[0].MaskedFill(s_mask.Here(), x[1]), [2, 3], []),
        Some("MaskedScatter", static x => x[0].MaskedScatter(s_mask.Here(), x[1]), [2, 3], [5]),
        Some("Scatter", static x => x[0].Scatter(1, Tensor.From([1L, 0L, 2L, 1L], 2, 2).Here(), x[1]), [2, 3], [2, 2]),
        Some("ScatterAdd", static x => x[0].ScatterAdd(1, s_grid.Here(), x[1]), [2, 3], [2, 2]),
        Some("ScatterReduce:sum", static x => x[0].ScatterReduce(1, s_grid.Here(), x[1], ScatterReduction.Sum), [2, 3], [2, 2]),
        Some("ScatterReduce:mean", static x => x[0].ScatterReduce(1, s_grid.Here(), x[1], ScatterReduction.Mean), [2, 3], [2, 2]),
        Some("ScatterReduce:product", static x => x[0].ScatterReduce(1, s_grid.Here(), x[1], ScatterReduction.Prod), [2, 3], [2, 2]),
        Some("ScatterReduce:greatest", static x => x[0].ScatterReduce(1, s_grid.Here(), x[1], ScatterReduction.Amax), [2, 3], [2, 2]),
        Some("ScatterReduce:others only", static x => x[0].ScatterReduce(1, s_grid.Here(), x[1], ScatterReduction.Mean, includeSelf: false),
            [2, 3], [2, 2]),
    ];

    public static readonly SweepRow[] Reductions =
    [
        One("Sum", [2, 3], static x => x.Sum(), [0, 3], [1, 1], []),
        One("Sum:axes", [2, 3, 2], static x => x.Sum([0, 2], keepDim: true), [2, 0, 2], [1, 1, 1]),
        One("Mean", [2, 3], static x => x.Mean(), [1], []),
        One("Mean:axis", [2, 3], static x => x.Mean(1), [0, 3], [1, 1]),
        One("Prod", [2, 3], static x => x.Prod(), [0], []),
        One("Prod:axis", [2, 3], static x => x.Prod(1), [0, 3], [2, 0]),
        One("Var", [2, 3], static x => x.Var()),
        One("Var:axis", [2, 3], static x => x.Var(1, keepDim: true, correction: 0), [0, 3]),
        One("Std", [2, 3], static x => x.Std(0)),
        One("VarMean", [2, 3], static x => x.VarMean([1]) is var r ? r.Variance * r.Mean : x) with { Roundings = 8 },
        One("StdMean", [2, 3], static x => x.StdMean([1]) is var (s, m) ? s * m : x) with { Roundings = 8 },
        One("Amax", [2, 3], static x => x.Amax(1), [0, 3], [1, 1]),
        One("Amin", [2, 3], static x => x.Amin([0, 1])),
        One("Max", [2, 3], static x => x.Max(), [1], []),
        One("Max:axis", [2, 3], static x => x.Max(1).Values, [0, 3]),
        One("Min", [2, 3], static x => x.Min()),
        One("Min:axis", [2, 3], static x => x.Min(0).Values),
        One("Median", [2, 3], static x => x.Median()),
        One("Median:axis", [2, 3], static x => x.Median(1).Values, [0, 3]),
        One("NanMedian", [2, 3], static x => x.NanMedian(1).Values),
        One("NanMean", [2, 3], static x => x.NanMean([1]), [0, 3]),
        One("NanSum", [2, 3], static x => x.NanSum([1]), [2, 0]),
        One("KthValue", [2, 3], static x => x.KthValue(2, 1).Values),
        One("TopK", [2, 4], static x => x.TopK(2, 1).Values, [0, 3]),
        One("Sort", [2, 4], static x => x.Sort(1).Values, [0, 3], [1, 1]),
        One("CumMax", [2, 4], static x => x.CumMax(1).Values, [0, 3]),
        One("CumMin", [2, 4], static x => x.CumMin(1).Values),
        One("CumSum", [2, 3], static x => x.CumSum(0), [0, 3], [3, 0], []),
        One("CumProd", [2, 3], static x => x.CumProd(1), [0, 3], [2, 1]),
        One("LogCumSumExp", [2, 3], static x => x.LogCumSumExp(1), [0, 3], [1, 1]),
        One("LogSumExp", [2, 3], static x => x.LogSumExp(1), [0, 3], [1, 1]),
        One("Softmax", [2, 3], static x => x.Softmax(1), [0, 3], [2, 1]),
        One("Softmax:outer", [2, 3], static x => x.Softmax(0)),
        One("LogSoftmax", [2, 3], static x => x.LogSoftmax(1), [0, 3], [2, 1]),
        One("LogSoftmax:outer", [3, 2], static x => x.LogSoftmax(0)),
        One("Diff", [2, 4], static x => x.Diff(2), [0, 3], [2, 1]),
        One("Norm", [2, 3], static x => x.Norm(), [1], [0, 3]),
        One("Norm:one", [2, 3], static x => x.Norm(1, [1])),
        One("Norm:three", [2, 3], static x => x.Norm(3, [1]), [0, 3]),
        One("Norm:greatest", [2, 3], static x => x.Norm(double.PositiveInfinity, [1])),
        One("Norm:least", [2, 3], static x => x.Norm(double.NegativeInfinity, [1])),
        One("Quantile", [2, 4], static x => x.Quantile(0.4, 1)),
        One("Quantile:several", [5], static x => x.Quantile(Tensor.From([0.1, 0.85]).Here())),
    ];

    internal static SweepRow One(string name, int[] shape, Func<Tensor, Tensor> function, params int[][] more) =>
        new(name, ins => function(ins[0]), new SweepInput(Draw.Real, shape)) { MoreShapes = [.. more.Select(static s => new[] { s })] };

    internal static SweepRow Some(string name, Func<Tensor[], Tensor> function, params int[][] shapes) =>
        new(name, function, [.. shapes.Select(static s => new SweepInput(Draw.Real, s))]);

    // One value made of several outputs, each with another weight.
    internal static Tensor Each(Tensor[] outputs)
    {
        Tensor total = Tensor.Zeros([], DType.Float64);
        for (int i = 0; i < outputs.Length; i++)
        {
            total += (outputs[i] * outputs[i]).Sum() * (i + 1.0);
        }

        return total;
    }
}
