using DeepLearning.Backends.Gpu;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Attention on the device, beside the processor: sizes that are not whole tiles, masks, layouts, dropout.</summary>
public sealed class GpuAttentionTests
{
    private readonly Generator _generator = new(14);

    [Theory]
    [InlineData(1, 1, 1, 1, false)]
    [InlineData(19, 21, 6, 5, false)]
    [InlineData(18, 18, 20, 17, true)]
    [InlineData(5, 33, 9, 32, true)]
    [InlineData(33, 5, 32, 3, true)]
    public void Sizes_agree(int queries, int keys, int width, int valueWidth, bool isCausal)
    {
        Tensor q = Random(2, queries, width), k = Random(2, keys, width), v = Random(2, keys, valueWidth);
        BothDevices.Agree(x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], isCausal: isCausal), 3e-6, q, k, v);
    }

    [Fact]
    public void Masks_agree()
    {
        Tensor q = Random(2, 2, 18, 4), k = Random(2, 1, 17, 4), v = Random(1, 2, 17, 6);
        Tensor visible = Tensor.Rand([2, 1, 18, 17], generator: _generator) > 0.4;
        visible[0, 0, 3].FillInPlace(0);
        BothDevices.Agree(static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], x[3]), 3e-6, q, k, v, visible);
        BothDevices.Agree(static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], x[3]), 3e-6, q, k, v, visible.Narrow(2, 1, 1));
        BothDevices.Agree(
            static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], x[3].Detach(), scale: 0.7), 3e-6, q, k, v, Random(18, 17));
    }

    [Fact]
    public void Heads_that_are_views_and_shared_heads_agree()
    {
        Tensor q = Random(2, 17, 4, 3), k = Random(2, 5, 4, 3), v = Random(2, 5, 4, 3), few = Random(2, 5, 2, 3);
        static Tensor Heads(Tensor x) => x.Transpose(1, 2);
        BothDevices.Agree(static x => Tensor.ScaledDotProductAttention(Heads(x[0]), Heads(x[1]), Heads(x[2])), 3e-6, q, k, v);
        BothDevices.Agree(
            static x => Tensor.ScaledDotProductAttention(Heads(x[0]), Heads(x[1]), Heads(x[1]), enableGqa: true), 3e-6, q, few);
    }

    [Fact]
    public void Dropout_drops_what_the_processor_drops()
    {
        Tensor q = Random(2, 19, 4), k = Random(2, 21, 4), v = Random(2, 21, 6);
        BothDevices.Agree(
            static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], dropoutP: 0.4, generator: new Generator(3)), 3e-6, q, k, v);
        BothDevices.Agree(
            static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], dropoutP: 1, generator: new Generator(3)), 3e-6, q, k, v);
    }

    [Fact]
    public void The_kernels_take_what_they_say_they_take()
    {
        GpuBackend backend = (GpuBackend)Device.IlgpuCpu.Backend;
        bool Takes(Tensor x)
        {
            Tensor here = x.To(Device.IlgpuCpu), y = Tensor.EmptyLike(here);
            Tensor figures = Tensor.Allocate([2, x.Size(0), x.Size(1)], x.DType, Device.IlgpuCpu);
            return backend.TryAttention(here, here, here, null, new AttentionOptions(false, 1, 0, default), y, figures);
        }

        Assert.True(Takes(Random(2, 3, 32)));
        Assert.False(Takes(Random(2, 3, 33)));
        Assert.False(Takes(Random(2, 3, 4).To(DType.Float64)));
    }

    private Tensor Random(params int[] shape) => Tensor.Randn(shape, generator: _generator);
}
