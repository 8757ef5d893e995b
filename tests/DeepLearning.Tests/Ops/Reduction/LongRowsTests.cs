using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Ops.Reduction;

/// <summary>
/// Scans, sorts and reductions of rows that cross chunks, blocks and lanes, in every type that is not float64, against float64.
/// </summary>
public class LongRowsTests
{
    private static readonly Dictionary<string, Func<Tensor, int, Tensor>> s_scans = new()
    {
        ["CumSum"] = static (x, axis) => x.CumSum(axis),
        ["CumProd"] = static (x, axis) => x.CumProd(axis),
        ["LogCumSumExp"] = static (x, axis) => x.LogCumSumExp(axis),
        ["CumMax"] = static (x, axis) => x.CumMax(axis).Values,
        ["CumMin"] = static (x, axis) => x.CumMin(axis).Values,
        ["Sort"] = static (x, axis) => x.Sort(axis).Values,
        ["TopK"] = static (x, axis) => x.TopK(70, axis).Values,
        ["KthValue"] = static (x, axis) => x.KthValue(33, axis).Values,
        ["Median"] = static (x, axis) => x.Median(axis).Values,
        ["Max"] = static (x, axis) => x.Max(axis).Values,
        ["ArgMin"] = static (x, axis) => x.ArgMin(axis),
        ["Amax"] = static (x, axis) => x.Amax(axis),
        ["Sum"] = static (x, axis) => x.Sum(axis),
        ["Mean"] = static (x, axis) => x.Mean(axis),
        ["NanMean"] = static (x, axis) => x.NanMean([axis]),
        ["Prod"] = static (x, axis) => x.Prod(axis),
        ["Var"] = static (x, axis) => x.Var(axis),
        ["Std"] = static (x, axis) => x.Std(axis),
        ["Norm"] = static (x, axis) => x.Norm(2, [axis]),
        ["Norm3"] = static (x, axis) => x.Norm(3, [axis]),
        ["LogSumExp"] = static (x, axis) => x.LogSumExp(axis),
        ["Softmax"] = static (x, axis) => x.Softmax(axis),
        ["LogSoftmax"] = static (x, axis) => x.LogSoftmax(axis),
    };

    public static TheoryData<string> Names() => [.. s_scans.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Long_rows_are_those_of_float64(string name)
    {
        Func<Tensor, int, Tensor> function = s_scans[name];
        List<string> failures = [];
        foreach (DType dtype in (DType[])[DType.Float16, DType.BFloat16, DType.Float32, DType.Int64, DType.Int32, DType.UInt8, DType.Bool])
        {
            foreach ((int[] shape, int axis) in ((int[], int)[])[([100_000], 0), ([3, 4097], 1), ([4097, 3], 0), ([70, 70], 0)])
            {
                Tensor x = Numbers(shape, dtype), wide = x.To(DType.Float64);
                x.RequiresGrad = wide.RequiresGrad = dtype.IsFloatingPoint();
                Tensor y;
                try
                {
                    y = function(x, axis);
                }
                catch (DTypeException)
                {
                    break;
                }

                Tensor right = function(wide, axis);
                Add($"{dtype.Name()} [{string.Join(", ", shape)}]", Precision.Difference(y, right, 1.1, dtype, 1e-4));
                if (y.RequiresGrad)
                {
                    // Few gradients that are not 0, so that their sums stay in the range of a 16-bit type.
                    Tensor dy = Tensor.Arange(0, y.Count).Remainder(997).EqualTo(5).To(DType.Float64).Reshape(y.Shape);
                    y.Backward(dy.To(y.DType));
                    right.Backward(dy);
                    string? wrong = Precision.Difference(x.Grad!, wide.Grad!, 1.1, dtype, 1e-4);
                    Add($"{dtype.Name()} [{string.Join(", ", shape)}], gradient", wrong);
                }
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n", failures));

        void Add(string what, string? wrong)
        {
            if (wrong is not null)
            {
                failures.Add($"{name}, {what}: {wrong}");
            }
        }
    }

    // Factors just beside 1, whose long products neither overflow nor vanish; whole ones are ±1 and, now and then, ±2.
    private static Tensor Numbers(int[] shape, DType dtype)
    {
        int count = shape.Aggregate(1, static (a, b) => a * b);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = dtype.IsFloatingPoint()
                ? 1 + (((i & 1) == 0 ? 1 : -1) * ((i % 5) - 1.5) / 64)
                : (i % 5003 == 17 ? 2 : 1) * (i % 3 == 0 && dtype is DType.Int64 or DType.Int32 ? -1 : 1);
        }

        Tensor x = Tensor.From(numbers, shape).To(dtype);
        return x.Detach();
    }
}
