namespace DeepLearning.Tests.Interop;

/// <summary>(float)loss and its siblings.</summary>
public sealed class ScalarConversionTests
{
    public static TheoryData<DType> Types() => [.. Enum.GetValues<DType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_tensor_of_one_element_converts_to_every_number(DType dtype)
    {
        foreach (double value in (double[])[0, 1, 3])
        {
            Tensor x = Tensor.Full([1, 1], value, DType.Float64).To(dtype);
            Assert.Equal(x.Item<double>(), (double)x);
            Assert.Equal(x.Item<float>(), (float)x);
            Assert.Equal(x.Item<Half>(), (Half)x);
            Assert.Equal(x.Item<BFloat16>(), (BFloat16)x);
            Assert.Equal(x.Item<long>(), (long)x);
            Assert.Equal(x.Item<int>(), (int)x);
            Assert.Equal(x.Item<byte>(), (byte)x);
            Assert.Equal(x.Item<bool>(), (bool)x);
        }
    }

    [Fact]
    public void A_recorded_loss_converts_and_can_still_be_differentiated()
    {
        Tensor x = Tensor.From([1f, 2f]);
        x.RequiresGrad = true;
        Tensor loss = (x * x).Sum();
        Assert.Equal(5f, (float)loss);
        Assert.Equal(5, (int)loss);
        loss.Backward();
        Assert.Equal([2f, 4f], x.Grad!.ToArray<float>());
    }

    [Fact]
    public void More_than_one_element_or_none_is_an_error_that_says_so()
    {
        Action[] wrong =
        [
            static () => _ = (double)Tensor.Zeros(2, 3), static () => _ = (float)Tensor.Zeros(2, 3),
            static () => _ = (Half)Tensor.Zeros(2, 3), static () => _ = (BFloat16)Tensor.Zeros(2, 3),
            static () => _ = (long)Tensor.Zeros(2, 3), static () => _ = (int)Tensor.Zeros(2, 3),
            static () => _ = (byte)Tensor.Zeros(2, 3), static () => _ = (bool)Tensor.Zeros(2, 3),
        ];
        Assert.All(wrong, static convert => Assert.Contains(
            "a tensor [2, 3] has 6 elements, not one", Assert.Throws<ShapeException>(convert).Message, StringComparison.Ordinal));
        Assert.StartsWith("(float): ", Assert.Throws<ShapeException>(wrong[1]).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(static () => (float)Tensor.Zeros(0));
        Assert.Throws<ArgumentNullException>(static () => (float)(Tensor)null!);
    }
}
