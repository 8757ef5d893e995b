namespace DeepLearning.Tests.Ops.Movement;

/// <summary>Padding adds on one side and cuts on the other in every combination; the gradient goes back the same way.</summary>
public class PadGradientTests
{
    public static TheoryData<PadMode> Modes => new(Enum.GetValues<PadMode>());

    [Fact]
    public void A_constant_padding_of_any_signs_moves_the_gradient_back_to_where_the_elements_came_from()
    {
        const int Height = 3, Width = 4;
        foreach ((int top, int bottom) in Pairs(Height))
        {
            foreach ((int left, int right) in Pairs(Width))
            {
                Tensor x = Tensor.Arange(Height * Width).To(DType.Float64).Reshape(Height, Width);
                x.RequiresGrad = true;
                Tensor y = x.Pad([left, right, top, bottom], value: -5);
                int rows = Height + top + bottom, columns = Width + left + right;
                Tensor weights = Tensor.Arange(rows * columns).To(DType.Float64).Reshape(rows, columns) + 1;
                double[] values = y.ToArray<double>(), gradient = Autograd.Grad((y * weights).Sum(), x).ToArray<double>();
                double[] expected = new double[Height * Width];
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        (int row, int column) = (i - top, j - left);
                        bool inside = row is >= 0 and < Height && column is >= 0 and < Width;
                        Assert.Equal(inside ? (row * Width) + column : -5, values[(i * columns) + j]);
                        if (inside)
                        {
                            expected[(row * Width) + column] = (i * columns) + j + 1;
                        }
                    }
                }

                Assert.True(expected.SequenceEqual(gradient), $"({top}, {bottom}), ({left}, {right}): {string.Join(' ', gradient)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void In_every_mode_an_element_gets_the_gradients_of_all_its_copies(PadMode mode)
    {
        foreach ((int left, int right) in Pairs(4))
        {
            if (mode == PadMode.Circular && Math.Max(left, right) > 4 + Math.Min(Math.Min(left, right), 0))
            {
                continue; // It crops first, and what is left goes round once at most.
            }

            foreach ((int top, int bottom) in ((int, int)[])[(0, 0), (1, -1), (-1, 1), (-1, -1), (1, 1)])
            {
                // Where the copies are is read off a padded tensor whose elements are their own positions.
                int[] padding = [left, right, top, bottom];
                Tensor x = (Tensor.Arange(12).To(DType.Float64) + 1).Reshape(3, 4);
                x.RequiresGrad = true;
                Tensor y = x.Pad(padding, mode);
                double[] values = y.ToArray<double>(), expected = new double[12];
                for (int i = 0; i < values.Length; i++)
                {
                    if (values[i] > 0)
                    {
                        expected[(int)values[i] - 1] += i + 1;
                    }
                }

                Tensor weights = (Tensor.Arange((int)y.Count).To(DType.Float64) + 1).Reshape(y.Shape);
                double[] gradient = Autograd.Grad((y * weights).Sum(), x, retainGraph: true).ToArray<double>();
                Assert.True(expected.SequenceEqual(gradient), $"{mode} {Shape.Format(padding)}: {string.Join(' ', gradient)}");

                Tensor first = Autograd.Grad((y * y * weights).Sum(), x, createGraph: true);
                double[] second = Autograd.Grad(first.Sum(), x).ToArray<double>();
                Assert.True(expected.Select(static e => 2 * e).SequenceEqual(second), $"{mode} {Shape.Format(padding)}, second order");
            }
        }
    }

    private static IEnumerable<(int Before, int After)> Pairs(int length)
    {
        for (int before = -length + 1; before <= length - 1; before++)
        {
            for (int after = -length + 1; after <= length - 1; after++)
            {
                if (length + before + after > 0)
                {
                    yield return (before, after);
                }
            }
        }
    }
}
