using DeepLearning.Losses;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Gathers and scatters of long lists and many indices, and the errors of indices, which come with the next value read.</summary>
public sealed class GpuIndexingTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:indexing");

    [Fact]
    public void The_gradient_of_an_embedding_adds_in_the_order_of_the_indices()
    {
        Tensor words = Tensor.RandInt(0, 5, [4, 25], generator: new Generator(1));
        Tensor given = Tensor.Randn([4, 25, 3], generator: new Generator(2));
        float[] Gradient(Device device)
        {
            Tensor table = Tensor.Ones([7, 3], DType.Float32, device);
            table.RequiresGrad = true;
            (Tensor.Embedding(table, words.To(device)) * given.To(device)).Sum().Backward();
            return table.Grad!.ToArray<float>();
        }

        Assert.Equal(Gradient(Device.Cpu), Gradient(s_device));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Long_lines_are_scattered_in_order(int axis)
    {
        int[] lengths = axis == 0 ? [100, 2] : [2, 100];
        int[] room = axis == 0 ? [6, 2] : [2, 6];
        Tensor index = Tensor.RandInt(0, 6, lengths, generator: new Generator(3));
        foreach (DType dtype in new[] { DType.Float32, DType.Float16, DType.Int32 })
        {
            Tensor values = Tensor.RandInt(-9, 9, lengths, DType.Float32, new Generator(4)).Multiply(0.37).To(dtype);
            Tensor Run(Device device)
            {
                Tensor y = Tensor.Ones(room, dtype, device), where = index.To(device), from = values.To(device);
                return Tensor.Cat([y.Scatter(axis, where, from), y.ScatterAdd(axis, where, from)]).To(Device.Cpu);
            }

            Assert.Equal(Run(Device.Cpu).To(DType.Float64).ToArray<double>(), Run(s_device).To(DType.Float64).ToArray<double>());
        }
    }

    [Fact]
    public void More_than_four_indices_select_and_write()
    {
        Tensor x = Tensor.Arange(0, 2 * 3 * 2 * 3 * 2 * 2).Reshape(2, 3, 2, 3, 2, 2);
        Tensor[] places =
        [
            .. new[] { 2, 3, 2, 3, 2 }.Select((length, i) => Tensor.RandInt(0, length, [4], generator: new Generator((ulong)i))),
        ];
        Tensor Run(Device device)
        {
            Tensor own = x.Clone().To(device);
            TensorIndex[] at = [.. places.Select(place => (TensorIndex)place.To(device))];
            Tensor taken = own[at[0], at[1], at[2], at[3], at[4]];
            own[at[0], at[1], at[2], at[3], at[4]] = taken * 0 - 1;
            return Tensor.Cat([taken.Reshape(-1), own.Reshape(-1)]).To(Device.Cpu);
        }

        Assert.Equal(Run(Device.Cpu).ToArray<long>(), Run(s_device).ToArray<long>());
        Assert.Empty(s_device.HostFallbacks);
    }

    [Fact]
    public void An_index_out_of_range_is_told_when_a_value_is_read()
    {
        Tensor x = Tensor.Arange(0, 6).To(s_device), wrong = Tensor.From([1L, 6, -7]).To(s_device);
        long waits = Waits.Of(s_device);
        Tensor y = x.Take(wrong);
        Assert.Equal(waits, Waits.Of(s_device));
        IndexException refused = Assert.Throws<IndexException>(() => y.ToArray<long>());
        Assert.Contains("Take: index 6 is out of range for axis 0 of length 6; use -6 to 5.", refused.Message);

        // It is told once; what is harmless stands in its place, and negative ones count from the end.
        Assert.Equal([1, 0, 0], y.ToArray<long>());
        Assert.Equal([5L, 0], x.Take(Tensor.From([-1L, -6]).To(s_device)).ToArray<long>());
    }

    [Fact]
    public void The_first_of_several_errors_is_told()
    {
        Tensor x = Tensor.Arange(0, 6).To(s_device);
        _ = x.Take(Tensor.From([0L, 77]).To(s_device));
        _ = x.IndexSelect(0, Tensor.From([99L]).To(s_device));
        Assert.Contains("Take: index 77", Assert.Throws<IndexException>(() => s_device.Synchronize()).Message);
        s_device.Synchronize();
    }

    [Fact]
    public void Losses_refuse_what_is_not_a_class_or_a_probability_when_a_value_is_read()
    {
        Tensor scores = Tensor.Zeros(2, 3).To(s_device);
        Tensor loss = Loss.CrossEntropy(scores, Tensor.From([0L, 3]).To(s_device));
        Assert.Contains("the target 3 of row 1", Assert.Throws<IndexException>(() => loss.Item<float>()).Message);
        Tensor half = Tensor.Full([2], 0.5).To(s_device);
        Tensor second = Loss.BCE(half, half + 1);
        Assert.Contains("BCE: a target", Assert.Throws<ArgumentOutOfRangeException>(() => second.Item<float>()).Message);
    }

    [Fact]
    public void More_checks_than_slots_are_read_between()
    {
        Tensor x = Tensor.Arange(0, 4).To(s_device), index = Tensor.From([3L]).To(s_device);
        for (int i = 0; i < 300; i++)
        {
            _ = x.IndexSelect(0, index);
        }

        _ = x.IndexSelect(0, index + 1);
        Assert.Contains("index 4", Assert.Throws<IndexException>(() => s_device.Synchronize()).Message);
    }
}
