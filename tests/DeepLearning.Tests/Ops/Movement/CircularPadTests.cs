namespace DeepLearning.Tests.Ops.Movement;

/// <summary>Padding that adds on one side and takes away on the other.</summary>
public class CircularPadTests
{
    [Fact]
    public void Continues_what_is_kept()
    {
        for (int length = 1; length <= 5; length++)
        {
            Tensor x = Tensor.Arange(1, length + 1).To(DType.Float64);
            for (int before = -length; before <= length; before++)
            {
                for (int after = -length; after <= length; after++)
                {
                    int first = Math.Max(-before, 0), kept = length - first - Math.Max(-after, 0);
                    if (kept < 0 || Math.Max(before, after) > kept)
                    {
                        Assert.Throws<ShapeException>(() => x.Pad([before, after], PadMode.Circular));
                        continue;
                    }

                    // The kept part three times in a row, of which the middle one and its neighbours are taken.
                    Tensor part = x.Narrow(0, first, kept), row = Tensor.Cat([part, part, part]);
                    int left = Math.Max(before, 0);
                    Tensor expected = row.Narrow(0, kept - left, left + kept + Math.Max(after, 0));
                    Tensor leaf = x.Detach(), actual = leaf.Pad([before, after], PadMode.Circular);
                    Assert.Equal(expected.ToArray<double>(), actual.ToArray<double>());
                    CheckGradient(leaf, before, after);
                }
            }
        }
    }

    [Fact]
    public void As_PyTorch_does()
    {
        Tensor x = Tensor.Arange(1, 6).To(DType.Float32);
        Assert.Equal([3f, 1, 2, 3], x.Pad([1, -2], PadMode.Circular).ToArray<float>());
        Assert.Equal([3f, 4, 5, 3], x.Pad([-2, 1], PadMode.Circular).ToArray<float>());
        Tensor image = Tensor.Arange(1, 13).To(DType.Float32).Reshape(3, 4);
        Assert.Equal([7f, 5, 6, 7, 11, 9, 10, 11, 7, 5, 6, 7], image.Pad([1, -1, -1, 1], PadMode.Circular).ToArray<float>());
        Assert.Contains("Pad", Assert.Throws<ShapeException>(() => x.Pad([5, -3], PadMode.Circular)).Message);
    }

    private static void CheckGradient(Tensor x, int before, int after)
    {
        x.RequiresGrad = true;
        Tensor y = x.Pad([before, after], PadMode.Circular);
        double[] weights = [.. Enumerable.Range(1, (int)y.Count).Select(static i => (double)i)];
        double[] expected = new double[x.Count], places = y.ToArray<double>();
        for (int i = 0; i < places.Length; i++)
        {
            expected[(int)places[i] - 1] += weights[i];
        }

        Assert.Equal(expected, Autograd.Grad((y * Tensor.From(weights)).Sum(), x).ToArray<double>());
    }
}
