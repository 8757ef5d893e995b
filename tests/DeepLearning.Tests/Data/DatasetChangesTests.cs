using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

public class DatasetChangesTests
{
    [Fact]
    public void Sets_follow_each_other_also_when_one_is_empty()
    {
        ArrayDataset<int> none = new([]);
        IDataset<int> joined = none.Concat(new ArrayDataset<int>([1, 2]), none, none, new ArrayDataset<int>([3]), none);
        Assert.Equal([1, 2, 3], Enumerable.Range(0, joined.Count).Select(i => joined[i]));
        Assert.Throws<ArgumentOutOfRangeException>(() => joined[3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => joined[-1]);
    }

    [Fact]
    public void A_batch_of_several_sets_of_tensors_is_in_the_order_asked_for()
    {
        IBatchedDataset<Example, Example> joined = Tensors(0, 5).Concat(Tensors(5, 3), Tensors(8, 4));
        Assert.Equal(12, joined.Count);
        Example batch = joined.GetBatch([11, 0, 6, 3, 5, 10, 6]);
        Assert.Equal([11L, 0, 6, 3, 5, 10, 6], batch.Target.ToArray<long>());
        Assert.Equal([7, 1], batch.Input.Shape.ToArray());
        Assert.Equal([11L, 0, 6, 3, 5, 10, 6], batch.Input.ToArray<long>());
        Assert.Equal([7L, 5], joined.GetBatch([7, 5]).Target.ToArray<long>());
        Assert.Equal(7L, joined[7].Target.Item<long>());
    }

    [Fact]
    public void A_mapped_set_changes_samples_and_batches_when_they_are_read()
    {
        ArrayDataset<int> numbers = new([1, 2, 3]);
        IDataset<string> texts = numbers.Map(static n => $"<{n}>");
        Assert.Equal((3, "<2>"), (texts.Count, texts[1]));
        IBatchedDataset<Example, Example> scaled = Tensors(0, 6).Map(Half, Half);
        Assert.Equal(2.5, scaled[5].Input.Item<float>());
        Assert.Equal([0f, 0.5f, 1f, 1.5f], DataLoader.Create(scaled, 4).First().Input.ToArray<float>());

        static Example Half(Example e) => e with { Input = e.Input.To(DType.Float32) / 2 };
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Random_changes_depend_on_seed_and_epoch_and_not_on_the_workers_or_other_draws(bool batched)
    {
        float[][] Run(int workers)
        {
            IBatchedDataset<Example, Example> noisy = Tensors(0, 40).Map(Noise, Noise);
            DataLoader<Example, Example> loader = batched
                ? DataLoader.Create(noisy, 8, shuffle: true, workers: workers, seed: 6)
                : DataLoader.Create(noisy.Map(static e => e), 8, shuffle: true, workers: workers, seed: 6);
            List<float[]> batches = [];
            for (int epoch = 0; epoch < 2; epoch++)
            {
                foreach (Example batch in loader)
                {
                    Generator.Default.NextUInt64();
                    batches.Add(batch.Input.ToArray<float>());
                }
            }

            return [.. batches];
        }

        float[][] plain = Run(0);
        Assert.Equal(plain, Run(1));
        Assert.Equal(plain, Run(4));
        Assert.Equal(80, plain.SelectMany(static b => b).Select(static x => x - MathF.Floor(x)).Distinct().Count());

        static Example Noise(Example e) => e with { Input = e.Input.To(DType.Float32) + (Tensor.Rand(e.Input.Shape) / 2) };
    }

    [Fact]
    public void A_cached_set_reads_each_sample_once_and_survives_a_scope()
    {
        List<int> read = [];
        IDataset<Tensor> cached = new ArrayDataset<int>([5, 6]).Tap(read).Map(static i => Tensor.Full([3000], i)).Cached();
        Tensor first;
        using (new TensorScope())
        {
            first = cached[1];
        }

        Assert.Same(first, cached[1]);
        Assert.Equal(6f, cached[1][2999].Item<float>());
        Assert.Equal([1], read);
        Assert.Equal(2, cached.Count);
    }

    [Fact]
    public void A_set_can_be_read_into_memory()
    {
        List<int> read = [];
        ArrayDataset<int> kept = new ArrayDataset<int>([5, 6, 7]).Tap(read).ToMemory();
        Assert.Equal([0, 1, 2], read);
        Assert.Equal((3, 7), (kept.Count, kept[2]));
        Assert.Throws<OperationCanceledException>(() => kept.ToMemory(new CancellationToken(true)));
    }

    [Fact]
    public void Examples_can_be_read_into_tensors()
    {
        TensorDataset direct = Tensors(0, 6).Map(Twice, Twice).ToTensors();
        Assert.Equal([0L, 2, 4, 6, 8, 10], direct.Inputs.ToArray<long>());
        TensorDataset single = Tensors(0, 6).Map(Twice).ToTensors();
        Assert.Equal([6, 1], single.Inputs.Shape.ToArray());
        Assert.Equal([0L, 2, 4, 6, 8, 10], single.Inputs.ToArray<long>());
        Assert.Equal([0L, 1, 2, 3, 4, 5], single.Targets.ToArray<long>());
        ArrayDataset<Example> uneven = new([new(Tensor.Ones(2), Tensor.Ones()), new(Tensor.Ones(3), Tensor.Ones())]);
        Assert.Contains("sample 1", Assert.Throws<ShapeException>(() => uneven.ToTensors()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ArrayDataset<Example>([]).ToTensors());
        Assert.Throws<OperationCanceledException>(() => uneven.ToTensors(new CancellationToken(true)));

        static Example Twice(Example e) => e with { Input = e.Input * 2 };
    }

    private static TensorDataset Tensors(int start, int count) =>
        new(Tensor.Arange(start, start + count).Reshape(-1, 1), Tensor.Arange(start, start + count));
}
