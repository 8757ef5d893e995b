using DeepLearning.Testing;

namespace DeepLearning.Tests.Testing;

public sealed class RandomInputsTests
{
    [Fact]
    public void The_same_seed_gives_the_same_whatever_else_draws()
    {
        RandomInputs first = new(3), second = new(3);
        Tensor a = first.Normal(4);
        Tensor.Rand(7);
        TensorAssert.Same(a, second.Normal(4));
        TensorAssert.Same(first.Integers(0, 100, 9), second.Integers(0, 100, 9));
        Assert.False(TensorDifference.Elementwise(a, new RandomInputs(4).Normal(4), 0, 0).IsClose);
    }

    [Fact]
    public void Distinct_numbers_keep_their_distance()
    {
        double[] numbers = new RandomInputs(1, DType.Float64).Distinct(0.25, 4, 5).ToArray<double>();
        Assert.NotEqual(numbers.Order(), numbers);
        Assert.All(numbers.Order().Zip(numbers.Order().Skip(1)), static pair => Assert.Equal(0.25, pair.Second - pair.First, 12));
        Assert.Equal(0, numbers.Sum(), 10);
    }

    [Fact]
    public void Numbers_keep_away_from_kinks_and_a_range_full_of_kinks_is_refused()
    {
        double[] numbers = new RandomInputs(1).AwayFrom([0, 1], 0.3, 200).ToArray<double>();
        Assert.All(numbers, static x => Assert.True(Math.Abs(x) >= 0.2999 && Math.Abs(x - 1) >= 0.2999));
        Assert.Contains(numbers, static x => x is > 0.3 and < 0.7);
        Assert.Throws<ArgumentException>(() => new RandomInputs(1).AwayFrom([0], 4, 2));
    }

    [Fact]
    public void Probabilities_add_up_to_one_and_types_are_as_asked_for()
    {
        RandomInputs random = new(1, DType.Float64);
        TensorAssert.Close(Tensor.Ones([3], DType.Float64), random.Probabilities(1, 3, 4).Sum(1));
        Assert.Equal(DType.Bool, random.Booleans(3).DType);
        Assert.Equal(DType.Float64, random.Uniform(-1, 1, 2).DType);
    }
}
