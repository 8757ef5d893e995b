using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Tests.Schedules;

/// <summary>Which schedule of a sequence has a step, and which of its own steps that is.</summary>
public class SequentialScheduleTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_first_has_exactly_its_steps_and_the_next_begins_at_its_own_beginning(int steps)
    {
        Schedule schedule = Marked(100).Then(steps, Marked(200));
        for (int step = 0; step < 12; step++)
        {
            Assert.Equal(step < steps ? 100 + step : 200 + step - steps, schedule.Factor(step));
        }
    }

    [Fact]
    public void Sequences_of_sequences_keep_count_however_they_are_nested()
    {
        double[] expected = [100, 101, 102, 200, 201, 300, 301, 302, 303];
        Schedule left = Marked(100).Then(3, Marked(200)).Then(5, Marked(300));
        Schedule right = Marked(100).Then(3, Marked(200).Then(2, Marked(300)));
        Assert.Equal(expected, Enumerable.Range(0, 9).Select(step => left.Factor(step)));
        Assert.Equal(expected, Enumerable.Range(0, 9).Select(step => right.Factor(step)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_warm_up_ends_where_the_schedule_begins(int steps)
    {
        Schedule schedule = new CosineSchedule(10).AfterWarmUp(steps, 0.2);
        for (int step = 0; step < steps; step++)
        {
            Assert.Equal(0.2 + (0.8 * step / steps), schedule.Factor(step), 1e-12);
        }

        for (int step = 0; step <= 10; step++)
        {
            Assert.Equal(new CosineSchedule(10).Factor(step), schedule.Factor(steps + step), 1e-12);
        }

        Assert.Equal(1.0 / (steps + 1), new CosineSchedule(10).AfterWarmUp(steps).Factor(0), 1e-12);
        Assert.Equal(1, new CosineSchedule(10).AfterWarmUp(0).Factor(0));
    }

    [Fact]
    public void A_scheduler_applies_the_sequence_step_by_step_and_again_after_a_resume()
    {
        double[] expected = [1, 1, 0.5, 0.25, 0.25 / 2, 10, 10];
        Schedule schedule = new ConstantSchedule(1).Then(2, new LambdaSchedule(static step => Math.Pow(0.5, step + 1)))
            .Then(5, new ConstantSchedule(10));
        for (int stop = 0; stop < expected.Length; stop++)
        {
            SGD optimizer = new([new Parameter(Tensor.Zeros(1))], 3);
            LearningRateScheduler scheduler = new(optimizer, schedule);
            for (int step = 0; step < stop; step++)
            {
                Assert.Equal(3 * expected[step], optimizer.LearningRate, 1e-12);
                scheduler.Step();
            }

            SGD other = new([new Parameter(Tensor.Zeros(1))], 99);
            LearningRateScheduler resumed = new(other, schedule);
            resumed.LoadStateDict(scheduler.StateDict());
            for (int step = stop; step < expected.Length; step++)
            {
                Assert.Equal((step, 3 * expected[step]), (resumed.StepCount, other.LearningRate));
                resumed.Step();
            }
        }
    }

    private static LambdaSchedule Marked(double mark) => new(step => mark + step);
}
