namespace DeepLearning.Tests.Ops.Convolution;

/// <summary>What a window of max pooling takes, against its definition: above all where nothing in it is above -∞.</summary>
[Trait("Rerun", "Simd")]
public class PoolingWindowTests
{
    public static TheoryData<int[], int[], int[], int[], int[], bool> Cases => new()
    {
        // height and width, kernel, stride, padding, dilation, ceil: pairs, phases, single windows, and what is left at the right of each
        { [4, 6], [2, 2], [2, 2], [0, 0], [1, 1], false },
        { [4, 16], [2, 2], [2, 2], [0, 0], [1, 1], false },
        { [5, 27], [2, 2], [2, 2], [0, 0], [1, 1], false },
        { [5, 25], [2, 2], [2, 2], [0, 0], [1, 1], true },
        { [5, 40], [3, 3], [1, 1], [1, 1], [1, 1], false },
        { [7, 37], [3, 3], [2, 2], [1, 1], [1, 1], false },
        { [9, 40], [3, 2], [2, 3], [1, 1], [2, 3], true },
        { [6, 5], [4, 5], [3, 2], [2, 2], [1, 1], true },
        { [3, 3], [3, 3], [3, 3], [0, 0], [1, 1], false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_window_without_anything_above_minus_infinity_takes_its_first_element(
        int[] size, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceil)
    {
        double[] x = new double[2 * size[0] * size[1]];
        Array.Fill(x, double.NegativeInfinity);
        Check(x, size, kernel, stride, padding, dilation, ceil);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void One_element_above_minus_infinity_is_taken_wherever_it_is(
        int[] size, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceil)
    {
        for (int place = 0; place < size[0] * size[1]; place += 1 + (size[0] * size[1] / 40))
        {
            double[] x = new double[2 * size[0] * size[1]];
            Array.Fill(x, double.NegativeInfinity);
            x[place] = -1e30;
            x[^(place + 1)] = double.NaN;
            Check(x, size, kernel, stride, padding, dilation, ceil);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_first_of_equal_elements_is_taken_and_has_the_gradient(
        int[] size, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceil)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            Random random = new(seed);
            double[] kinds = seed % 2 == 0 ? [-2, -1] : [double.NegativeInfinity, -1, -1, 0];
            double[] x = [.. Enumerable.Range(0, 2 * size[0] * size[1]).Select(_ => kinds[random.Next(kinds.Length)])];
            Check(x, size, kernel, stride, padding, dilation, ceil);
        }
    }

    [Theory]
    [InlineData(6, 20, 3, 10)]
    [InlineData(5, 7, 2, 3)]
    [InlineData(4, 33, 4, 11)]
    public void Windows_of_a_given_number_take_their_first_element_too(int height, int width, int rows, int columns)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.Float16])
        {
            Tensor x = Tensor.Full([1, height, width], double.NegativeInfinity, dtype);
            x.RequiresGrad = true;
            Tensor y = x.AdaptiveMaxPool2d(rows, columns);
            Assert.All(y.ToArray<double>(), static v => Assert.Equal(double.NegativeInfinity, v));
            Tensor dx = Autograd.Grad(y, x, Tensor.OnesLike(y));
            double[,] expected = new double[height, width];
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    expected[i * height / rows, j * width / columns]++;
                }
            }

            Assert.Equal(expected.Cast<double>(), dx.ToArray<double>());
        }
    }

    private static void Check(double[] x, int[] size, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceil)
    {
        Tensor plane = Tensor.From(x, 1, 2, size[0], size[1]);
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.BFloat16])
        {
            Tensor leaf = plane.To(dtype).Detach();
            leaf.RequiresGrad = true;
            ValuesAndIndices got = leaf.MaxPool2dWithIndices(
                (kernel[0], kernel[1]), (stride[0], stride[1]), (padding[0], padding[1]), (dilation[0], dilation[1]), ceil);
            Tensor plain = leaf.Detach().MaxPool2d(
                (kernel[0], kernel[1]), (stride[0], stride[1]), (padding[0], padding[1]), (dilation[0], dilation[1]), ceil);
            double[] rounded = leaf.ToArray<double>();
            int rows = got.Values.Size(2), columns = got.Values.Size(3);
            double[] gradient = new double[x.Length];
            for (int output = 0; output < got.Values.Count; output++)
            {
                (int channel, int i, int j) = (output / (rows * columns), output / columns % rows, output % columns);
                int offset = channel * size[0] * size[1];
                int expected = First(rounded.AsSpan(offset, size[0] * size[1]), i, j);
                Assert.Equal(expected, got.Indices.ToArray<long>()[output]);
                Assert.Equal(rounded[offset + expected], got.Values.ToArray<double>()[output]);
                Assert.Equal(rounded[offset + expected], plain.ToArray<double>()[output]);
                gradient[offset + expected] += output % 5;
            }

            Tensor arriving = Tensor.Arange((int)got.Values.Count).Remainder(5).Reshape(got.Values.Shape).To(dtype);
            Assert.Equal(gradient, Autograd.Grad(got.Values, leaf, arriving).ToArray<double>());
        }

        // The window's first greatest element; the last NaN, as in PyTorch.
        int First(ReadOnlySpan<double> source, int i, int j)
        {
            int best = -1;
            for (int r = 0; r < kernel[0]; r++)
            {
                for (int c = 0; c < kernel[1]; c++)
                {
                    int row = (i * stride[0]) - padding[0] + (r * dilation[0]), column = (j * stride[1]) - padding[1] + (c * dilation[1]);
                    if (row < 0 || row >= size[0] || column < 0 || column >= size[1])
                    {
                        continue;
                    }

                    int at = (row * size[1]) + column;
                    best = best < 0 || source[at] > source[best] || double.IsNaN(source[at]) ? at : best;
                }
            }

            return best;
        }
    }
}
