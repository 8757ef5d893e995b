using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Models.Recommendation;

public sealed class TwoTowerTests
{
    [Fact]
    public void Users_that_come_in_a_stream_get_the_items_they_take()
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        GrowingEmbedding users = new(8, 4), items = new(8, 4);
        TwoTowerRecommender model = new(users, items, 0.2);
        ItemFrequency frequency = new(0.1, 5);
        Adam optimizer = new(model.Parameters(), 0.05);
        Random random = new(2);
        for (int step = 0; step < 200; step++)
        {
            // User u takes items of the same remainder by five; more users come as time goes on, and items below 5 are taken most often.
            long[] user = [.. Enumerable.Range(0, 16).Select(_ => 1000L + random.Next(5 + (step / 5)))];
            long[] item = [.. user.Select(u => (u % 5) + (random.NextDouble() < 0.7 ? 0 : 5 * random.Next(1, 4)))];
            (Tensor u, Tensor i) = (Tensor.From(user), Tensor.From(item));
            users.Add(u);
            items.Add(i);
            optimizer.ZeroGrad();
            model.Loss(u, i, frequency.Observe(i), i).Backward();
            optimizer.Step();
        }

        Assert.Equal((44, 20), (users.Count, items.Count));
        Tensor all = items.Identifiers();
        (Tensor scores, Tensor places) = model.Retrieve(users.Identifiers(), model.Index(all), 4);
        long[] found = all.IndexSelect(0, places.Flatten()).ToArray<long>(), who = users.Identifiers().ToArray<long>();
        double right = found.Select((item, at) => item % 5 == who[at / 4] % 5 ? 1.0 : 0).Average();
        Assert.True(right > 0.95, $"{right:P1} of the four items retrieved are of the user's kind");
        Assert.True((scores.Narrow(1, 0, 3) - scores.Narrow(1, 1, 3)).Min().Item<float>() >= 0 && !scores.RequiresGrad);
    }

    [Fact]
    public void Frequencies_come_near_those_of_the_stream_and_are_saved()
    {
        ItemFrequency frequency = new(0.02, 10);
        Random random = new(3);
        Tensor last = Tensor.Zeros(0);
        for (int batch = 0; batch < 6000; batch++)
        {
            List<long> items = [1];
            items.AddRange(Enumerable.Repeat(2L, random.NextDouble() < 0.5 ? 2 : 0));
            items.AddRange(Enumerable.Repeat(3L, random.NextDouble() < 0.1 ? 1 : 0));
            last = frequency.Observe(Tensor.From([.. items]));
        }

        float[] logs = frequency.Observe(Tensor.From([1L, 2, 3, 4])).ToArray<float>();
        Assert.Equal(1, Math.Exp(logs[0]), 0.01);
        Assert.Equal(0.5, Math.Exp(logs[1]), 0.1);
        Assert.Equal(0.1, Math.Exp(logs[2]), 0.03);
        Assert.Equal(0.1, Math.Exp(logs[3]), 1e-6);
        Assert.Equal("ItemFrequency(4 items in 6001 batches)", frequency.ToString());
        ItemFrequency other = new(0.02, 10);
        other.LoadStateDict(frequency.StateDict());
        Assert.True(other.Observe(Tensor.From([3L, 2, 7])).Equal(frequency.Observe(Tensor.From([3L, 2, 7]))));
        Assert.Throws<StateDictException>(() => other.LoadStateDict(new Dictionary<string, Tensor>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ItemFrequency(0));
        Assert.Throws<DTypeException>(() => frequency.Observe(Tensor.Zeros(1)));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        TwoTowerRecommender model = new(new Linear(3, 2), new Linear(4, 2));
        Assert.Contains("an item for each query",
            Assert.Throws<ShapeException>(() => model.Loss(Tensor.Zeros(2, 3), Tensor.Zeros(3, 4))).Message);
        Assert.Contains("identifiers", Assert.Throws<ShapeException>(
            () => model.Loss(Tensor.Ones(2, 3), Tensor.Ones(2, 4), identifiers: Tensor.From([1L]))).Message);
        Assert.Contains("[count, width]",
            Assert.Throws<ShapeException>(() => model.Retrieve(Tensor.Ones(2, 3), Tensor.Ones(5, 3), 1)).Message);
        Assert.Throws<ShapeException>(() => model.Retrieve(Tensor.Ones(2, 3), Tensor.Ones(5, 2), 6));
        Assert.Throws<ShapeException>(() => new TwoTowerRecommender(new Linear(3, 2), new Linear(4, 3))
            .Forward(Tensor.Ones(2, 3), Tensor.Ones(2, 4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoTowerRecommender(new Linear(3, 2), new Linear(4, 2), 0));
    }
}
