namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Class numbers as rows of 0 with a single 1: y[…, c] = 1 where c is the class, else 0.</summary>
    /// <param name="classes">The number of classes; one more than the greatest class number when −1.</param>
    /// <returns>An int64 tensor with a new last axis.</returns>
    /// <exception cref="IndexException">A class number is negative or too large.</exception>
    /// <exception cref="DTypeException">The tensor is not of an integer type.</exception>
    /// <exception cref="ArgumentException">The number of classes is not given and there is no element to find it from.</exception>
    public Tensor OneHot(int classes = -1)
    {
        IndexTensors.CheckType(this, "OneHot");
        if (classes < 0)
        {
            if (Count == 0)
            {
                throw new ArgumentException("OneHot: without elements the number of classes is unknown; give it.", nameof(classes));
            }

            long greatest = -1;
            foreach (long c in ToArray<long>())
            {
                greatest = Math.Max(greatest, c);
            }

            classes = Shape.AxisLength((Int128)greatest + 1, "OneHot");
        }

        Tensor index = IndexTensors.Checked(this, Rank, classes, "OneHot", allowsNegative: false).Unsqueeze(-1);
        Tensor result = Zeros([.. Layout.Lengths, classes], DType.Int64, Device);
        Backend.ScatterAxis(result, Rank, index, Ones(index.Shape, DType.Int64, Device), ScatterMode.Set);
        return Recording.Of(new OneHotOperation(classes), result, this);
    }
}

file readonly struct OneHotOperation(int classes) : IOperation
{
    public string Name => "OneHot";

    public void Describe(OperationAttributes attributes) => attributes.Add("classes", classes);

    public Replay CreateReplay()
    {
        int count = classes;
        return (inputs, outputs) => outputs[0] = inputs[0]!.OneHot(count);
    }
}
