namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void Sum(Tensor x, Tensor y)
    {
        double[] sums = new double[y.Count];
        double[] values = x.ToArray<double>();
        Layout target = Layout.Contiguous(y.Layout.Lengths).BroadcastTo(x.Layout.Lengths);
        int[] index = new int[x.Rank];
        foreach (double value in values)
        {
            long position = 0;
            for (int axis = 0; axis < index.Length; axis++)
            {
                position += index[axis] * target.Strides[axis];
            }

            sums[position] += value;
            for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == x.Layout.Lengths[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        Copy(Tensor.From(sums, y.Layout.Lengths), y);
    }
}
