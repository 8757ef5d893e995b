namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The different elements in order, where each element went, and how often each occurs.</summary>
    public UniqueValues Unique()
    {
        ValuesAndIndices sorted = Detach().Reshape(-1).Sort();
        UniqueValues runs = sorted.Values.UniqueConsecutive();
        Tensor inverse = ZerosLike(runs.Inverse).ScatterInPlace(0, sorted.Indices, runs.Inverse);
        return runs with { Inverse = inverse.Reshape(Shape) };
    }

    /// <summary>The elements in row-major order with repetitions of a neighbour left out, where each element went, and how long each run is.</summary>
    public UniqueValues UniqueConsecutive()
    {
        Tensor flat = Detach().Reshape(-1);
        if (Count == 0)
        {
            return new UniqueValues(flat.Clone(), Zeros(Shape, DType.Int64, Device), Zeros([0], DType.Int64, Device));
        }

        int length = flat.Size(0);
        Tensor changes = flat.Narrow(0, 1, length - 1).NotEqualTo(flat.Narrow(0, 0, length - 1));
        Tensor starts = Cat([Full([1], true, DType.Bool, Device), changes]);
        Tensor inverse = starts.CumSum(0).Subtract(FromScalar(1L));
        return new UniqueValues(flat.MaskedSelect(starts), inverse.Reshape(Shape), inverse.BinCount());
    }
}
