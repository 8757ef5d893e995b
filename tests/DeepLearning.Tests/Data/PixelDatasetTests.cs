using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests;

public class PixelDatasetTests
{
    private static readonly TensorDataset _source =
        new(Tensor.Arange(5 * 3 * 77).Multiply(37).Remainder(256).To(DType.UInt8).Reshape(5, 3, 7, 11), Tensor.Arange(5));

    [Fact]
    public void Bytes_become_the_same_floats_as_all_at_once()
    {
        Tensor expected = _source.Inputs.To(DType.Float32) / 255;
        Example batch = new PixelDataset(_source).GetBatch([3, 0]);
        Assert.True(batch.Input.Equal(expected.IndexSelect(0, Tensor.From([3, 0]))));
        Assert.Equal([3, 0], batch.Target.ToArray<int>());
        Assert.Equal(DType.UInt8, _source.Inputs.DType);
    }

    [Fact]
    public void Mean_and_deviation_are_of_the_whole_or_of_each_channel()
    {
        Tensor scaled = _source.Inputs.To(DType.Float32) / 255;
        Example one = new PixelDataset(_source, [0.5f], [0.25f])[1];
        Assert.True(one.Input.Equal((scaled[1] - 0.5) / 0.25));
        Assert.Equal(1, one.Target.Item<int>());
        Tensor mean = Tensor.From([0.1f, 0.2f, 0.3f], 3, 1, 1), deviation = Tensor.From([1f, 2f, 4f], 3, 1, 1);
        Assert.True(new PixelDataset(_source, [0.1f, 0.2f, 0.3f], [1, 2, 4])[4].Input.Equal((scaled[4] - mean) / deviation));
    }

    [Fact]
    public void Other_types_and_numbers_are_refused()
    {
        Assert.Throws<DTypeException>(() => new PixelDataset(new TensorDataset(Tensor.Zeros(2, 3), Tensor.Zeros(2))));
        Assert.Throws<ShapeException>(() => new PixelDataset(_source, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PixelDataset(_source, [0], [0]));
    }
}
