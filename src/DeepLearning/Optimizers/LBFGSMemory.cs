namespace DeepLearning.Optimizers;

/// <summary>What <see cref="LBFGS"/> remembers between iterations, and the direction that follows from it.</summary>
internal sealed class LBFGSMemory
{
    private static readonly string[] s_numbers = ["t", "h_diag"];
    private static readonly string[] s_vectors = ["d", "prev_flat_grad"];

    private readonly List<Tensor> _gradientChanges = [], _steps = [];
    private readonly List<double> _inverses = [];
    private Tensor? _direction;
    private double _scale = 1;

    public long Iterations { get; private set; }

    public long Evaluations { get; set; }

    /// <summary>The length of the last step.</summary>
    public double Distance { get; set; }

    /// <summary>The gradient before the last step.</summary>
    public Tensor? Gradient { get; set; }

    /// <summary>Takes the last step into account, and gives the next direction.</summary>
    public Tensor Next(Tensor gradient, int historySize, double leastCurvature)
    {
        Iterations++;
        if (_direction is not { } last || Gradient is not { } previous)
        {
            return _direction = -gradient;
        }

        Remember(gradient - previous, last * Distance, historySize, leastCurvature);
        return _direction = Direction(gradient);
    }

    public void Save(OrderedDictionary<string, Tensor> state, string prefix)
    {
        state[prefix + "n_iter"] = Tensor.FromScalar(Iterations);
        state[prefix + "func_evals"] = Tensor.FromScalar(Evaluations);
        if (_direction is null || Gradient is null)
        {
            return;
        }

        state[prefix + "t"] = Tensor.FromScalar(Distance, DType.Float64);
        state[prefix + "h_diag"] = Tensor.FromScalar(_scale, DType.Float64);
        state[prefix + "d"] = _direction;
        state[prefix + "prev_flat_grad"] = Gradient;
        if (_steps.Count > 0)
        {
            state[prefix + "old_dirs"] = Tensor.Stack([.. _gradientChanges]);
            state[prefix + "old_stps"] = Tensor.Stack([.. _steps]);
            state[prefix + "ro"] = Tensor.From(_inverses.ToArray());
        }
    }

    /// <summary>What is wrong with what <see cref="Save"/> should have given for so many numbers; nothing when it fits.</summary>
    public static string Wrong(Dictionary<string, Tensor> state, int count)
    {
        List<string> wrong = [];
        Number("n_iter", true);
        Number("func_evals", true);
        bool hasDirection = state.ContainsKey("d");
        Array.ForEach(s_numbers, name => Number(name, hasDirection));
        Array.ForEach(s_vectors, name => Shaped(name, [count], hasDirection));
        bool hasHistory = state.TryGetValue("ro", out Tensor? inverses) && inverses.Rank == 1;
        int length = hasHistory ? inverses!.Size(0) : 0;
        Shaped("ro", [length], hasHistory);
        Shaped("old_dirs", [length, count], hasHistory);
        Shaped("old_stps", [length, count], hasHistory);
        string[] known = ["n_iter", "func_evals", .. s_numbers, .. s_vectors, "ro", "old_dirs", "old_stps"];
        wrong.AddRange(state.Keys.Except(known).Select(static key => $"{key} is not expected"));
        return state.Count == 0 ? "" : string.Join("; ", wrong);

        void Number(string name, bool isWanted) => Shaped(name, [], isWanted);

        void Shaped(string name, Shape shape, bool isWanted)
        {
            if (!state.TryGetValue(name, out Tensor? tensor))
            {
                wrong.AddRange(isWanted ? [$"{name} is missing"] : []);
            }
            else if (!isWanted || tensor.Shape != shape)
            {
                wrong.Add($"{name} is {tensor.Shape}" + (isWanted ? $", not {shape}" : " without the rest"));
            }
        }
    }

    /// <summary>Takes over what <see cref="Save"/> gave; an empty dictionary is of an optimizer that made no step.</summary>
    public static LBFGSMemory Load(Dictionary<string, Tensor> state, DType dtype, Device device)
    {
        LBFGSMemory memory = new();
        if (state.Count == 0)
        {
            return memory;
        }

        (memory.Iterations, memory.Evaluations) = (state["n_iter"].Item<long>(), state["func_evals"].Item<long>());
        if (state.TryGetValue("d", out Tensor? direction))
        {
            memory._direction = Own(direction);
            memory.Gradient = Own(state["prev_flat_grad"]);
            (memory.Distance, memory._scale) = (state["t"].Item<double>(), state["h_diag"].Item<double>());
        }

        if (state.TryGetValue("ro", out Tensor? inverses))
        {
            memory._inverses.AddRange(inverses.ToArray<double>());
            memory._gradientChanges.AddRange(Own(state["old_dirs"]).Unbind());
            memory._steps.AddRange(Own(state["old_stps"]).Unbind());
        }

        return memory;

        Tensor Own(Tensor given) => Tensor.Empty(given.Shape, dtype, device).CopyFrom(given.Detach());
    }

    private void Remember(Tensor gradientChange, Tensor step, int historySize, double leastCurvature)
    {
        double curvature = gradientChange.Dot(step).Item<double>();
        if (!(curvature > leastCurvature))
        {
            return;
        }

        while (_steps.Count >= historySize)
        {
            _gradientChanges.RemoveAt(0);
            _steps.RemoveAt(0);
            _inverses.RemoveAt(0);
        }

        _gradientChanges.Add(gradientChange);
        _steps.Add(step);
        _inverses.Add(1 / curvature);
        _scale = curvature / gradientChange.Dot(gradientChange).Item<double>();
    }

    /// <summary>−H g by the two-loop recursion.</summary>
    private Tensor Direction(Tensor gradient)
    {
        Tensor q = -gradient;
        double[] shares = new double[_steps.Count];
        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            shares[i] = _steps[i].Dot(q).Item<double>() * _inverses[i];
            q.AddInPlace(_gradientChanges[i], -shares[i]);
        }

        q.MultiplyInPlace(_scale);
        for (int i = 0; i < _steps.Count; i++)
        {
            q.AddInPlace(_steps[i], shares[i] - (_gradientChanges[i].Dot(q).Item<double>() * _inverses[i]));
        }

        return q;
    }
}
