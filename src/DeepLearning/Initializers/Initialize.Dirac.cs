namespace DeepLearning.Initializers;

public static partial class Initialize
{
    /// <summary>
    /// Fills the weight of a convolution with the identity: an output channel gets the center of its input channel, as many channels as
    /// there are of both, in each group. The rest is 0.
    /// </summary>
    /// <param name="tensor">The weight to fill, [out, in / groups, kernel…], with one to three spatial axes.</param>
    /// <param name="groups">The convolution's groups.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">The tensor has other than three to five axes, or its outputs are not a multiple of the
    /// groups.</exception>
    public static Tensor Dirac(Tensor tensor, int groups = 1)
    {
        Check(tensor);
        OptionChecks.AtLeast(groups, 1, "Initialize.Dirac");
        if (tensor.Rank is < 3 or > 5)
        {
            throw new ShapeException($"Initialize.Dirac: needs a weight of three to five axes, [out, in, kernel..], not {tensor.Shape}.");
        }

        if (tensor.Size(0) % groups != 0)
        {
            throw new ShapeException(
                $"Initialize.Dirac: the {tensor.Size(0)} outputs of a weight {tensor.Shape} are not a multiple of {groups} groups.");
        }

        Tensor values = Tensor.Zeros(tensor.Shape, DType.Float64);
        int outputs = tensor.Size(0) / groups;
        TensorIndex[] center = [.. tensor.Shape[2..].ToArray().Select(static length => (TensorIndex)(length / 2))];
        for (int group = 0; group < groups; group++)
        {
            for (int channel = 0; channel < Math.Min(outputs, tensor.Size(1)); channel++)
            {
                values[[(group * outputs) + channel, channel, .. center]] = Tensor.FromScalar(1.0, DType.Float64);
            }
        }

        return Write(tensor, values);
    }
}
