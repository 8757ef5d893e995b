using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Models.Reinforcement;

public sealed class CartPoleTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Q_learning_balances_the_pole_for_195_steps_in_the_mean_of_100_episodes()
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        CartPole world = new(new Generator(2));
        DQN agent = new(
            new Sequential(new Linear(4, 64), new ReLU(), new Linear(64, 64), new ReLU(), new Linear(64, 2)), 0.99, doubleQ: true);
        ReplayBuffer buffer = new(20_000, 4);
        Adam optimizer = new(agent.Network.Parameters(), 1e-3);
        int steps = 0, episodes = 0;
        double mean = 0;
        while (steps < 40_000 && mean < 195)
        {
            world.Reset();
            while (!world.IsOver)
            {
                using TensorScope scope = new();
                Tensor state = world.State;
                int action = agent.Act(state, Math.Max(0.05, 1 - (steps / 3000.0)));
                world.Step(action);
                // What ends by time alone would have gone on.
                buffer.Add(state, action, 1, world.State, world.HasFailed);
                steps++;
                if (buffer.Count >= 500)
                {
                    optimizer.ZeroGrad();
                    agent.Loss(buffer.Sample(64)).Backward();
                    optimizer.Step();
                    agent.UpdateTarget(0.01);
                }
            }

            episodes++;
            if (episodes % 20 == 0 && Played(agent, 10, 3) >= 198)
            {
                mean = Played(agent, 100, 4);
            }
        }

        // 200 after 60 to 180 episodes, by the seed.
        Assert.True(mean >= 195, $"a mean of {mean:0.0} steps of 100 episodes, after {episodes} episodes of {steps} steps");
    }

    [Fact]
    public void A_pole_that_is_pushed_to_one_side_falls_to_the_other()
    {
        CartPole world = new(new Generator(1));
        world.Reset();
        while (!world.IsOver)
        {
            world.Step(1);
        }

        // Gym's falls after 8 to 11 steps, too.
        Assert.InRange(world.Steps, 8, 11);
        Assert.True(world.HasFailed && world.State[2].Item<float>() < 0 && world.State[1].Item<float>() > 0);
    }

    private static double Played(DQN agent, int episodes, ulong seed)
    {
        CartPole world = new(new Generator(seed));
        int steps = 0;
        for (int episode = 0; episode < episodes; episode++)
        {
            world.Reset();
            while (!world.IsOver)
            {
                using TensorScope scope = new();
                world.Step(agent.Act(world.State));
            }

            steps += world.Steps;
        }

        return (double)steps / episodes;
    }
}
