using DeepLearning.Backends.Gpu;

namespace DeepLearning.Tests.Gpu.Backend;

public sealed class GpuPoolTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:memory");

    [Fact]
    public void A_size_class_holds_what_is_asked_of_it_and_no_more_than_a_quarter_above()
    {
        for (long bytes = 1; bytes < 1L << 40; bytes += 1 + (bytes / 7))
        {
            long size = GpuPool.SizeOf(GpuPool.ClassOf(bytes));
            Assert.InRange(size, bytes, Math.Max(512, bytes + (bytes / 4) + 1));
            Assert.Equal(0, size % 16);
        }
    }

    [Fact]
    public void A_loop_stays_flat_and_reuses_its_blocks()
    {
        Device device = s_device;
        Tensor x = Tensor.Ones([300], DType.Float32, device);
        long Step()
        {
            using TensorScope scope = new();
            Tensor y = x;
            for (int i = 0; i < 5; i++)
            {
                y = y + x;
            }

            return device.GpuMemory.Allocations;
        }

        Step();
        long before = Step();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(before, Step());
        }
    }

    [Fact]
    public void Without_room_the_error_says_what_holds_the_memory()
    {
        Device device = s_device;
        Tensor held = Tensor.Ones([100_000], DType.Float32, device);
        InsufficientMemoryException refused = Assert.Throws<InsufficientMemoryException>(
            () => Tensor.Allocate([1 << 30, 1 << 10], DType.Float64, device));
        Assert.Contains("are in use, in blocks: ", refused.Message);
        GC.KeepAlive(held);
    }

    [Fact]
    public void Unused_blocks_go_back_to_the_driver()
    {
        Device device = s_device;
        using (TensorScope scope = new())
        {
            _ = Tensor.Ones([300_000], DType.Float64, device);
        }

        long reserved = device.GpuMemory.Reserved;
        device.TrimGpuMemory();
        Assert.True(device.GpuMemory.Reserved < reserved, $"{device.GpuMemory.Reserved} of {reserved} are still reserved.");
    }
}
