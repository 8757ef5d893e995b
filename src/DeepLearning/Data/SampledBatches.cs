namespace DeepLearning.Data;

/// <summary>A sampler's order cut into batches of one size.</summary>
internal sealed class SampledBatches : BatchSampler
{
    private readonly Sampler _sampler;
    private readonly int _batchSize;
    private readonly bool _dropLast;

    public SampledBatches(Sampler sampler, int batchSize, bool dropLast) : base(sampler.DatasetCount)
    {
        _sampler = sampler;
        _batchSize = batchSize;
        _dropLast = dropLast;
    }

    public override int Count => _dropLast ? _sampler.Count / _batchSize : (int)(((long)_sampler.Count + _batchSize - 1) / _batchSize);

    public override int SampleCount => _dropLast ? Count * _batchSize : _sampler.Count;

    public override bool IsRandom => _sampler.IsRandom;

    public override IReadOnlyList<int[]> Batches(Generator generator)
    {
        int[] order = _sampler.Order(generator);
        if (order.Length != _sampler.Count)
        {
            throw new InvalidOperationException(
                $"{_sampler.GetType().Name}: Order gave {order.Length} positions, Count is {_sampler.Count}.");
        }

        int[][] batches = new int[Count][];
        for (int i = 0; i < batches.Length; i++)
        {
            int start = i * _batchSize;
            batches[i] = order[start..Math.Min(start + _batchSize, order.Length)];
        }

        return batches;
    }
}
