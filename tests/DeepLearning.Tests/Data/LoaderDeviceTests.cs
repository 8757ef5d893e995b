using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

/// <summary>A loader whose batches are moved hands out the same ones, from the same position.</summary>
public class LoaderDeviceTests
{
    private static readonly TensorDataset s_four = new(Tensor.Arange(8).To(DType.Float32).Reshape(4, 2), Tensor.From([0L, 1, 2, 3]));

    [Fact]
    public void Examples_padded_ones_and_tensors_are_moved_batch_by_batch()
    {
        Same(DataLoader.Create(s_four, 3), static l => l.To(Device.Cpu), static b => $"{b.Input}{b.Target}");
        ArrayDataset<Example> uneven = new(
            [.. Enumerable.Range(1, 4).Select(static i => new Example(Tensor.Full([i], i), Tensor.FromScalar(i)))]);
        LengthBucketedSampler sampler = new([1, 2, 3, 4], 3, shuffle: false);
        Same(DataLoader.CreatePadded(uneven, sampler), static l => l.To(Device.Cpu), static b => $"{b.Input}{b.Lengths}{b.Target}");
        DataLoader<Tensor, Tensor> tensors = new(s_four.Map<Example, Tensor>(static e => e.Input), 3, static s => Tensor.Stack([.. s]));
        Same(tensors, static l => l.To(Device.Cpu), static b => b.ToString());
    }

    private static void Same<TBatch>(
        IDataLoader<TBatch> loader, Func<IDataLoader<TBatch>, IDataLoader<TBatch>> move, Func<TBatch, string> text)
    {
        IDataLoader<TBatch> moved = move(loader);
        Assert.Equal((2, 4), (moved.Count, moved.SampleCount));
        DataLoaderState start = moved.State;
        string[] batches = [.. moved.Batches().Select(text)];
        Assert.Equal(2, batches.Distinct().Count());
        loader.State = start;
        Assert.Equal(batches, loader.Batches().Select(text));
    }
}
