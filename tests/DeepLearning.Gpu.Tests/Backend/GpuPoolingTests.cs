namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>
/// Pooling, resampling, columns and distances on ILGPU's accelerator of the processor, values and gradients against the processor's
/// backend.
/// </summary>
public sealed class GpuPoolingTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:pooling");

    private static readonly Dictionary<string, (int[] Lengths, Func<Tensor, Tensor> Run)> s_operations = new()
    {
        ["max, pairs"] = ([2, 2, 6, 5], static x => x.MaxPool2d(2)),
        ["max, overlapping"] = ([1, 3, 7, 6], static x => x.MaxPool2d(3, 2, 1)),
        ["max, dilated"] = ([1, 2, 9, 8], static x => x.MaxPool2d(3, 1, 1, 2)),
        ["max, one axis"] = ([2, 3, 11], static x => x.MaxPool1d(3, 2, 1)),
        ["max, three axes"] = ([1, 2, 4, 5, 4], static x => x.MaxPool3dWithIndices(2, 1).Values),
        ["max, even windows"] = ([1, 2, 7, 5], static x => x.AdaptiveMaxPool2d(3, 2)),
        ["max, more outputs than elements"] = ([1, 1, 3], static x => x.AdaptiveMaxPool1d(5)),
        ["average"] = ([2, 2, 6, 5], static x => x.AvgPool2d(2)),
        ["average with padding"] = ([1, 2, 7, 6], static x => x.AvgPool2d(3, 2, 1)),
        ["average, three axes"] = ([1, 2, 4, 5, 4], static x => x.AvgPool3d(2, 1)),
        ["average, even windows"] = ([1, 2, 7, 5], static x => x.AdaptiveAvgPool2d(3, 2)),
        ["average of all"] = ([2, 3, 4, 5], static x => x.AdaptiveAvgPool2d(1)),
        ["bilinear, larger"] = ([1, 2, 3, 4], static x => x.Interpolate((7, 5), mode: InterpolationMode.Bilinear)),
        ["bicubic, smaller"] = ([1, 2, 6, 7], static x => x.Interpolate((3, 4), mode: InterpolationMode.Bicubic)),
        ["linear"] = ([2, 2, 5], static x => x.Interpolate(8, mode: InterpolationMode.Linear)),
        ["columns"] = ([2, 3, 5, 6], static x => x.Im2Col(3, 2, 1, 2)),
        ["image of columns"] = ([2, 12, 20], static x => x.Col2Im((5, 6), 2)),
        ["distances"] = ([26, 3], static x => x.Cdist(x.Narrow(0, 0, 3) + 1)),
    };

    public static TheoryData<string, int[]> Operations()
    {
        TheoryData<string, int[]> data = [];
        foreach (string name in s_operations.Keys)
        {
            data.Add(name, s_operations[name].Lengths);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Values_and_gradients_equal_the_processors(string operation, int[] lengths)
    {
        Tensor x = Tensor.Randn(lengths, generator: new Generator(3));
        (float[] expectedY, float[] expectedDx) = Run(x, Device.Cpu, s_operations[operation].Run);
        (float[] y, float[] dx) = Run(x, s_device, s_operations[operation].Run);
        Assert.Equal(expectedY, y, static (a, b) => MathF.Abs(a - b) <= 2e-6f * (1 + MathF.Abs(a)));
        Assert.Equal(expectedDx, dx, static (a, b) => MathF.Abs(a - b) <= 1e-5f * (1 + MathF.Abs(a)));
    }

    [Fact]
    public void The_greatest_of_equals_is_the_first_and_of_NaN_the_last()
    {
        float nan = float.NaN;
        Tensor x = Tensor.From([1f, 1, 5, nan, 1, 1, nan, 2, -0f, 0, 3, 3, 0, -0f, 3, 3]).Reshape(1, 1, 4, 4);
        (Tensor expected, Tensor expectedAt) = Pair(x.MaxPool2dWithIndices(2));
        (Tensor y, Tensor at) = Pair(x.To(s_device).MaxPool2dWithIndices(2));
        Assert.Equal(expected.ToArray<float>(), y.ToArray<float>());
        Assert.Equal(expectedAt.ToArray<long>(), at.ToArray<long>());

        static (Tensor Values, Tensor Indices) Pair(ValuesAndIndices pair) => (pair.Values, pair.Indices);
    }

    [Fact]
    public void Distances_of_rows_that_are_close_or_not_finite_come_from_the_differences()
    {
        float[] numbers = [.. Enumerable.Range(0, 30 * 2).Select(static i => 1000 + (i * 1e-4f))];
        (numbers[4], numbers[10], numbers[20]) = (float.PositiveInfinity, float.NaN, 1e30f);
        Tensor x = Tensor.From(numbers).Reshape(30, 2);
        float[] expected = x.Cdist(x).ToArray<float>(), actual = x.To(s_device).Cdist(x.To(s_device)).ToArray<float>();
        Assert.Equal(expected, actual, static (a, b) => a.Equals(b) || MathF.Abs(a - b) <= 2e-6f * MathF.Abs(a));
    }

    private static (float[] Y, float[] DX) Run(Tensor input, Device device, Func<Tensor, Tensor> operation)
    {
        Tensor x = input.To(device).Detach();
        x.RequiresGrad = true;
        Tensor y = operation(x);
        (y * Tensor.Randn(y.Shape, generator: new Generator(9)).To(device)).Sum().Backward();
        return (y.ToArray<float>(), x.Grad!.ToArray<float>());
    }
}
