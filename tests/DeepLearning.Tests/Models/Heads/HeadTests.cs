using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Models;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Models.Heads;

public sealed class HeadTests
{
    [Fact]
    public void An_adapter_begins_as_the_layer_and_merging_changes_nothing_but_the_cost()
    {
        Linear layer = new(6, 5);
        Tensor x = Tensor.Randn(4, 6);
        Tensor before = layer.Forward(x);
        LoRALinear adapted = new(layer, 2);
        Assert.True(adapted.Forward(x).Equal(before));
        Assert.Equal(["lora_a", "lora_b"],
            adapted.NamedParameters().Where(static p => p.Parameter.RequiresGrad).Select(static p => p.Name));
        SGD optimizer = new(adapted.Parameters().Where(static p => p.RequiresGrad), 1);
        for (int step = 0; step < 3; step++)
        {
            optimizer.ZeroGrad();
            adapted.Forward(x).Square().Sum().Backward();
            Gradients.ClipNorm(adapted.Parameters().Where(static p => p.RequiresGrad), 0.5);
            optimizer.Step();
        }

        Tensor trained = adapted.Forward(x), weight = layer.Weight.Detach().Clone();
        Assert.False(trained.AllClose(before, absolute: 1e-2));
        adapted.Merge();
        adapted.Merge();
        Assert.True(adapted.IsMerged && adapted.Forward(x).AllClose(trained, absolute: 1e-5));
        Assert.True(layer.Forward(x).Equal(adapted.Forward(x)));
        adapted.Unmerge();
        Assert.True(!adapted.IsMerged && layer.Weight.AllClose(weight, absolute: 1e-6));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoRALinear(layer, 0));
    }

    [Fact]
    public void A_student_learns_from_its_teacher_which_stays_as_it_is()
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        Linear teacher = new(4, 3), student = new(4, 3);
        DistillationModel model = new(student, teacher, temperature: 3, alpha: 1);
        Tensor x = Tensor.Randn(64, 4), kept = teacher.Weight.Detach().Clone();
        Adam optimizer = new(model.Parameters(), 0.05);
        double first = model.Loss(x).Item<float>();
        for (int step = 0; step < 100; step++)
        {
            optimizer.ZeroGrad();
            model.Loss(x).Backward();
            optimizer.Step();
        }

        Assert.True(model.Loss(x).Item<float>() < first / 20);
        Assert.True(teacher.Weight.Equal(kept) && teacher.Weight.Grad is null);
        Assert.Equal(["student.weight", "student.bias"], model.StateDict().Keys);
        DistillationModel other = new(student, new Linear(4, 2));
        Assert.Contains("[64, 2]", Assert.Throws<ShapeException>(() => other.Loss(x)).Message);
    }

    [Fact]
    public void Monte_Carlo_dropout_spreads_and_leaves_the_modes_as_they_were()
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        Sequential model = new(new Linear(3, 20), new BatchNorm1d(20), new Dropout(0.5), new Linear(20, 2));
        model.Eval();
        Tensor x = Tensor.Randn(4, 3), mean0 = ((BatchNorm1d)model[1]).RunningMean!.Clone();
        (Tensor mean, Tensor std) = Ensemble.MonteCarloDropout(model, x, 400);
        Assert.True(std.Min().Item<float>() > 0.01);
        Assert.True(mean.AllClose(model.Forward(x), absolute: 0.15));
        Assert.True(model.Modules().All(static m => !m.Training) && ((BatchNorm1d)model[1]).RunningMean!.Equal(mean0));
        Assert.Contains("no dropout", Assert.Throws<ArgumentException>(() => Ensemble.MonteCarloDropout(new Linear(3, 2), x)).Message);
        Ensemble both = new(new Linear(3, 2), new Linear(3, 2));
        Assert.True(both.Forward(x).AllClose((both.Networks[0].Forward(x) + both.Networks[1].Forward(x)) / 2, absolute: 1e-6));
        Assert.Throws<ArgumentException>(() => new Ensemble());
    }

    [Fact]
    public void A_mixture_tells_two_branches_apart_and_draws_both()
    {
        using Generator.DefaultRegion region = new Generator(2).AsDefault();
        Tensor x = Tensor.Rand(512, 1), sign = Tensor.RandInt(0, 2, [512, 1]).To(DType.Float32) * 2 - 1;
        Tensor y = (sign * (x + 1)) + (Tensor.Randn(512, 1) * 0.05);
        MixtureDensityHead head = new(1, 1, 2);
        Adam optimizer = new(head.Parameters(), 0.05);
        for (int step = 0; step < 400; step++)
        {
            optimizer.ZeroGrad();
            head.Loss(x, y).Backward();
            optimizer.Step();
        }

        MixtureDensity density = head.Forward(x);
        Assert.True(head.Loss(x, y).Item<float>() < -0.5);
        Assert.InRange(density.Mean().Mean().Item<float>(), -0.3, 0.3);
        Tensor drawn = density.Sample(new Generator(3));
        Assert.Equal([512, 1], drawn.Shape.ToArray());
        Assert.InRange(drawn.Greater(0).To(DType.Float32).Mean().Item<float>(), 0.4, 0.6);
        Assert.True(drawn.Abs().Min().Item<float>() > 0.6);
        Assert.Contains("[512, 1]", Assert.Throws<ShapeException>(() => density.LogProbability(Tensor.Ones(512))).Message);
    }

    [Fact]
    public void Tasks_without_targets_are_left_out_and_triplets_go_through_the_tower()
    {
        MultiTaskModel model = new(new Linear(3, 2), [("a", new Linear(2, 1)), ("b", new Linear(2, 1))]);
        Tensor one = Tensor.FromScalar(2f), two = Tensor.FromScalar(5f);
        Assert.Equal(7f, model.Combine([one, two]).Item<float>());
        Assert.Equal(5f, model.Combine([null, two]).Item<float>());
        Assert.Equal(21f, model.Combine([one, two], [3, 3]).Item<float>());
        Assert.Throws<ArgumentException>(() => model.Combine([null, null]));
        Assert.Throws<ArgumentException>(() => model.Combine([one]));
        Assert.Throws<ArgumentException>(() => new MultiTaskModel(new Identity(), []));
        SiameseNetwork towers = new(new Linear(3, 2));
        (Tensor a, Tensor p, Tensor n) = (Tensor.Randn(4, 3), Tensor.Randn(4, 3), Tensor.Randn(4, 3));
        Tensor by = Loss.TripletMargin(towers.Tower.Forward(a), towers.Tower.Forward(p), towers.Tower.Forward(n), 0.5);
        Assert.True(towers.TripletLoss(a, p, n, 0.5).Equal(by));
    }

    [Fact]
    public void A_buffer_keeps_the_last_transitions()
    {
        ReplayBuffer buffer = new(3, 2);
        Assert.Throws<InvalidOperationException>(() => buffer.Sample(1));
        for (int i = 0; i < 5; i++)
        {
            buffer.Add(Tensor.Full([2], (float)i), i, i / 2.0, Tensor.Full([2], i + 0.5f), i == 4);
        }

        Assert.Equal(3, buffer.Count);
        Transitions batch = buffer.Sample(200, new Generator(1));
        Assert.Equal([2L, 3, 4], batch.Action.ToArray<long>().Distinct().Order());
        Assert.True(batch.State.Select(1, 1).Equal(batch.Action.To(DType.Float32)));
        Assert.True((batch.Next - batch.State).AllClose(Tensor.Full([200, 2], 0.5f)));
        Assert.True(batch.IsDone.Equal(batch.Action.EqualTo(4)));
        Assert.Contains("[2]", Assert.Throws<ShapeException>(() => buffer.Add(Tensor.Zeros(3), 0, 0, Tensor.Zeros(2), false)).Message);
    }

    [Fact]
    public void Q_learning_finds_the_way_along_a_corridor_and_its_copy_lags_behind()
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        const int Length = 5;
        DQN agent = new(new Linear(Length, 2), 0.9, doubleQ: true);
        ReplayBuffer buffer = new(200, Length);
        Adam optimizer = new(agent.Network.Parameters(), 0.05);
        for (int episode = 0, place = 0; episode < 60; episode++, place = 0)
        {
            for (int step = 0; step < 20 && place < Length - 1; step++)
            {
                Tensor state = State(place);
                int action = agent.Act(state, 0.5);
                place = Math.Max(place + (action == 1 ? 1 : -1), 0);
                bool isDone = place == Length - 1;
                buffer.Add(state, action, isDone ? 1 : 0, State(place), isDone);
                optimizer.ZeroGrad();
                agent.Loss(buffer.Sample(32)).Backward();
                optimizer.Step();
                agent.UpdateTarget(0.1);
            }
        }

        for (int place = 0; place < Length - 1; place++)
        {
            Assert.Equal(1, agent.Act(State(place)));
            Assert.Equal(Math.Pow(0.9, Length - 2 - place), agent.Forward(State(place).Unsqueeze(0))[0][1].Item<float>(), 0.1);
        }

        Assert.All(agent.Target.Parameters(), static p => Assert.False(p.RequiresGrad));
        agent.UpdateTarget();
        Assert.True(agent.Target.Forward(State(1).Unsqueeze(0)).Equal(agent.Forward(State(1).Unsqueeze(0))));

        static Tensor State(int place) => Tensor.From([(long)place]).OneHot(Length)[0].To(DType.Float32);
    }
}
