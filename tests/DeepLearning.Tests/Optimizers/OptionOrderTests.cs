using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Tests.Optimizers;

/// <summary>
/// What checkpoints and messages of optimizers depend on: the order of options, the types of states, no rule that is null.
/// </summary>
public sealed class OptionOrderTests
{
    public static TheoryData<Type> Types => [.. typeof(OptimizerOptions).Assembly.GetTypes()
        .Where(static type => type.IsSubclassOf(typeof(OptimizerOptions)) && !type.IsAbstract)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Options_of_the_base_class_come_first(Type type)
    {
        string[] keys = [.. OptionProperty.Of(type).Select(static property => property.Key)];
        string[] common = [.. OptionProperty.Of(typeof(OptimizerOptions)).Select(static property => property.Key)];
        Assert.NotEmpty(common);
        Assert.Equal(common, keys[..common.Length]);
        Assert.Equal(keys.Distinct(), keys);
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void The_sum_of_weights_of_a_schedule_free_run_is_float64(DType dtype)
    {
        Tensor p = new Parameter(Tensor.Ones([3], dtype));
        ScheduleFreeAdamW optimizer = new([p], 0.1);
        p.Grad = Tensor.Ones([3], dtype);
        optimizer.Step();
        Tensor weights = Assert.Single(optimizer.StateDict(), static state => state.Value.Rank == 0
            && state.Key.StartsWith("state.0.", StringComparison.Ordinal) && state.Value.DType.IsFloatingPoint()).Value;
        Assert.Equal(DType.Float64, weights.DType);
    }

    [Fact]
    public void A_rule_that_is_null_is_refused_before_anything_is_set()
    {
        SGD optimizer = new([new Parameter(Tensor.Ones(1))], 0.5);
        Assert.Throws<ArgumentNullException>(() => new LearningRateScheduler(optimizer, (Schedule[])[null!]));
        Assert.Equal(0.5, optimizer.LearningRate);
    }
}
