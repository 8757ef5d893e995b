namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A recommender that never stops learning: users and things come and go, tastes drift, and a table that grows gives each its own vector
/// without collisions (Liu et al. 2022, "Monolith: real time recommendation system with collisionless embedding table"). Each hour it is
/// first asked, then learns from what was chosen; one that stopped learning halfway is the control. Two towers with a sampled softmax
/// that is corrected by how often things come (Yi et al. 2019).
/// </summary>
internal static class RecommenderLesson
{
    private const int Topics = 8, Asked = 10;

    public static Lesson Lesson { get; } = new(
        "recommender", Chapter.Other, "A recommender that learns online, with a table that grows",
        Goal.AtLeast("recall at 10, over the one that stopped", 2), Goal.AtLeast("recall at 10, over the one that stopped", 1.2), Run)
    {
        Data = "choices that it makes up",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        int hours = run.Choose(120, 40), perHour = run.Choose(40, 20);
        World world = new(new Generator(run.Seed));
        Online online = new(), stopped = new();
        List<double> recalls = [], stoppedRecalls = [];
        for (int hour = 1; hour <= hours; hour++)
        {
            world.Drift();
            (Tensor users, Tensor items) = world.Choices(run.Choose(400, 300));
            if (hour > 3)
            {
                recalls.Add(online.Recall(users, items, Asked));
                stoppedRecalls.Add(stopped.Recall(users, items, Asked));
            }

            for (int i = 0; i < perHour; i++)
            {
                (Tensor someUsers, Tensor someItems) = world.Choices(64);
                online.Learn(someUsers, someItems);
                if (hour <= hours / 2)
                {
                    stopped.Learn(someUsers, someItems);
                }
            }

            run.Tell("hour", hour, hours, recalls.Count > 0 ? $"recall {recalls[^1]:0.000}, stopped {stoppedRecalls[^1]:0.000}" : "");
        }

        int last = Math.Max(1, recalls.Count / 4);
        double with = recalls.TakeLast(last).Average(), without = stoppedRecalls.TakeLast(last).Average();
        run.Say($"{online.Users} users and {online.Items} things have rows");
        run.Say($"recall {with:0.0000}, of the one that stopped {without:0.0000}");
        run.Report.Curves("Recall at 10", "Each hour, before learning from it: how often what was chosen is among ten recommended.", false,
            ("online", recalls), ("stopped halfway", stoppedRecalls));
        return with / Math.Max(without, 1e-3);
    }

    /// <summary>The two towers are tables that grow; the optimizer's state grows along.</summary>
    private sealed class Online
    {
        private readonly GrowingEmbedding _users = new(width: 16), _items = new(width: 16);
        private readonly TwoTowerRecommender _model;
        private readonly ItemFrequency _frequency = new();
        private readonly Adam _optimizer;

        public Online()
        {
            _model = new TwoTowerRecommender(_users, _items, temperature: 0.2);
            _optimizer = new Adam(_model.Parameters(), 0.02);
        }

        public int Users => _users.Count;

        public int Items => _items.Count;

        public void Learn(Tensor users, Tensor items)
        {
            using TensorScope scope = new();
            _users.Add(users);
            _items.Add(items);
            _optimizer.ZeroGrad();
            _model.Loss(users, items, _frequency.Observe(items), identifiers: items).Backward();
            _optimizer.Step();
        }

        /// <summary>
        /// The share of choices that are among the best recommended; users and things that it has never met count as missed.
        /// </summary>
        public double Recall(Tensor users, Tensor items, int k)
        {
            using GradMode.Region none = GradMode.NoGrad();
            HashSet<long> known = [.. _users.Identifiers().ToArray<long>()];
            long[] asked = users.ToArray<long>(), chosen = items.ToArray<long>();
            int[] rows = [.. Enumerable.Range(0, asked.Length).Where(i => known.Contains(asked[i]))];
            if (rows.Length == 0)
            {
                return 0;
            }

            Tensor all = _items.Identifiers(), met = Tensor.From([.. rows.Select(i => asked[i])]);
            (_, Tensor places) = _model.Retrieve(met, _model.Index(all), Math.Min(k, all.Size(0)));
            Tensor offered = all.IndexSelect(0, places.Flatten()).Reshape(places.Shape);
            Tensor wanted = Tensor.From([.. rows.Select(i => chosen[i])]).Unsqueeze(1);
            return offered.EqualTo(wanted).Any(1).To(DType.Float64).Sum().Item<double>() / asked.Length;
        }
    }

    /// <summary>Users with a taste that now and then changes, and things that are new each hour and soon forgotten.</summary>
    private sealed class World(Generator random)
    {
        private readonly List<(long Name, int Taste)> _users = [];
        private readonly List<(long Name, int Topic)> _things = [];
        private long _next = 1000;

        public void Drift()
        {
            for (int i = 0; i < (_users.Count == 0 ? 200 : 4); i++)
            {
                _users.Add((NewName(), Whole(Topics)));
            }

            for (int i = 0; i < (_things.Count == 0 ? 160 : 6); i++)
            {
                _things.Add((NewName(), Whole(Topics)));
            }

            _things.RemoveRange(0, Math.Max(0, _things.Count - 160));
            for (int i = 0; i < 4; i++)
            {
                int user = Whole(_users.Count);
                _users[user] = (_users[user].Name, Whole(Topics));
            }
        }

        /// <summary>Nine times in ten a user chooses a thing of the topic that he likes.</summary>
        public (Tensor Users, Tensor Items) Choices(int count)
        {
            ILookup<int, long> byTopic = _things.ToLookup(static thing => thing.Topic, static thing => thing.Name);
            long[] users = new long[count], items = new long[count];
            for (int i = 0; i < count; i++)
            {
                (long name, int taste) = _users[Whole(_users.Count)];
                long[] liked = [.. byTopic[taste]];
                users[i] = name;
                items[i] = liked.Length > 0 && random.NextDouble() < 0.9 ? liked[Whole(liked.Length)] : _things[Whole(_things.Count)].Name;
            }

            return (Tensor.From(users), Tensor.From(items));
        }

        private long NewName() => _next += 1 + Whole(50);

        private int Whole(int below) => (int)(random.NextDouble() * below);
    }
}
