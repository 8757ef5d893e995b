using DeepLearning.Losses;

namespace DeepLearning.Tests.Losses;

/// <summary>A loss that is made of another one speaks in its own name.</summary>
public sealed class LossNameTests
{
    [Fact]
    public void Distillation_names_itself_whatever_is_wrong()
    {
        Tensor x = Tensor.Zeros(2, 3), number = Tensor.Zeros(), longs = Tensor.Zeros([2], DType.Int64);
        (Tensor Input, Tensor Teacher, Tensor? Target, double Temperature, double Alpha)[] wrong =
        [
            (x, Tensor.Zeros(2, 4), null, 2, 0.5),
            (x.To(DType.Int64), x.To(DType.Int64), null, 2, 0.5),
            (number, number, null, 2, 0.5),
            (x, x, Tensor.Zeros([3], DType.Int64), 2, 0.5),
            (x, x, Tensor.Zeros(2), 2, 0.5),
            (x, x, longs + 3, 2, 0.5),
            (x, x, longs - 100, 2, 0.5),
            (x, x, null, 0, 0.5),
            (x, x, null, double.NaN, 0.5),
            (x, x, null, double.PositiveInfinity, 0.5),
            (x, x, longs, 2, 1.5),
            (x, x, longs, 2, double.NaN),
        ];
        for (int i = 0; i < wrong.Length; i++)
        {
            (Tensor input, Tensor teacher, Tensor? target, double temperature, double alpha) = wrong[i];
            string message = Assert.ThrowsAny<Exception>(() => Loss.Distillation(input, teacher, target, temperature, alpha)).Message;
            Assert.True(message.StartsWith("Distillation: ", StringComparison.Ordinal), $"{i}: {message}");
        }
    }

    [Fact]
    public void Triplets_with_a_distance_name_themselves_whatever_is_wrong()
    {
        Tensor a = Tensor.Zeros(2, 3), other = Tensor.Zeros(2, 4), longs = Tensor.Zeros([2, 3], DType.Int64), number = Tensor.Zeros();
        Func<Tensor, Tensor, Tensor>?[] distances = [null, static (x, y) => (x - y).Abs().Sum(1)];
        foreach (Func<Tensor, Tensor, Tensor>? distance in distances)
        {
            Says(() => Loss.TripletMarginWithDistance(a, other, a, distance));
            Says(() => Loss.TripletMarginWithDistance(a, a, other, distance));
            Says(() => Loss.TripletMarginWithDistance(longs, longs, longs, distance));
            Says(() => Loss.TripletMarginWithDistance(a, a, a, distance, margin: 0));
            Says(() => Loss.TripletMarginWithDistance(a, a, a, distance, reduction: LossReduction.BatchMean));
        }

        Says(() => Loss.TripletMarginWithDistance(number, number, number));

        static void Says(Func<object> call)
        {
            string message = Assert.ThrowsAny<Exception>(call).Message;
            Assert.StartsWith("TripletMarginWithDistance: ", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_count_goes_with_a_mean_or_a_sum_only()
    {
        Tensor loss = Tensor.FromScalar(1.0);
        Assert.Same(loss, Loss.WithCount(loss, 2));
        Assert.Same(loss, Loss.WithCount(loss, 2, LossReduction.Sum));
        foreach (LossReduction reduction in (LossReduction[])[LossReduction.BatchMean, LossReduction.None, (LossReduction)99])
        {
            string message = Assert.Throws<ArgumentOutOfRangeException>(() => Loss.WithCount(loss, 2, reduction)).Message;
            Assert.StartsWith("WithCount: ", message, StringComparison.Ordinal);
        }
    }
}
