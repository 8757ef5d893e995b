using DeepLearning.Layers;

namespace DeepLearning.Tests.CompilationTests;

/// <summary>Weights that a compiled model lays out once give the bits of weights laid out at each call, however many blocks.</summary>
[Trait("Rerun", "Simd")]
public sealed class PackedWeightTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        // Rows, inputs, outputs: several blocks along the inputs, the outputs, both, and one that no vector fits.
        { 9, 1500, 70 }, { 33, 70, 3200 }, { 2, 1100, 3100 }, { 130, 513, 129 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_linear_map_of_any_size(int rows, int inputs, int outputs)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64])
        {
            Same(new Linear(inputs, outputs, dtype: dtype, generator: new Generator(3)), Numbers([rows, inputs], dtype));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 4)]
    public void A_convolution_of_many_channels(int stride, int groups)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64])
        {
            Same(
                new Conv2d(40, 72, 3, stride, 1, groups: groups, dtype: dtype, generator: new Generator(3)),
                Numbers([2, 40, 31, 29], dtype));
        }
    }

    private static Tensor Numbers(int[] shape, DType dtype) => Tensor.Randn(shape, dtype, generator: new Generator(5));

    private static void Same(Module<Tensor, Tensor> layer, Tensor x)
    {
        CompiledModel compiled = layer.Compile(x);
        Assert.True(compiled.Forward(x).Equal(layer.Forward(x).Detach()), $"{layer}, {x.DType}");
    }
}
