namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Elements by their row-major number: y[i] = x.Flatten()[index[i]].</summary>
    /// <param name="index">The numbers, int64 or int32, of any shape; negative counts from the end.</param>
    /// <returns>A tensor of the index's shape.</returns>
    /// <exception cref="IndexException">A number is out of range.</exception>
    /// <exception cref="DTypeException">The index is not of an integer type.</exception>
    public Tensor Take(Tensor index)
    {
        ArgumentNullException.ThrowIfNull(index);
        Broadcasting.CheckDevices(this, index, "Take");
        Tensor flat = Reshape(-1);
        int length = Shape.AxisLength(Count, "Take");
        return flat.TakeAt(Selection.OfAxis(flat, 0, IndexTensors.Checked(index, 0, length, "Take", allowsNegative: true)));
    }

    /// <summary>
    /// Elements picked along an axis, the other axes broadcast: what <c>ArgSort</c> or <c>ArgMax</c> (with keepDim) give as an
    /// index fits here.
    /// </summary>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank; negative counts from the end.</param>
    /// <param name="axis">The axis; negative counts from the end. All elements as one vector when null.</param>
    /// <exception cref="ShapeException">The axis is out of range, or the shapes do not broadcast.</exception>
    /// <exception cref="IndexException">A position is out of range.</exception>
    /// <exception cref="DTypeException">The index is not of an integer type.</exception>
    public Tensor TakeAlongDim(Tensor index, int? axis = null)
    {
        ArgumentNullException.ThrowIfNull(index);
        if (axis is null)
        {
            return Flatten().TakeAlongDim(index.Flatten(), 0);
        }

        int a = this.AxisOf(axis.Value, "TakeAlongDim");
        if (index.Rank != Rank)
        {
            throw new ShapeException($"TakeAlongDim: an index {index.Shape} does not fit a tensor {Shape}: it needs the same rank.");
        }

        Broadcasting.CheckDevices(this, index, "TakeAlongDim");
        int[] own = Layout.Lengths.AsSpan().ToArray(), places = index.Layout.Lengths.AsSpan().ToArray();
        (own[a], places[a]) = (1, 1);
        int[] common = Shape.Broadcast(own, places, "TakeAlongDim");
        common[a] = Size(a);
        Tensor x = Expand(common);
        common[a] = index.Size(a);
        Tensor valid = IndexTensors.Checked(index, a, Size(a), "TakeAlongDim", allowsNegative: true);
        return x.GatherChecked(a, valid.Expand(common).Contiguous());
    }
}
