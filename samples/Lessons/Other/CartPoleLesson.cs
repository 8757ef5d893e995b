namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Learning by trying: a pole on a cart is to be balanced by pushing left or right. A network learns what each push is worth in the long
/// run, Q(s, a) ← r + γ max Q(s', a'), from what it has tried before (Mnih et al. 2015, "Human-level control through deep reinforcement
/// learning"; double Q-learning, van Hasselt et al. 2016). 195 of 200 steps in the mean of 100 games is called solved.
/// </summary>
internal static class CartPoleLesson
{
    public static Lesson Lesson { get; } = new(
        "dqn", Chapter.Other, "Deep Q-learning balances a pole",
        Goal.AtLeast("mean steps of 100 games", 195), Goal.AtLeast("mean steps of 100 games", 60), Run)
    {
        Data = "a cart that it simulates",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        CartPole world = new(new Generator(run.Seed));
        DQN agent = new(
            new Sequential(new Linear(4, 64), new ReLU(), new Linear(64, 64), new ReLU(), new Linear(64, 2)), gamma: 0.99, doubleQ: true);
        ReplayBuffer memory = new(20_000, 4);
        Adam optimizer = new(agent.Network.Parameters(), 1e-3);
        List<double> games = [];
        int steps = 0, most = run.Choose(60_000, 5000), curious = run.Choose(3000, 1500);
        double played = 0;
        while (steps < most && played < 195)
        {
            world.Reset();
            while (!world.IsOver)
            {
                using TensorScope scope = new();
                Tensor state = world.State;

                // At first it tries anything, later what it thinks best, and one time in twenty still anything.
                int action = agent.Act(state, Math.Max(0.05, 1 - ((double)steps / curious)));
                world.Step(action);

                // A game that ends because time is up would have gone on: only a fall is an end.
                memory.Add(state, action, 1, world.State, world.HasFailed);
                steps++;
                if (memory.Count >= 500)
                {
                    optimizer.ZeroGrad();
                    agent.Loss(memory.Sample(64)).Backward();
                    optimizer.Step();
                    agent.UpdateTarget(0.01);       // the copy that values what comes next follows slowly
                }
            }

            games.Add(world.Steps);
            run.Tell("step", Math.Min(steps, most - 1), most, $"game {games.Count}, {world.Steps} steps");
            if (games.Count % 20 == 0 && Play(agent, 10, 3) >= 198)
            {
                played = Play(agent, 100, 4);
            }
        }

        played = played >= 195 ? played : Play(agent, 100, 4);
        run.Say($"{games.Count} games, {steps} steps tried");
        run.Report.Curves("Games", "Steps until the pole fell, or 200; with tries of anything in between.", false, ("steps", games));
        run.Report.Add(Values("What a push to the right is worth more than one to the left", agent));
        return played;
    }

    private static double Play(DQN agent, int games, ulong seed)
    {
        CartPole world = new(new Generator(seed));
        int steps = 0;
        for (int game = 0; game < games; game++)
        {
            world.Reset();
            while (!world.IsOver)
            {
                using TensorScope scope = new();
                world.Step(agent.Act(world.State));
            }

            steps += world.Steps;
        }

        return (double)steps / games;
    }

    private static PlanePicture Values(string title, DQN agent) => new PlanePicture(title, (-0.2, 0.2), (-2, 2))
    {
        Caption = "By the pole's angle (across) and its turning (up), the cart being still in the middle: orange for right, blue for left.",
    }.Area(points =>
    {
        Tensor zeros = Tensor.Zeros(points.Size(0), 2), values = agent.Forward(Tensor.Cat([zeros, points], 1));
        return (values.Select(1, 1) - values.Select(1, 0)).Sigmoid();
    });

    /// <summary>
    /// The pole of Barto, Sutton and Anderson 1983 ("Neuronlike adaptive elements that can solve difficult learning control problems"),
    /// with the constants and the ends of Gym's CartPole-v0: until the pole leans by more than 12°, the cart is 2.4 away, or 200 steps
    /// are over.
    /// </summary>
    private sealed class CartPole(Generator random)
    {
        private const double Gravity = 9.8, Cart = 1, Pole = 0.1, HalfLength = 0.5, Force = 10, Seconds = 0.02;
        private const int Most = 200;

        private double _place, _speed, _angle, _turning;

        public int Steps { get; private set; }

        public bool HasFailed => Math.Abs(_place) > 2.4 || Math.Abs(_angle) > 12 * Math.PI / 180;

        public bool IsOver => HasFailed || Steps >= Most;

        public Tensor State => Tensor.From([(float)_place, (float)_speed, (float)_angle, (float)_turning]);

        public void Reset()
        {
            Steps = 0;
            (_place, _speed, _angle, _turning) = (Little(), Little(), Little(), Little());

            double Little() => (random.NextDouble() - 0.5) * 0.1;
        }

        public void Step(int action)
        {
            double force = action == 1 ? Force : -Force, sine = Math.Sin(_angle), cosine = Math.Cos(_angle), total = Cart + Pole;
            double pushed = (force + (Pole * HalfLength * _turning * _turning * sine)) / total;
            double fall = ((Gravity * sine) - (cosine * pushed)) / (HalfLength * ((4.0 / 3) - (Pole * cosine * cosine / total)));
            double pull = pushed - (Pole * HalfLength * fall * cosine / total);
            (_place, _speed) = (_place + (Seconds * _speed), _speed + (Seconds * pull));
            (_angle, _turning) = (_angle + (Seconds * _turning), _turning + (Seconds * fall));
            Steps++;
        }
    }
}
